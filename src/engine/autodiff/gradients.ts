/**
 * Reverse-mode automatic differentiation of a graph into the same graph.
 *
 * Walks the builder's tape backwards from a scalar loss, asking each operator for its vector-Jacobian product and
 * summing the cotangents that meet at a value. Only entries on a path from `wrt` to `loss` are visited, and a rule is
 * called only for the inputs that lie on such a path, so frozen weights cost nothing.
 */
import { atNode, GraphError, UnsupportedOperatorError } from '../errors.ts';
import type { GraphBuilder, TapeEntry, Value } from '../graph/builder.ts';
import { sizeOf } from '../tensor.ts';

/**
 * @param loss a value with one element
 * @returns d loss / d wrt[i], each with the shape of `wrt[i]` (zeros where the loss does not depend on it)
 * @throws UnsupportedOperatorError naming the operator and the node that has no gradient rule
 */
export function gradients(b: GraphBuilder, loss: Value, wrt: readonly Value[]): Value[] {
  if (sizeOf(loss.shape) !== 1) throw new GraphError(`A loss has one element, not shape [${loss.shape.join(', ')}].`);
  return pullBack(b, b.tape, loss, b.fill(loss.shape, 1), wrt);
}

/**
 * Takes a cotangent back along a tape.
 *
 * @param cotangent of `output`, in its shape
 * @returns the cotangents of `wrt`
 */
export function pullBack(
  b: GraphBuilder,
  tape: readonly TapeEntry[],
  output: Value,
  cotangent: Value,
  wrt: readonly Value[],
): Value[] {
  const { path, active } = dependents(tape, wrt);
  const cotangents = new Map<string, Value>([[output.name, cotangent]]);

  for (const entry of path.toReversed()) {
    const grads = entry.outputs.map((output) => cotangents.get(output.name));
    const grad = grads.find((value) => value !== undefined);
    if (!grad) continue;
    const rules = atNode(entry.op, entry.node, () => rulesOf(b, entry, grads, grad));
    entry.inputs.forEach((input, i) => {
      if (!input || !active.has(input.name)) return;
      const rule = rules[i];
      if (rule === null) return;
      if (!rule) throw new UnsupportedOperatorError(`${entry.op} (input ${i})`, entry.node, 'gradient');
      const contribution = atNode(entry.op, entry.node, rule);
      const sum = cotangents.get(input.name);
      cotangents.set(input.name, sum ? b.add(sum, contribution) : contribution);
    });
  }
  return wrt.map((value) => cotangents.get(value.name) ?? b.fill(value.shape, 0));
}

/** The tape entries that depend on `wrt`, in order, and the names of every value that does. */
function dependents(tape: readonly TapeEntry[], wrt: readonly Value[]): { path: TapeEntry[]; active: Set<string> } {
  const active = new Set(wrt.map(({ name }) => name));
  const path = tape.filter((entry) => {
    if (!entry.inputs.some((input) => input && active.has(input.name))) return false;
    for (const output of entry.outputs) active.add(output.name);
    return true;
  });
  return { path, active };
}

function rulesOf(b: GraphBuilder, entry: TapeEntry, grads: readonly (Value | undefined)[], grad: Value) {
  if (!entry.vjp) throw new UnsupportedOperatorError(entry.op, entry.node, 'gradient');
  const { attributes, inputs, outputs } = entry;
  return entry.vjp({ b, attributes, inputs, outputs, grads, grad });
}
