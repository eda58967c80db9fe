/** What the worker thread is asked to draw; a part of `threadProtocol.ts`. */
import * as v from 'valibot';
import { bytesSchema, jobSchema, tensorSchema } from '../schemas.ts';

const layer = v.pipe(v.number(), v.integer(), v.minValue(1));

export const drawableSchema = v.union([
  /** One code z. */
  v.strictObject({ code: tensorSchema }),
  /** The layers of one up to `layer`, those of another after it. */
  v.strictObject({ coarse: tensorSchema, fine: tensorSchema, layer }),
  /** What a run left. */
  v.strictObject({ job: jobSchema, values: v.record(v.string(), tensorSchema) }),
]);
export type Drawable = v.InferOutput<typeof drawableSchema>;

export const drawSchema = v.object({
  /** The folder of the model's package. */
  model: v.string(),
  device: v.picklist(['auto', 'cpu', 'webgpu']),
  truncation: v.exactOptional(v.number()),
  what: drawableSchema,
});

export const drawnSchema = v.object({ png: bytesSchema });
