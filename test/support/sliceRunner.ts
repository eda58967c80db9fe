/** Runs a package's slices as they are on disk, in plain ONNX Runtime. */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { float32, type Tensor } from '../../src/engine/tensor.ts';
import type { ImportedPackage } from '../../src/importers/index.ts';

export async function runModel(model: Uint8Array, x: Tensor<'float32'>): Promise<Tensor<'float32'>> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const { y } = await session.run({ x: new OrtTensor('float32', x.data, x.dims) });
  const result = float32([...y!.dims], y!.data as Float32Array);
  await session.release();
  return result;
}

/** Feature maps of every layer and, last, the images. */
export async function runSlices(
  { manifest, files }: ImportedPackage,
  z: Tensor<'float32'>,
): Promise<Tensor<'float32'>[]> {
  const maps: Tensor<'float32'>[] = [];
  for (const { file } of manifest.slices) maps.push(await runModel(files.get(file)!, maps.at(-1) ?? z));
  return maps;
}
