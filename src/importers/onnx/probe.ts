/** Learns the shape of every value of a graph, and which are constants, by building it for one batch size. */
import { GraphBuilder } from '../../engine/graph/builder.ts';
import type { Graph, ValueType } from '../../engine/graph/graph.ts';
import { inline } from '../../engine/graph/inline.ts';
import type { Tensor } from '../../engine/tensor.ts';

export interface Probed extends ValueType {
  readonly constant: Tensor | undefined;
}

/**
 * @param graph one input whose first dimension is the batch, all others static
 * @returns by value name
 * @throws GraphError, UnsupportedOperatorError when the graph does not fit together or has an operator without a rule
 */
export function probe(graph: Graph, batch: number): Map<string, Probed> {
  const b = new GraphBuilder('probe');
  const inputs = Object.fromEntries(
    graph.inputs.map(({ name, dtype, shape }) => {
      const [, ...rest] = shape as readonly number[];
      return [name, b.input(name, dtype, [batch, ...rest])];
    }),
  );
  const names = [...graph.initializers.keys(), ...graph.nodes.flatMap(({ outputs }) => outputs.filter(Boolean))];
  const everything = names.map((name) => ({ name, dtype: 'float32', shape: [] }) as const);
  const values = inline(b, { ...graph, outputs: everything }, inputs);
  return new Map(
    [...Object.entries(values), ...Object.entries(inputs)].map(([name, value]) => [
      name,
      { dtype: value.dtype, shape: value.shape, constant: b.constantOf(value) },
    ]),
  );
}
