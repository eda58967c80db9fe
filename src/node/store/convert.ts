/** A checkpoint on disk becomes the files of a package in an empty folder. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { alignmentSchema } from '../../engine/faces/alignment.ts';
import { presetSchema, TASKS } from '../../engine/generator/manifest.ts';
import { importAny, withBank } from '../../importers/index.ts';
import { openCpu, openFrugal } from '../backends.ts';
import { FileError, reason } from '../errors.ts';
import { makeFolder } from '../files.ts';
import { fileSource } from '../fileSource.ts';
import { FolderFiles } from '../folderFiles.ts';
import { MANIFEST } from '../packageFile.ts';
import { KINDS, type ModelKind } from './catalog.ts';

export const conversionSchema = v.object({
  checkpoint: v.string(),
  /** Where the package is written; it is made. */
  folder: v.string(),
  id: v.string(),
  name: v.exactOptional(v.string()),
  domain: v.exactOptional(v.string()),
  licence: v.exactOptional(v.string()),
  source: v.exactOptional(v.string()),
  presets: v.exactOptional(v.record(v.picklist(TASKS), presetSchema)),
  /** How the faces that it draws were cut out. */
  alignment: v.exactOptional(alignmentSchema),
  /** Values that mean black and white. */
  range: v.exactOptional(v.tuple([v.number(), v.number()])),
  /** Stores weights as half floats. */
  half: v.boolean(),
  /** Draws pictures with a generator, so that it can tell which ones it knows. */
  sample: v.boolean(),
});
export type Conversion = v.InferOutput<typeof conversionSchema>;

export const convertedSchema = v.object({ kind: v.picklist(KINDS) });
export type Converted = v.InferOutput<typeof convertedSchema>;

export const CONVERTING = ['converting', 'sampling'] as const;
export type Converting = (typeof CONVERTING)[number];

/** Makes a conversion, here or in a thread. @param progress of what is being done, from 0 to 1 */
export type Converter = (
  conversion: Conversion,
  progress: (fraction: number, doing: Converting) => void,
  signal: AbortSignal | undefined,
) => Promise<Converted>;

/**
 * Converts in this thread, which it keeps busy.
 * @throws ModelFormatError when the checkpoint is damaged or of no known layout; FileError when a file is the problem
 */
export const convert: Converter = async (conversion, onProgress, signal) => {
  const { checkpoint, folder, sample, ...options } = conversion;
  const telling =
    (doing: Converting) =>
    (fraction: number): void => {
      signal?.throwIfAborted();
      onProgress(fraction, doing);
    };
  const source = await fileSource(checkpoint);
  try {
    await makeFolder(folder).catch((error: unknown) => {
      throw new FileError(folder, `cannot be written: ${reason(error)}.`, { cause: error });
    });
    const files = new FolderFiles(folder);
    const importing = {
      fileName: checkpoint,
      backend: openFrugal,
      files,
      ...options,
      onProgress: telling('converting'),
    };
    const imported = await importAny(source, importing);
    const { kind } = imported;
    const made =
      kind === 'generator' && sample
        ? await withBank(await openCpu(), imported, undefined, telling('sampling'))
        : imported;
    signal?.throwIfAborted();
    await write(folder, made.files === files ? [] : made.files, made.manifest);
    return { kind: kind satisfies ModelKind };
  } finally {
    await source.close();
  }
};

async function write(folder: string, files: Iterable<readonly [string, Uint8Array]>, manifest: object): Promise<void> {
  try {
    for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
    await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
  } catch (error) {
    throw new FileError(folder, `cannot be written: ${reason(error)}.`, { cause: error });
  }
}
