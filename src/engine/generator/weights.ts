/** The weights of a generator's layers: the kernels, matrices and biases that training moved. */
import type { Graph } from '../graph/graph.ts';
import type { Tensor } from '../tensor.ts';
import type { Generator } from './generator.ts';

export interface Weight {
  /** One of a run's parameters: "layer5.0". */
  readonly name: string;
  readonly layer: number;
  /** As the slice has it, in single or half floats. */
  readonly data: Tensor;
}

/** Operators whose second and third input are such weights. */
const WEIGHTED: readonly string[] = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'];
/** What may stand between a weight as it is stored and the operator that uses it. */
const PASSING: readonly string[] = ['Cast', 'Identity', 'Transpose', 'Reshape'];

/** Those of the layers from `first` to `last`, both among them, in their order. */
export const weightsOf = ({ slices }: Pick<Generator, 'slices'>, [first, last]: readonly [number, number]): Weight[] =>
  slices.slice(first - 1, last).flatMap((slice, i) => {
    const layer = first + i;
    return weightsIn(slice).map((data, index) => ({ name: `layer${layer}.${index}`, layer, data }));
  });

function weightsIn({ nodes, initializers }: Graph): Tensor[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const stored = (name: string): Tensor | undefined => {
    const maker = makers.get(name);
    return maker && PASSING.includes(maker.op) ? stored(maker.inputs[0] ?? '') : initializers.get(name);
  };
  const used = nodes.filter(({ op }) => WEIGHTED.includes(op)).flatMap(({ inputs }) => inputs.slice(1, 3).map(stored));
  return [...new Set(used.filter((data) => data !== undefined))];
}
