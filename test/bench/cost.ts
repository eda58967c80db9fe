/** What a run costs, counted in floating point operations rather than in seconds, so that any machine agrees. */
import type { Generator } from '../../src/engine/generator/generator.ts';
import { GraphBuilder, type TapeEntry, type Value } from '../../src/engine/graph/builder.ts';
import { sizeOf } from '../../src/engine/tensor.ts';

/** The cut of a generator that a recipe works at. */
export interface Cut {
  readonly layer: number;
  readonly codes: number;
}

/**
 * How many steps at `reference` cost as much as `steps` full steps at `cut` after scoring `scored` random codes. A step
 * is a forward pass and one of the same size backward to the inputs; scoring a code is a forward pass of the whole generator.
 */
export function stepEquivalents(
  generator: Generator,
  cut: Cut,
  { steps, scored }: { readonly steps: number; readonly scored: number },
  reference: Cut,
): number {
  const step = stepFlops(generator, cut);
  const whole = flops((b) => generator.whole(b, b.input('z', 'float32', [1, generator.manifest.zDim])));
  return (steps * step + scored * whole) / stepFlops(generator, reference);
}

/** Floating point operations of one optimisation step: G1 once a code, G2 once, each forward and backward. */
function stepFlops(generator: Generator, { layer, codes }: Cut): number {
  const head = flops((b) => generator.head(b, b.input('z', 'float32', [codes, generator.manifest.zDim]), layer));
  const tail = flops((b) => generator.tail(b, b.input('f', 'float32', generator.featureShape(layer)), layer));
  return 2 * (head + tail);
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
