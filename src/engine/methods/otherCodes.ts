/** Codes that a composition gains or loses on its way, with as little change of the picture as there can be. */
import type { Backend } from '../backends/backend.ts';
import { evaluate } from '../backends/evaluate.ts';
import type { Generator } from '../generator/generator.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';

/** Codes z [N, zDim] and their importances alpha [N, C]. */
export interface Composition {
  readonly z: Tensor<'float32'>;
  readonly alpha: Tensor<'float32'>;
}

/** More codes come in with importance 0: the picture stays what it is until a step finds use for them. */
export function withMoreCodes({ z, alpha }: Composition, codes: Tensor<'float32'>): Composition {
  const unused = float32([codes.dims[0]!, alpha.dims[1]!], new Float32Array(codes.dims[0]! * alpha.dims[1]!));
  return { z: below(z, codes), alpha: below(alpha, unused) };
}

/**
 * Of fewer codes those stay, in their order, whose terms of Eq. 3 are the largest: |F_n * alpha_n|. In each channel their
 * importances are scaled so that what they compose comes as near as it can, in least squares, to what all composed.
 *
 * @param codesAtOnce codes that memory can draw at one time; absent: all of them
 */
export async function withFewerCodes(
  backend: Backend,
  generator: Generator,
  { z, alpha }: Composition,
  layer: number,
  codes: number,
  codesAtOnce?: number,
): Promise<Composition> {
  const [count, channels] = alpha.dims as [number, number];
  const products = await termProducts(backend, generator, { z, alpha }, layer, codesAtOnce);
  const product = (c: number, n: number, m: number) => products.data[(c * count + n) * count + m]!;
  const sum = (over: readonly number[], value: (i: number) => number) => over.reduce((total, i) => total + value(i), 0);
  const all = indices(count);
  const size = all.map((n) => sum(indices(channels), (c) => product(c, n, n)));
  const kept = all
    .toSorted((n, m) => size[m]! - size[n]!)
    .slice(0, codes)
    .sort((n, m) => n - m);
  const scales = indices(channels).map((c) => {
    const withKept = (n: number) => sum(kept, (m) => product(c, n, m));
    const squared = sum(kept, withKept);
    return squared > 0 ? sum(all, withKept) / squared : 1;
  });
  const chosen = rows(alpha, kept);
  return { z: rows(z, kept), alpha: { ...chosen, data: chosen.data.map((value, i) => value * scales[i % channels]!) } };
}

/** Inner products, channel by channel, of the terms F_n * alpha_n: [C, N, N]. */
async function termProducts(
  backend: Backend,
  generator: Generator,
  { z, alpha }: Composition,
  layer: number,
  codesAtOnce = z.dims[0]!,
): Promise<Tensor<'float32'>> {
  const [count, channels] = alpha.dims as [number, number];
  const drawn = await drawnInParts(backend, generator, z, layer, codesAtOnce);
  const b = new GraphBuilder('terms');
  const features = b.input('features', 'float32', drawn.dims);
  const flat = b.reshape(features, [count, channels, sizeOf(features.shape.slice(2))]);
  const weights = b.reshape(b.input('alpha', 'float32', alpha.dims), [count, channels, 1]);
  const terms = b.transpose(b.mul(flat, weights), [1, 0, 2]);
  const products = b.matmul(terms, b.transpose(terms, [0, 2, 1]));
  return (await evaluate<'products'>(backend, b.build({ products }), { features: drawn, alpha })).products;
}

/** The codes' feature maps [N, C, H, W]: what draws them needs far more memory than they themselves. */
async function drawnInParts(
  backend: Backend,
  generator: Generator,
  z: Tensor<'float32'>,
  layer: number,
  codesAtOnce: number,
): Promise<Tensor<'float32'>> {
  const count = z.dims[0]!;
  const parts: Tensor<'float32'>[] = [];
  for (let first = 0; first < count; first += codesAtOnce) {
    const part = rows(
      z,
      indices(Math.min(codesAtOnce, count - first)).map((i) => first + i),
    );
    const b = new GraphBuilder('features');
    const features = generator.head(b, b.input('z', 'float32', part.dims), layer);
    parts.push((await evaluate<'features'>(backend, b.build({ features }), { z: part })).features);
  }
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  parts.reduce((at, part) => (data.set(part.data, at), at + part.data.length), 0);
  return float32([count, ...parts[0]!.dims.slice(1)], data);
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Some rows of a matrix. */
export function rows({ dims, data }: Tensor<'float32'>, which: readonly number[]): Tensor<'float32'> {
  const width = dims[1]!;
  const chosen = new Float32Array(which.length * width);
  which.forEach((row, i) => chosen.set(data.subarray(row * width, (row + 1) * width), i * width));
  return float32([which.length, width], chosen);
}

/** The rows of two matrices. */
function below(a: Tensor<'float32'>, b: Tensor<'float32'>): Tensor<'float32'> {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return float32([a.dims[0]! + b.dims[0]!, a.dims[1]!], data);
}
