/** Opens any file of named tensors. */
import { castFloat, type Tensor } from '../engine/tensor.ts';
import { readNpz } from './npy.ts';
import { readSafetensors, looksLikeSafetensors } from './safetensors.ts';
import type { ByteSource } from './source.ts';
import { readTorch } from './torch/read.ts';
import { stateDicts, type StateDict } from './torch/stateDict.ts';
import type { LazyTensor } from './torch/tensorRef.ts';

/** Extensions of the files that `importAny` reads. */
export const CHECKPOINTS = ['pth', 'pt', 'safetensors', 'npz', 'onnx'];

/**
 * The state dictionaries of a PyTorch checkpoint, a safetensors file or an .npz, by their path in it.
 * @throws ModelFormatError when the file is none of them, or is damaged
 */
export async function openStateDicts(source: ByteSource, what: string): Promise<ReadonlyMap<string, StateDict>> {
  if (/\.npz$/i.test(what)) return new Map([['', new Map([...(await readNpz(source, what))].map(lazily))]]);
  if (await looksLikeSafetensors(source)) return new Map([['', await readSafetensors(source, what)]]);
  return stateDicts(await readTorch(source, what), what);
}

/** An array as the other formats hand it out: floating-point types as float32. */
function lazily([name, array]: [string, Tensor]): [string, LazyTensor] {
  const floating = array.dtype === 'float64' || array.dtype === 'float16';
  return [name, { dims: array.dims, load: async () => (floating ? castFloat(array, 'float32') : array) }];
}
