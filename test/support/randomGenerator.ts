/** Small PGGANs with random weights, in the layout of the published ones. */
import { Generator } from '../../src/engine/generator/generator.ts';
import { normals } from '../../src/engine/random.ts';
import { float32, sizeOf, type Tensor } from '../../src/engine/tensor.ts';
import { writePackage, type ImportedPackage } from '../../src/importers/package.ts';
import { everySecond, equalised, planPggan, type PgganLayer } from '../../src/importers/layouts/pggan.ts';
import type { LazyTensor } from '../../src/importers/torch/tensorRef.ts';

export interface RandomPggan {
  readonly zDim: number;
  /** Channels at 4 x 4, 8 x 8, ...: the resolution is 4 * 2^(length - 1). */
  readonly channels: readonly number[];
  readonly seed?: number;
  /** All weights zero, where only shapes matter: large ones take their time to draw. */
  readonly blank?: boolean;
}

export function randomPggan({ zDim, channels, seed = 1, blank = false }: RandomPggan): Promise<ImportedPackage> {
  const draw = normals(seed);
  const random = (dims: readonly number[], scale: number): LazyTensor => {
    const data = new Float32Array(sizeOf(dims));
    const value: Tensor = float32(dims, blank ? data : data.map(() => draw() * scale));
    return { dims, dtype: 'float32', load: () => Promise.resolve(value) } as LazyTensor;
  };
  const layer = (out: number, into: number, kernel: number, gain?: number): PgganLayer => {
    const weight = random([out, into, kernel, kernel], 1);
    return { weight, bias: random([out], 0.1), weightScale: equalised(weight, gain), biasScale: 1 };
  };
  const layers = channels.flatMap((c, i) => [
    i === 0 ? layer(c, zDim, 4) : layer(c, channels[i - 1]!, 3),
    layer(c, c, 3),
  ]);
  const plan = planPggan(
    { layers, upsamples: everySecond, toRgb: layer(3, channels.at(-1)!, 1, 0.3), clamp: false },
    'random',
  );
  return writePackage(plan, { fileName: 'random.pth', id: 'random', name: 'Random', domain: 'noise' });
}

export async function randomGenerator(spec: RandomPggan): Promise<Generator> {
  const { manifest, files } = await randomPggan(spec);
  return Generator.load(
    manifest,
    manifest.slices.map(({ file }) => files.get(file)!),
  );
}
