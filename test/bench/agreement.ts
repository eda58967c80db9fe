/** Whether a contender computes what it is timed for: the loss and its gradients at one start, beside the engine's. */
import * as ort from 'onnxruntime-node';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import { Inversion } from '../../src/engine/inversion/inversion.ts';
import { settings } from '../../src/engine/tasks/prepare.ts';
import { filled } from '../../src/engine/tensor.ts';
import type { Case, Check } from './contender.ts';
import { openGenerator, type ModelName } from './generators.ts';
import { startOf, TARGET } from './start.ts';

/** Largest difference, relative to the largest value. */
export const TOLERANCE = 1e-3;

/** A step of gradient descent so long that what it starts at does not matter, which makes the gradient readable. */
const RATE = 1e8;

export async function engineCheck(timed: Case): Promise<Check> {
  const { layer, codes, factor, threads } = timed;
  const generator = await openGenerator(timed.model as ModelName);
  const side = generator.manifest.resolution / factor;
  const options = { layer, codes, starts: 0, iterations: 1000, down: 'area', perceptual: { kind: 'none' } } as const;
  const job = {
    ...settings('super-resolve', generator.manifest, options),
    optimizer: { kind: 'gd', learningRate: RATE, alphaLearningRate: RATE, schedule: 'constant' } as const,
    factor,
    target: filled([1, 3, side, side], TARGET),
  };
  const start = startOf(timed, generator);
  const backend = onnxRuntimeBackend(ort as OrtModule, { name: 'CPU', provider: 'cpu', threads });
  const inversion = await Inversion.create(backend, generator, job, start);
  try {
    const { loss } = await inversion.advance();
    const after = await inversion.parameters();
    const gradient = (name: 'z' | 'alpha'): number[] =>
      Array.from(start[name].data, (before, i) => (before - after[name]!.data[i]!) / RATE);
    return { loss: Number((await loss.read()).data[0]), z: gradient('z'), alpha: gradient('alpha') };
  } finally {
    await inversion.dispose();
  }
}

/** The largest relative difference of loss and gradients. */
export function disagreement(found: Check, wanted: Check): number {
  const of = (a: readonly number[], b: readonly number[]): number => {
    if (a.length !== b.length) return Infinity;
    const scale = Math.max(...b.map(Math.abs));
    return Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / scale;
  };
  const differences = [of([found.loss], [wanted.loss]), of(found.z, wanted.z), of(found.alpha, wanted.alpha)];
  return differences.some(Number.isNaN) ? Infinity : Math.max(...differences);
}
