/** Published checkpoints -> generator packages. */
import type { ByteSource } from './source.ts';
import { findGenerator, unrecognised } from './layouts/index.ts';
import { writePackage, type ImportedPackage, type ImportOptions } from './package.ts';
import { readTorch } from './torch/read.ts';
import { stateDicts } from './torch/stateDict.ts';

export type { ByteSource } from './source.ts';
export type { ImportedPackage, ImportOptions } from './package.ts';

/**
 * Converts a generator's checkpoint to a package.
 * @throws ModelFormatError when the file is damaged, or its layout is not known (the message lists the known ones)
 */
export async function importCheckpoint(
  file: Uint8Array | ByteSource,
  options: ImportOptions,
): Promise<ImportedPackage> {
  const { fileName } = options;
  const dicts = stateDicts(await readTorch(file, fileName), fileName);
  const detected = findGenerator(dicts);
  if (!detected) throw unrecognised(dicts, fileName);
  return writePackage(await detected.layout.plan(detected.state, fileName), options);
}
