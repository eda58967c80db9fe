/**
 * What a static graph holds in memory while it runs, counted without running it: every shape is known, and a value lives
 * from the node that makes it to the last one that reads it.
 */
import type { TypedGraph, ValueType } from '../graph/graph.ts';
import { bytesPerElement, sizeOf } from '../tensor.ts';

/** All in bytes. */
export interface Footprint {
  /** Weights, and what a runtime computes from them once and keeps (the flipped kernels of the backward pass). */
  readonly constants: number;
  /** Inputs and outputs: a step's state before and after it. */
  readonly boundary: number;
  /** The most that values inside the graph hold at one time. */
  readonly intermediates: number;
  /** The largest tensor, of whichever kind. */
  readonly largest: number;
}

/** Operators whose result is their first input, seen in another shape. */
const VIEWS = new Set(['Reshape', 'Identity', 'Flatten', 'Squeeze', 'Unsqueeze']);
/** Operators that a runtime lets write over an input nobody reads any more. */
const IN_PLACE = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Neg',
  'Abs',
  'Sqrt',
  'Exp',
  'Relu',
  'LeakyRelu',
  'Tanh',
  'Clip',
]);

export const bytesOf = ({ dtype, shape }: ValueType): number => sizeOf(shape) * bytesPerElement(dtype);

export function footprint({ graph, typeOf }: TypedGraph): Footprint {
  const size = (name: string) => bytesOf(typeOf(name));
  const constant = new Set(graph.initializers.keys());
  const nodes = graph.nodes.filter(({ inputs, outputs }) => {
    if (!inputs.every((name) => name === '' || constant.has(name))) return true;
    for (const name of outputs) constant.add(name);
    return false;
  });
  const boundary = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));

  const storage = new Map<string, string>();
  const stored = (name: string) => storage.get(name) ?? name;
  const readers = new Map<string, number>();
  for (const { op, inputs, outputs } of nodes) {
    if (VIEWS.has(op)) storage.set(outputs[0]!, stored(inputs[0]!));
    for (const name of new Set(inputs.map(stored))) readers.set(name, (readers.get(name) ?? 0) + 1);
  }
  // An output that is a view of an intermediate is that intermediate, kept to the end.
  const kept = new Set([...boundary].map(stored));

  let live = 0;
  let intermediates = 0;
  for (const { op, inputs, outputs } of nodes) {
    const finished = [...new Set(inputs.map(stored))].filter((name) => {
      const left = readers.get(name)! - 1;
      readers.set(name, left);
      return left === 0 && name !== '' && !constant.has(name) && !kept.has(name);
    });
    const made = VIEWS.has(op) ? [] : outputs.filter((name) => name !== '' && !kept.has(name));
    const freed = finished.reduce((sum, name) => sum + size(name), 0);
    const added = made.reduce((sum, name) => sum + size(name), 0);
    const reused = IN_PLACE.has(op) && finished.some((name) => size(name) === size(outputs[0]!));
    intermediates = Math.max(intermediates, live + (reused ? 0 : added));
    live += added - freed - made.filter((name) => !readers.has(name)).reduce((sum, name) => sum + size(name), 0);
  }
  const used = [...constant].filter((name) => readers.has(name));
  const every = [...used, ...boundary, ...nodes.flatMap(({ outputs }) => outputs)].filter((name) => name !== '');
  const total = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + size(name), 0);
  return {
    constants: total(used),
    boundary: total(boundary),
    intermediates,
    largest: Math.max(...every.map(size)),
  };
}

/** What graphs take that are on a device at one time: each session keeps the memory that it once needed. */
export function together(footprints: readonly Footprint[]): Footprint {
  const sum = (part: keyof Footprint) => footprints.reduce((total, footprint) => total + footprint[part], 0);
  return {
    ...{ constants: sum('constants'), boundary: sum('boundary'), intermediates: sum('intermediates') },
    largest: Math.max(...footprints.map(({ largest }) => largest)),
  };
}
