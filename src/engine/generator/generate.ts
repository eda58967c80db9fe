/** Plain sampling: images for given codes, without inversion. */
import type { Backend } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { writeModel } from '../onnx/write.ts';
import { float32, type Tensor } from '../tensor.ts';
import type { Generator } from './generator.ts';

/**
 * @param z codes [n, zDim]
 * @returns images [n, 3, R, R] in the generator's own range
 */
export async function generate(
  backend: Backend,
  generator: Generator,
  z: Tensor<'float32'>,
): Promise<Tensor<'float32'>> {
  const [n, zDim] = z.dims;
  if (z.dims.length !== 2 || zDim !== generator.manifest.zDim || !n) {
    throw new ParameterError(
      `Codes for ${generator.manifest.name} have shape [n, ${generator.manifest.zDim}], not [${z.dims.join(', ')}].`,
    );
  }
  // One code at a time bounds memory for any n; a static graph compiles once.
  const b = new GraphBuilder('generate');
  const image = generator.whole(b, b.input('z', 'float32', [1, zDim]));
  const executable = await backend.compile(writeModel(b.build({ image })));
  try {
    const images: Float32Array[] = [];
    for (let i = 0; i < n; i++) {
      const code = backend.upload(float32([1, zDim], z.data.slice(i * zDim, (i + 1) * zDim)));
      const outputs = await executable.run({ z: code });
      images.push((await outputs['image']!.read()).data as Float32Array);
      outputs['image']!.dispose();
      code.dispose();
    }
    const size = images[0]!.length;
    const data = new Float32Array(n * size);
    images.forEach((part, i) => data.set(part, i * size));
    return float32([n, ...image.shape.slice(1)], data);
  } finally {
    await executable.dispose();
  }
}
