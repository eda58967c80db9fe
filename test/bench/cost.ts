/** What a run costs, counted in floating point operations rather than in seconds, so that any machine agrees. */
import type { Generator } from '../../src/engine/generator/generator.ts';
import { GraphBuilder, type TapeEntry, type Value } from '../../src/engine/graph/builder.ts';
import { stepsOfAll } from '../../src/engine/inversion/alphaSteps.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { releasedAfter } from '../../src/engine/inversion/release.ts';
import { methodById } from '../../src/engine/methods/index.ts';
import type { Cut, MethodId } from '../../src/engine/methods/method.ts';
import { sizeOf } from '../../src/engine/tensor.ts';

/** What a run optimises, and how. */
export type Course = Pick<Job, 'method' | 'layer' | 'codes' | 'iterations' | 'release' | 'alphaSteps'>;

/**
 * How many steps at `reference` (the paper's method) cost as much as `steps` steps of a run after scoring `scored` random codes. A
 * step is a forward pass and one of the same size backward to the inputs; scoring a code is a forward pass of the whole generator.
 */
export function stepEquivalents(
  generator: Generator,
  course: Course,
  { steps, scored }: { readonly steps: number; readonly scored: number },
  reference: Cut,
): number {
  const whole = flops((b) => generator.whole(b, b.input('z', 'float32', [1, generator.manifest.zDim])));
  return (runFlops(generator, course, steps) + scored * whole) / stepFlops(generator, 'multi-code', reference);
}

function runFlops(generator: Generator, course: Course, steps: number): number {
  const { method, release, iterations, alphaSteps = 0 } = course;
  const cached = alphaSteps > 0 ? methodById(method).cached : undefined;
  const withCodes = release ? Math.min(steps, releasedAfter(release, iterations)) : steps;
  const ofAll = cached ? stepsOfAll(alphaSteps, withCodes) : withCodes;
  const step = stepFlops(generator, method, course);
  // Codes' feature maps are drawn anew for the steps of alpha that follow a step of everything.
  const draw = cached ? flops((b) => cached.what(b, generator, parametersOf(b, generator, method, course), course)) : 0;
  const released = release ? stepFlops(generator, 'feature-map', { ...course, layer: release.layer }) : 0;
  return (
    ofAll * step +
    stepsOfAll(alphaSteps, withCodes - 1) * draw +
    (withCodes - ofAll) * (step - 2 * draw) +
    (steps - withCodes) * released
  );
}

/** Floating point operations of one optimisation step: all that leads to the image, forward and backward. */
const stepFlops = (generator: Generator, method: MethodId, cut: Cut): number =>
  2 * flops((b) => methodById(method).image(b, generator, parametersOf(b, generator, method, cut), cut));

const parametersOf = (b: GraphBuilder, generator: Generator, method: MethodId, cut: Cut): Record<string, Value> =>
  Object.fromEntries(
    methodById(method)
      .parameters(generator, cut)
      .map(({ name, shape }) => [name, b.input(name, 'float32', shape)]),
  );

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
