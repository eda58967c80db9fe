/** Opens any file of named tensors. */
import { ModelFormatError } from '../engine/errors.ts';
import { castFloat, type Tensor } from '../engine/tensor.ts';
import { expectContent } from './mistaken.ts';
import { readNpz } from './npy.ts';
import { PickleStub } from './pickle/values.ts';
import { readSafetensors, looksLikeSafetensors } from './safetensors.ts';
import { readShards } from './shards.ts';
import type { ByteSource } from './source.ts';
import { readTorch } from './torch/read.ts';
import { stateDicts, type StateDict } from './torch/stateDict.ts';
import type { LazyTensor } from './torch/tensorRef.ts';

/** Extensions of the files that `importAny` reads. */
export const CHECKPOINTS = ['pth', 'pt', 'ckpt', 'bin', 'safetensors', 'index.json', 'npz', 'onnx', 'pkl'];

/**
 * The state dictionaries of a PyTorch checkpoint, a safetensors file or an .npz, by their path in it.
 * @throws ModelFormatError when the file is none of them, or is damaged
 */
export async function openStateDicts(source: ByteSource, what: string): Promise<ReadonlyMap<string, StateDict>> {
  await expectContent(source, what);
  const shards = await readShards(source, what, openShard);
  if (shards) return new Map([['', shards]]);
  if (/\.npz$/i.test(what)) return new Map([['', new Map([...(await readNpz(source, what))].map(lazily))]]);
  if (await looksLikeSafetensors(source)) return new Map([['', await readSafetensors(source, what)]]);
  const value = await readTorch(source, what);
  const dicts = stateDicts(value, what);
  if (dicts.size > 0 || !(value instanceof PickleStub)) return dicts;
  throw new ModelFormatError(
    `${what} holds one object, of class ${value.type}, and no tensors that can be read without running its program. ` +
      `Save the network's state_dict() with torch.save instead.`,
  );
}

/** The one dictionary of a shard. */
async function openShard(source: ByteSource, what: string): Promise<StateDict> {
  await expectContent(source, what);
  if (await looksLikeSafetensors(source)) return readSafetensors(source, what);
  return new Map([...stateDicts(await readTorch(source, what), what).values()].flatMap((state) => [...state]));
}

/** An array as the other formats hand it out: floating-point types as float32. */
function lazily([name, array]: [string, Tensor]): [string, LazyTensor] {
  const floating = array.dtype === 'float64' || array.dtype === 'float16';
  return [name, { dims: array.dims, load: async () => (floating ? castFloat(array, 'float32') : array) }];
}
