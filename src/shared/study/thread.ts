/** What the worker thread of a study is asked; a part of `threadProtocol.ts`. */
import * as v from 'valibot';
import { bytesSchema, taskOptionsSchema, taskSchema } from '../schemas.ts';
import { newsSchema } from './row.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const studySchema = v.object({
  /** Names it in news. */
  study: count,
  /** The original's file. */
  bytes: bytesSchema,
  name: v.string(),
  models: v.array(
    v.object({
      /** A prior's folder, as `node/priors.ts` has it. */
      folder: v.string(),
      /** What its runs compare by. */
      settings: taskOptionsSchema,
      /** The folder of the perceptual network's package. */
      network: v.exactOptional(v.string()),
    }),
  ),
  task: taskSchema,
  layers: v.array(count),
  /** Absent: each model's preset. */
  codes: v.exactOptional(v.array(count)),
  /** What holds for all runs. */
  settings: taskOptionsSchema,
  /** The folder of what is done. */
  cells: v.string(),
  device: v.picklist(['auto', 'cpu', 'webgpu']),
  /** Where the LPIPS metric lies, if it is to be measured. */
  lpips: v.exactOptional(v.string()),
});

export const studiedSchema = v.object({
  stopped: v.boolean(),
  /** Sheet, table twice, page, by their endings, of what is done; absent: nothing is. */
  files: v.exactOptional(v.object({ png: bytesSchema, json: bytesSchema, csv: bytesSchema, html: bytesSchema })),
});

export const studyNewsSchema = v.object({ study: count, news: newsSchema });
export const stopStudySchema = v.object({ study: count });
