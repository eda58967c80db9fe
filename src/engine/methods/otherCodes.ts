/** Codes that a composition gains or loses on its way, with as little change of the picture as there can be. */
import type { Backend } from '../backends/backend.ts';
import { evaluate } from '../backends/evaluate.ts';
import type { Generator } from '../generator/generator.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import type { Cut } from './method.ts';

/** Codes [N, ...] of whatever space, and their importances alpha [N, C]. */
export interface Composition {
  readonly codes: Tensor<'float32'>;
  readonly alpha: Tensor<'float32'>;
}

/** More codes come in with importance 0: the picture stays what it is until a step finds use for them. */
export function withMoreCodes({ codes, alpha }: Composition, further: Tensor<'float32'>): Composition {
  const unused = float32([further.dims[0]!, alpha.dims[1]!], new Float32Array(further.dims[0]! * alpha.dims[1]!));
  return { codes: below(codes, further), alpha: below(alpha, unused) };
}

/**
 * Of fewer codes those stay, in their order, whose terms of Eq. 3 are the largest: |F_n * alpha_n|. In each channel their
 * importances are scaled so that what they compose comes as near as it can, in least squares, to what all composed.
 *
 * @param cut of the codes that there are; its `codesAtOnce` are those that memory can draw at one time
 * @param wanted how many codes are to stay
 */
export async function withFewerCodes(
  backend: Backend,
  generator: Generator,
  { codes, alpha }: Composition,
  cut: Cut,
  wanted: number,
): Promise<Composition> {
  const [count, channels] = alpha.dims as [number, number];
  const products = await termProducts(backend, generator, { codes, alpha }, cut);
  const product = (c: number, n: number, m: number) => products.data[(c * count + n) * count + m]!;
  const sum = (over: readonly number[], value: (i: number) => number) => over.reduce((total, i) => total + value(i), 0);
  const all = indices(count);
  const size = all.map((n) => sum(indices(channels), (c) => product(c, n, n)));
  const kept = all
    .toSorted((n, m) => size[m]! - size[n]!)
    .slice(0, wanted)
    .sort((n, m) => n - m);
  const scales = indices(channels).map((c) => {
    const withKept = (n: number) => sum(kept, (m) => product(c, n, m));
    const squared = sum(kept, withKept);
    return squared > 0 ? sum(all, withKept) / squared : 1;
  });
  const chosen = rows(alpha, kept);
  return {
    codes: rows(codes, kept),
    alpha: { ...chosen, data: chosen.data.map((value, i) => value * scales[i % channels]!) },
  };
}

/** Inner products, channel by channel, of the terms F_n * alpha_n: [C, N, N], the channels of all that is composed in their order. */
export async function termProducts(
  backend: Backend,
  generator: Generator,
  { codes, alpha }: Composition,
  cut: Cut,
): Promise<Tensor<'float32'>> {
  const count = codes.dims[0]!;
  const drawn = await drawnInParts(backend, generator, codes, cut);
  const b = new GraphBuilder('terms');
  const weights = b.input('alpha', 'float32', alpha.dims);
  let first = 0;
  const products = Object.entries(drawn).map(([name, { dims }]) => {
    const [, channels, ...spatial] = dims as [number, number, ...number[]];
    const flat = b.reshape(b.input(name, 'float32', dims), [count, channels, sizeOf(spatial)]);
    const own = channels === alpha.dims[1] ? weights : b.slice(weights, [1], [first], [first + channels]);
    first += channels;
    const terms = b.transpose(b.mul(flat, b.reshape(own, [count, channels, 1])), [1, 0, 2]);
    return b.matmul(terms, b.transpose(terms, [0, 2, 1]));
  });
  const graph = b.build({ products: b.concat(products, 0) });
  return (await evaluate<'products'>(backend, graph, { ...drawn, alpha })).products;
}

/** The codes' states, each [N, C, H, W]: what draws them needs far more memory than they themselves. */
async function drawnInParts(
  backend: Backend,
  generator: Generator,
  codes: Tensor<'float32'>,
  cut: Cut,
): Promise<Record<string, Tensor<'float32'>>> {
  const count = codes.dims[0]!;
  const { codesAtOnce = count } = cut;
  const parts: Record<string, Tensor<'float32'>>[] = [];
  for (let first = 0; first < count; first += codesAtOnce) {
    const part = rows(
      codes,
      indices(Math.min(codesAtOnce, count - first)).map((i) => first + i),
    );
    const b = new GraphBuilder('features');
    const state = generator.head(b, b.input('codes', 'float32', part.dims), cut.layer, cut);
    parts.push(await evaluate(backend, b.build(state), { codes: part }));
  }
  return Object.fromEntries(
    Object.keys(parts[0]!).map((name) => [name, parts.map((part) => part[name]!).reduce(below)]),
  );
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Some of the first axis's rows. */
export function rows({ dims, data }: Tensor<'float32'>, which: readonly number[]): Tensor<'float32'> {
  const width = sizeOf(dims.slice(1));
  const chosen = new Float32Array(which.length * width);
  which.forEach((row, i) => chosen.set(data.subarray(row * width, (row + 1) * width), i * width));
  return float32([which.length, ...dims.slice(1)], chosen);
}

/** The rows of two tensors. */
export function below(a: Tensor<'float32'>, b: Tensor<'float32'>): Tensor<'float32'> {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return float32([a.dims[0]! + b.dims[0]!, ...a.dims.slice(1)], data);
}
