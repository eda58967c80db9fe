/** What a run costs, counted in floating point operations rather than in seconds, so that any machine agrees. */
import type { Generator } from '../../src/engine/generator/generator.ts';
import { GraphBuilder, type TapeEntry, type Value } from '../../src/engine/graph/builder.ts';
import { stepsOfAll } from '../../src/engine/inversion/alphaSteps.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { lastStageOf } from '../../src/engine/inversion/lastStage.ts';
import { methodById } from '../../src/engine/methods/index.ts';
import type { Cut, MethodId } from '../../src/engine/methods/method.ts';
import { sizeOf } from '../../src/engine/tensor.ts';

/**
 * How many steps at `reference` (the paper's method) cost as much as `steps` steps of a run after scoring `scored` random codes. A
 * step is a forward pass and one of the same size backward to the inputs; scoring a code is a forward pass of the whole generator.
 */
export function stepEquivalents(
  generator: Generator,
  job: Job,
  { steps, scored }: { readonly steps: number; readonly scored: number },
  reference: Cut,
): number {
  const whole = flops((b) => generator.whole(b, b.input('z', 'float32', [1, generator.manifest.latent.size])));
  return (runFlops(generator, job, steps) + scored * whole) / stepFlops(generator, 'multi-code', reference);
}

function runFlops(generator: Generator, job: Job, steps: number): number {
  const { method, alphaSteps = 0 } = job;
  const last = lastStageOf(job);
  const cached = alphaSteps > 0 ? methodById(method).cached : undefined;
  const withCodes = last ? Math.min(steps, last.after) : steps;
  const ofAll = cached ? stepsOfAll(alphaSteps, withCodes) : withCodes;
  const step = stepFlops(generator, method, job);
  // Codes' feature maps are drawn anew for the steps of alpha that follow a step of everything.
  const draw = cached
    ? flops((b) => cached.what(b, generator, parametersOf(b, generator, method, job), job)['features']!)
    : 0;
  const atTheEnd = last ? stepFlops(generator, last.method, last.job) : 0;
  return (
    ofAll * step +
    stepsOfAll(alphaSteps, withCodes - 1) * draw +
    (withCodes - ofAll) * (step - 2 * draw) +
    (steps - withCodes) * atTheEnd
  );
}

/** Floating point operations of one optimisation step: all that leads to the image, forward and backward (of weights, about twice that). */
const stepFlops = (generator: Generator, method: MethodId, cut: Cut): number =>
  (method === 'tuned-weights' ? 3 : 2) *
  flops((b) => methodById(method).image(b, generator, parametersOf(b, generator, method, cut), cut));

function parametersOf(b: GraphBuilder, generator: Generator, id: MethodId, cut: Cut): Record<string, Value> {
  const method = methodById(id);
  const all = [...method.parameters(generator, cut), ...(method.held?.(generator, cut) ?? [])];
  return Object.fromEntries(all.map(({ name, shape }) => [name, b.input(name, 'float32', shape)]));
}

/** Multiply-adds count as two; only products of matrices and convolutions count at all. */
function flops(build: (b: GraphBuilder) => Value): number {
  const b = new GraphBuilder('cost');
  build(b);
  return b.tape.reduce((sum, entry) => sum + flopsOf(entry), 0);
}

function flopsOf({ op, inputs, outputs }: TapeEntry): number {
  const [x, weight] = inputs;
  const y = outputs[0]!;
  switch (op) {
    case 'Conv':
      return 2 * sizeOf(y.shape) * sizeOf(weight!.shape.slice(1));
    case 'ConvTranspose':
      return 2 * sizeOf(x!.shape) * sizeOf(weight!.shape.slice(1));
    case 'Gemm':
    case 'MatMul':
      return (2 * sizeOf(x!.shape) * sizeOf(weight!.shape)) / weightRows(weight!.shape, x!.shape);
    default:
      return 0;
  }
}

/** The dimension that a product of two matrices sums over, whichever way the weight lies. */
const weightRows = (weight: readonly number[], x: readonly number[]): number =>
  weight.find((dim) => dim === x.at(-1)) ?? weight[0]!;
