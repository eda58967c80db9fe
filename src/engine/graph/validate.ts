/** The structural rules every graph keeps: single assignment, and nothing read before it is produced. */
import { GraphError } from '../errors.ts';
import type { Graph } from './graph.ts';

/** More nodes than any generator has; keeps a hostile file from stalling the reader. */
const MAX_NODES = 100_000;

/** @throws GraphError naming the node and the value that break a rule */
export function validate(graph: Graph): void {
  if (graph.nodes.length > MAX_NODES) throw new GraphError(`The graph has ${graph.nodes.length} nodes.`);
  if (graph.outputs.length === 0) throw new GraphError('The graph has no output.');
  const produced = new Set<string>();
  const produce = (name: string, by: string): void => {
    if (produced.has(name)) throw new GraphError(`"${name}" is produced twice (second time by ${by}).`);
    produced.add(name);
  };
  for (const { name } of graph.inputs) produce(name, 'an input');
  for (const name of graph.initializers.keys()) produce(name, 'an initializer');
  for (const { op, name, inputs, outputs } of graph.nodes) {
    const node = `${op} (node "${name}")`;
    for (const input of inputs) {
      if (input !== '' && !produced.has(input)) throw new GraphError(`${node} reads "${input}" before it is produced.`);
    }
    for (const output of outputs) if (output !== '') produce(output, node);
  }
  for (const { name } of graph.outputs) {
    if (!produced.has(name)) throw new GraphError(`Nothing produces the output "${name}".`);
  }
}
