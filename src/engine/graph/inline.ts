/** Copies a graph into a builder: how slices become one step graph, with static shapes inferred on the way. */
import { GraphError } from '../errors.ts';
import type { Graph } from './graph.ts';
import type { GraphBuilder, Value } from './builder.ts';

/**
 * @param inputs the values that take the place of the graph's inputs, by name; of its constants, too, where one has such a name
 * @returns the graph's outputs, by name
 * @throws GraphError when an input is missing or a node reads a value that nothing produces
 */
export function inline(b: GraphBuilder, graph: Graph, inputs: Readonly<Record<string, Value>>): Record<string, Value> {
  const values = new Map<string, Value>(Object.entries(inputs));
  for (const { name } of graph.inputs) {
    if (!values.has(name)) throw new GraphError(`Graph "${graph.name}" needs an input named "${name}".`);
  }
  for (const [name, data] of graph.initializers) if (!values.has(name)) values.set(name, b.weight(data, name));
  for (const node of graph.nodes) {
    const operands = node.inputs.map((name) => {
      if (name === '') return undefined;
      const value = values.get(name);
      if (!value) throw new GraphError(`${node.op} (node "${node.name}") reads "${name}", which nothing produces.`);
      return value;
    });
    const results = b.nodes(node.op, operands, node.attributes, node.outputs.length, node.name || undefined);
    node.outputs.forEach((name, i) => name && results[i] && values.set(name, results[i]));
  }
  return Object.fromEntries(
    graph.outputs.map(({ name }) => {
      const value = values.get(name);
      if (!value) throw new GraphError(`Graph "${graph.name}" promises an output "${name}" that nothing produces.`);
      return [name, value];
    }),
  );
}
