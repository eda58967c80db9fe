/** Opens any file of named tensors. */
import { readSafetensors, looksLikeSafetensors } from './safetensors.ts';
import type { ByteSource } from './source.ts';
import { readTorch } from './torch/read.ts';
import { stateDicts, type StateDict } from './torch/stateDict.ts';

/**
 * The state dictionaries of a PyTorch checkpoint or of a safetensors file, by their path in it.
 * @throws ModelFormatError when the file is neither, or is damaged
 */
export async function openStateDicts(source: ByteSource, what: string): Promise<ReadonlyMap<string, StateDict>> {
  if (await looksLikeSafetensors(source)) return new Map([['', await readSafetensors(source, what)]]);
  return stateDicts(await readTorch(source, what), what);
}
