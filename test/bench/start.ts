/** Where every contender starts from, and what it aims at. */
import type { Generator } from '../../src/engine/generator/generator.ts';
import { normals } from '../../src/engine/random.ts';
import { filled, float32 } from '../../src/engine/tensor.ts';

/** What every pixel of the target is. */
export const TARGET = 0.25;

/** The start at which contenders must agree: z [codes, zDim] ~ N(0, 1), alpha [codes, C_l] = 1 / codes. */
export function startOf({ layer, codes }: { layer: number; codes: number }, generator: Generator) {
  const draw = normals(0);
  const { size: zDim } = generator.manifest.latent;
  const z = float32(
    [codes, zDim],
    Float32Array.from({ length: codes * zDim }, () => draw()),
  );
  return { z, alpha: filled([codes, generator.channels(layer)], 1 / codes) };
}
