/** The generators that are timed. */
import { join } from 'node:path';
import { Generator } from '../../src/engine/generator/generator.ts';
import { generatorOf, openModel } from '../../src/node/models.ts';
import { randomPggan } from '../support/randomGenerator.ts';

/** A PGGAN: two layers a level, nearest x2 between levels. */
export interface PgganShape {
  readonly zDim: number;
  /** Channels at 4, 8, 16, ... pixels. */
  readonly channels: readonly number[];
}

/** Published PGGANs have these channels at 4, 8, ... 1024 pixels. */
const PGGAN_CHANNELS = [512, 512, 512, 512, 256, 128, 64, 32, 16];
const pggan = (levels: number): PgganShape => ({ zDim: 512, channels: PGGAN_CHANNELS.slice(0, levels) });

/** The embedded default: one of moderate size. */
const SMALL: PgganShape = { zDim: 128, channels: [128, 128, 96, 64, 32, 16] };

/**
 * The embedded default has its own weights (half floats, which not every contender reads), the others random ones: time
 * does not depend on them.
 */
export const SHAPES = {
  fruit128: SMALL,
  small128: SMALL,
  pggan128: pggan(6),
  pggan256: pggan(7),
  pggan1024: pggan(9),
} as const satisfies Record<string, PgganShape>;
export type ModelName = keyof typeof SHAPES;

const MODELS = join(import.meta.dirname, '../../models');

/** A generator and the bytes of its slices. */
export async function openSlices(name: ModelName): Promise<{ generator: Generator; files: Uint8Array[] }> {
  if (name === 'fruit128') {
    const model = await openModel(name, [MODELS]);
    const generator = generatorOf(model);
    return { generator, files: model.files.slice(0, generator.manifest.slices.length) };
  }
  const { manifest, files: all } = await randomPggan(SHAPES[name]);
  const files = manifest.slices.map(({ file }) => all.get(file)!);
  return { generator: Generator.load(manifest, files), files };
}

export const openGenerator = async (name: ModelName): Promise<Generator> => (await openSlices(name)).generator;

/**
 * Floating point operations of one optimisation step: forward, and backward to the inputs, of every convolution
 * (a multiply-add counts as two). The first `layer` layers run once a code, the rest once.
 */
export function stepFlops({ zDim, channels }: PgganShape, layer: number, codes: number): number {
  const layers = channels.flatMap((out, level) => {
    const pixels = (4 * 2 ** level) ** 2;
    const first = level === 0 ? zDim * out * 16 : channels[level - 1]! * out * 9 * pixels;
    return [first, out * out * 9 * pixels];
  });
  const toRgb = channels.at(-1)! * 3 * (4 * 2 ** (channels.length - 1)) ** 2;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return 2 * 2 * (codes * sum(layers.slice(0, layer)) + sum(layers.slice(layer)) + toRgb);
}
