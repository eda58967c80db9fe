/** The embedded restoration networks on disk: models/drawn beside dist/. */
import { join } from 'node:path';
import * as v from 'valibot';
import type { DrawnFiles } from '../engine/drawn/drawnNetworks.ts';
import { readBytes } from './codecs/index.ts';
import { FileError } from './errors.ts';
import { embeddedModels } from './models.ts';
import { readListed } from './packageFile.ts';

/** Not a model's manifest: these are no prior that a run could optimise. */
const LIST = 'networks.json';

const listed = v.object({ file: v.string(), bytes: v.number(), sha256: v.string() });
const listSchema = v.object({ enlarge: listed, denoise: listed, fill: listed });

/** @throws FileError when a file is missing, or not the one that was built */
export async function readDrawnNetworks(): Promise<DrawnFiles> {
  const folder = join(embeddedModels(), 'drawn');
  const list = v.safeParse(listSchema, JSON.parse(new TextDecoder().decode(await readBytes(join(folder, LIST)))));
  if (!list.success) throw new FileError(join(folder, LIST), 'is damaged. Install the extension again.');
  const { enlarge, denoise, fill } = list.output;
  const read = (file: v.InferOutput<typeof listed>): Promise<Uint8Array> => readListed(folder, file, 'model');
  return { enlarge: await read(enlarge), denoise: await read(denoise), fill: await read(fill) };
}
