/**
 * Leaves a graph with the latent code as its only input: others whose value is obvious become constants, and so does noise
 * that a graph draws itself.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { getFloat } from '../../engine/graph/attributes.ts';
import type { Graph, GraphValue, Node } from '../../engine/graph/graph.ts';
import { fromNumbers } from '../../engine/ops/support/fold.ts';
import { float32, sizeOf, type Tensor } from '../../engine/tensor.ts';
import { MAX_EXPANDED_ELEMENTS } from '../limits.ts';

export interface Settled {
  readonly graph: Graph;
  /** What was decided, in sentences for a person. */
  readonly notes: readonly string[];
}

/** Inputs that are known by their names, and the value with which they change nothing. */
const OBVIOUS: readonly {
  readonly name: RegExp;
  readonly single: boolean;
  readonly value: number;
  readonly why: string;
}[] = [
  { name: /trunc|psi/i, single: true, value: 1, why: 'no truncation' },
  { name: /noise/i, single: false, value: 0, why: 'no noise' },
  { name: /train/i, single: true, value: 0, why: 'no training' },
];

/** Names of the code where several inputs might be it, the likeliest first. */
const CODES = [/^(z|latents?|(latent_)?(code|vector)s?)$/i, /^(w|ws|input|x|z_.*|.*latent.*)$/i, /noise/i];

/** @throws ModelFormatError naming an input whose value nobody can guess */
export function withCodeAlone(graph: Graph): Settled {
  const code = codeOf(graph.inputs);
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const initializers = new Map(graph.initializers);
  const empty = new Set<string>();
  const notes: string[] = [];
  for (const input of graph.inputs) {
    const { name } = input;
    if (input === code) continue;
    if (!read.has(name)) {
      notes.push(`Its input "${name}" is used by nothing and was left out.`);
      continue;
    }
    const obvious = valueOf(input);
    if (!obvious) {
      const names = graph.inputs.map((other) => `"${other.name}"`).join(', ');
      const type = `${input.dtype} [${input.shape.join(', ')}]`;
      throw new ModelFormatError(
        `it has several inputs (${names}), and no value of "${name}" (${type}) is obvious; export it with the latent code as the only one.`,
      );
    }
    initializers.set(name, obvious.value);
    if (sizeOf(obvious.value.dims) === 0) empty.add(name);
    notes.push(`Its input "${name}" ${obvious.note}.`);
  }
  const drawn = graph.nodes.filter(({ op }) => RANDOM.has(op));
  for (const node of drawn) {
    const mean = meanOf(node);
    initializers.set(node.outputs[0]!, float32([], [mean]));
    notes.push(`Noise that it draws itself (node "${node.name}") was set to its mean, ${mean}.`);
  }
  const nodes = graph.nodes
    .filter((node) => !drawn.includes(node))
    .map((node) => (node.op === 'Concat' ? { ...node, inputs: node.inputs.filter((name) => !empty.has(name)) } : node));
  return { graph: { ...graph, inputs: code ? [code] : graph.inputs, initializers, nodes }, notes };
}

/** The one input that may hold codes [n, z] or [n, z, 1, 1], or the one that is called so. */
function codeOf(inputs: readonly GraphValue[]): GraphValue | undefined {
  const [only, ...others] = inputs;
  if (others.length === 0) return only;
  const possible = inputs.filter(
    ({ dtype, shape: [, z, ...rest] }) =>
      dtype === 'float32' &&
      typeof z === 'number' &&
      z > 1 &&
      [0, 2].includes(rest.length) &&
      rest.every((dim) => dim === 1),
  );
  if (possible.length < 2) return possible[0] ?? only;
  for (const pattern of CODES) {
    const called = possible.filter(({ name }) => pattern.test(name));
    if (called.length === 1) return called[0];
  }
  return possible[0];
}

function valueOf({ name, dtype, shape }: GraphValue): { readonly value: Tensor; readonly note: string } | undefined {
  // What differs between codes of a batch is broadcast.
  const dims = shape.map((dim) => (typeof dim === 'number' ? dim : 1));
  const size = sizeOf(dims);
  if (size === 0)
    return { value: fromNumbers(dtype, dims, []), note: 'is empty (it knows no classes) and was left out' };
  const known = OBVIOUS.find((entry) => entry.name.test(name) && (!entry.single || size === 1));
  if (!known || size > MAX_EXPANDED_ELEMENTS) return undefined;
  const value = fromNumbers(dtype, dims, Array<number>(size).fill(known.value));
  return { value, note: `was set to ${known.value} (${known.why})` };
}

const RANDOM = new Set(['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike']);

const meanOf = ({ op, attributes }: Node): number =>
  op.startsWith('RandomNormal')
    ? getFloat(attributes, 'mean', 0)
    : (getFloat(attributes, 'low', 0) + getFloat(attributes, 'high', 1)) / 2;
