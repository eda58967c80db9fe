/** A whole generator as one ONNX file -> slices. */
import { EngineError, ModelFormatError } from '../../engine/errors.ts';
import type { Graph, GraphValue, Node } from '../../engine/graph/graph.ts';
import { readModel } from '../../engine/onnx/read.ts';
import { int64, type Tensor } from '../../engine/tensor.ts';
import { BATCH } from '../graphWriter.ts';
import { MAX_ATTRIBUTE, MAX_GENERATOR_NODES } from '../limits.ts';
import type { GeneratorPlan, SlicePlan } from '../layouts/layout.ts';
import { findCuts } from './cuts.ts';
import { fold, type Folded } from './fold.ts';
import { foldBatchNorm } from './foldBatchNorm.ts';
import { freeBatch } from './freeBatch.ts';
import { outputRange } from './outputRange.ts';

/**
 * @param what the file's name, for errors
 * @throws ModelFormatError when the file is damaged, or is not a generator that can be cut
 */
export function planOnnx(file: Uint8Array, what: string): GeneratorPlan {
  const model = readModel(file, what);
  try {
    return plan(model);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new ModelFormatError(`${what} cannot be used as a generator: ${error.message}`, { cause: error });
  }
}

function plan(model: Graph): GeneratorPlan {
  expectModest(model);
  const zDim = codeLength(model);
  const { graph, shapeOf } = simplify(model);
  const image = graph.outputs[0]!.name;
  const [channels, height, width, ...more] = shapeOf(image);
  if (channels !== 3 || height === undefined || height !== width || more.length > 0) {
    throw new ModelFormatError(
      `its output has shape [n, ${shapeOf(image).join(', ')}], not that of square RGB images.`,
    );
  }
  const cuts = findCuts(graph, (name) => {
    const shape = shapeOf(name);
    return shape.length === 3 && shape[0]! > 0;
  });
  if (cuts.length === 0) throw new ModelFormatError('no feature map lies on every path from the code to the image.');

  const ends = [...cuts, graph.nodes.length - 1];
  const slices = ends.map((end, i): SlicePlan => {
    const begin = i === 0 ? 0 : ends[i - 1]! + 1;
    const from = i === 0 ? graph.inputs[0]!.name : graph.nodes[begin - 1]!.outputs[0]!;
    const to = i === ends.length - 1 ? image : graph.nodes[end]!.outputs[0]!;
    const shapes = { from: i === 0 ? [zDim] : shapeOf(from), to: shapeOf(to) };
    const [channels, height, width] = shapes.to as [number, number, number];
    const build = () => Promise.resolve(cutOut(graph, { begin, end, from, to, shapes, index: i + 1 }));
    return { channels, height, width, build };
  });
  return { zDim, resolution: height, range: outputRange(graph), slices };
}

/** Refuses what would only cost time and memory to find out about later. */
function expectModest({ nodes }: Graph): void {
  if (nodes.length > MAX_GENERATOR_NODES) {
    throw new ModelFormatError(`it has ${nodes.length} nodes, more than any generator that could be inverted here.`);
  }
  for (const { op, name, attributes } of nodes) {
    for (const [attribute, { kind, value }] of Object.entries(attributes)) {
      const integers = kind === 'int' ? [value] : kind === 'ints' ? value : [];
      if (integers.every((n) => Math.abs(n) <= MAX_ATTRIBUTE)) continue;
      throw new ModelFormatError(
        `${op} (node "${name}") has ${attribute} = ${String(value)}, which is out of any range.`,
      );
    }
  }
}

function simplify(model: Graph): Folded {
  const { graph, shapeOf } = fold(freeBatch(withCodesAsRows(model)));
  return { graph: foldBatchNorm(graph), shapeOf };
}

/** The code's length, from an input [n, z] or [n, z, 1, 1]. */
function codeLength({ inputs, outputs }: Graph): number {
  const [input, ...others] = inputs;
  if (!input || outputs.length !== 1)
    throw new ModelFormatError(`it has ${outputs.length} outputs, expected one image.`);
  if (others.length > 0) {
    const names = inputs.map(({ name }) => `"${name}"`).join(', ');
    throw new ModelFormatError(`it has several inputs (${names}); export it with the latent code as the only one.`);
  }
  const [, zDim, ...rest] = input.shape;
  if (
    typeof zDim !== 'number' ||
    zDim < 1 ||
    input.dtype !== 'float32' ||
    ![0, 2].includes(rest.length) ||
    rest.some((dim) => dim !== 1)
  ) {
    const shape = `${input.dtype} [${input.shape.join(', ')}]`;
    throw new ModelFormatError(`its input "${input.name}" is ${shape}, not float32 codes [n, z] or [n, z, 1, 1].`);
  }
  return zDim;
}

/** Every slice 1 reads codes [n, z]; for a graph that wants them as 1x1 feature maps, a Reshape comes first. */
function withCodesAsRows(graph: Graph): Graph {
  const input = graph.inputs[0]!;
  if (input.shape.length === 2) return graph;
  const zDim = input.shape[1] as number;
  const codes: GraphValue = { ...input, name: `${input.name}_codes`, shape: [BATCH, zDim] };
  const shape = `${input.name}_shape`;
  const reshape: Node = {
    op: 'Reshape',
    name: `${input.name}_reshape`,
    inputs: [codes.name, shape],
    outputs: [input.name],
    attributes: {},
  };
  const initializers = new Map<string, Tensor>(graph.initializers).set(shape, int64([4], [-1, zDim, 1, 1]));
  return { ...graph, inputs: [codes], nodes: [reshape, ...graph.nodes], initializers };
}

interface Piece {
  /** First and last node. */
  readonly begin: number;
  readonly end: number;
  /** The values that become `x` and `y`. */
  readonly from: string;
  readonly to: string;
  readonly shapes: { readonly from: readonly number[]; readonly to: readonly number[] };
  readonly index: number;
}

function cutOut(graph: Graph, { begin, end, from, to, shapes, index }: Piece): Graph {
  const rename = (name: string): string => {
    if (name === '') return name;
    if (name === from) return 'x';
    // The prefix keeps the graph's own names apart from x and y.
    return name === to ? 'y' : `v_${name}`;
  };
  const nodes = graph.nodes.slice(begin, end + 1).map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const value = (name: string, shape: readonly number[]): GraphValue => ({
    name,
    dtype: 'float32',
    shape: [BATCH, ...shape],
  });
  return {
    name: `slice ${index}`,
    opset: graph.opset,
    inputs: [value('x', shapes.from)],
    outputs: [value('y', shapes.to)],
    initializers: new Map(
      [...graph.initializers].flatMap(([name, data]) => (read.has(rename(name)) ? [[rename(name), data]] : [])),
    ),
    nodes,
  };
}
