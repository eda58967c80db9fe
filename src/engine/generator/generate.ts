/** Plain sampling: images for given codes, without inversion. */
import type { Backend } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { writeModel } from '../onnx/write.ts';
import { float32, sameShape, sizeOf, type Tensor } from '../tensor.ts';
import type { Generator } from './generator.ts';
import { spaceOf, type LatentId, type Sampling } from './latent.ts';

export interface GenerateOptions extends Pick<Sampling, 'truncation'> {
  /** The classes of codes z, [n, classes]; absent: the first class. */
  readonly labels?: Tensor<'float32'>;
}

/**
 * The space that an array of codes is of: z [n, size], W [n, w] or W+ [n, slices, w].
 * @param latent which of z and W, where the model has both
 * @throws ParameterError naming the shapes that would do
 */
export function latentOf(
  { manifest }: Pick<Generator, 'manifest'>,
  dims: readonly number[],
  latent: 'z' | 'w' = 'z',
): LatentId {
  const space = (id: LatentId) => spaceOf(manifest, id, manifest.slices.length);
  const ids: readonly LatentId[] = latent === 'w' ? ['w', 'w+'] : ['z'];
  const found = ids.find((id) => dims[0]! > 0 && sameShape(dims.slice(1), space(id).shape));
  if (found) return found;
  const shapes = ids.map((id) => `[${['n', ...space(id).shape].join(', ')}]`).join(' or ');
  throw new ParameterError(`Codes for ${manifest.name} have shape ${shapes}, not [${dims.join(', ')}].`);
}

/**
 * @param codes [n, ...space]
 * @param latent the space that they are of; labels are for z
 * @returns images [n, 3, R, R] in the generator's own range
 */
export async function generate(
  backend: Backend,
  generator: Generator,
  codes: Tensor<'float32'>,
  latent: LatentId = 'z',
  { truncation, labels }: GenerateOptions = {},
): Promise<Tensor<'float32'>> {
  const [n] = codes.dims as [number];
  const shape = [1, ...codes.dims.slice(1)];
  // One code at a time bounds memory for any n; a static graph compiles once.
  const b = new GraphBuilder('generate');
  const given = b.input('codes', 'float32', shape);
  const label = labels && b.input('label', 'float32', [1, labels.dims[1]!]);
  const { mapping } = generator.manifest;
  const psi = { ...(truncation !== undefined && { truncation }) };
  const codesOrStyles =
    latent === 'z' && mapping ? generator.styles(b, given, psi, label) : generator.truncated(b, given, truncation ?? 1);
  const image = generator.whole(b, codesOrStyles, { latent: latent === 'z' && mapping ? 'w' : latent });
  const executable = await backend.compile(writeModel(b.build({ image })));
  try {
    const images: Float32Array[] = [];
    for (let i = 0; i < n; i++) {
      const feeds = {
        codes: backend.upload(rowOf(codes, i)),
        ...(labels && { label: backend.upload(rowOf(labels, i)) }),
      };
      const outputs = await executable.run(feeds);
      images.push((await outputs['image']!.read()).data as Float32Array);
      for (const value of [outputs['image']!, ...Object.values(feeds)]) value.dispose();
    }
    const size = images[0]!.length;
    const data = new Float32Array(n * size);
    images.forEach((part, i) => data.set(part, i * size));
    return float32([n, ...image.shape.slice(1)], data);
  } finally {
    await executable.dispose();
  }
}

/** Row `i` as a batch of one. */
function rowOf({ dims, data }: Tensor<'float32'>, i: number): Tensor<'float32'> {
  const size = sizeOf(dims.slice(1));
  return float32([1, ...dims.slice(1)], data.slice(i * size, (i + 1) * size));
}
