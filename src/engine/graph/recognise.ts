/** Finds composites in graphs that were written as standard operators. */
import type { Graph } from './graph.ts';

export const recognise = (graph: Graph): Graph => graph;
