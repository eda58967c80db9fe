/**
 * Gradient checkpointing (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost"): a segment of the graph keeps
 * none of its intermediates for the backward pass, which computes them once more when it reaches the segment. The price
 * is one more forward pass of the segment.
 *
 * ONNX has no control dependencies, and a runtime is free to merge equal nodes: a second forward pass from the same
 * inputs would become the first one, kept in memory. So every pass, forward or backward, begins with inputs that
 * depend on what the pass before it left: zero times an element of it is added, which changes no bit of them.
 */
import type { GraphBuilder, TapeEntry, Value } from '../graph/builder.ts';
import { once } from '../ops/support/once.ts';
import { pullBack } from './gradients.ts';

/** Computes `f` of `inputs` without keeping what lies between. */
export type Checkpoint = (inputs: readonly Value[], f: (inputs: readonly Value[]) => Value) => Value;

/**
 * Segments that are computed one after the other, and taken back one after the other: at no time do two of them hold
 * their intermediates.
 */
export function checkpoints(b: GraphBuilder): Checkpoint {
  /** Results of the pass built last. */
  let latest: readonly Value[] = [];
  const inTurn = (inputs: readonly Value[]) =>
    inputs.map((input) => latest.reduce((value, result) => after(b, value, result), input));

  return (inputs, f) => {
    const output = b.withTape(undefined, () => f(inTurn(inputs)));
    latest = [output];
    b.record({
      ...{ op: 'Checkpoint', node: output.name, attributes: {}, inputs, outputs: [output] },
      vjp({ grad }) {
        const cotangents = once(() => {
          latest = [...latest, grad];
          const tape: TapeEntry[] = [];
          const ready = b.withTape(undefined, () => inTurn(inputs));
          const again = b.withTape(tape, () => f(ready));
          return (latest = b.withTape(undefined, () => pullBack(b, tape, again, grad, ready)));
        });
        return inputs.map((_, i) => () => cotangents()[i]!);
      },
    });
    return output;
  };
}

/** `x`, computed no earlier than `before`. */
function after(b: GraphBuilder, x: Value, before: Value): Value {
  const axes = before.shape.map((_, i) => i);
  const element = b.slice(
    before,
    axes,
    axes.map(() => 0),
    axes.map(() => 1),
  );
  return b.add(x, b.scale(b.reshape(element, [1]), 0));
}
