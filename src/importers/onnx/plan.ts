/** A whole generator as one ONNX file -> slices. */
import { EngineError, ModelFormatError } from '../../engine/errors.ts';
import { onePort } from '../../engine/generator/program.ts';
import type { Graph, GraphValue, Node } from '../../engine/graph/graph.ts';
import { readModelWithData } from '../../engine/onnx/read.ts';
import { int64, type Tensor } from '../../engine/tensor.ts';
import { BATCH } from '../graphWriter.ts';
import { MAX_ATTRIBUTE, MAX_GENERATOR_NODES, MAX_MODEL_BYTES } from '../limits.ts';
import type { GeneratorPlan, SlicePlan } from '../layouts/layout.ts';
import type { ByteSource } from '../source.ts';
import { findCuts } from './cuts.ts';
import { siblingLoader } from './external.ts';
import { fold, type Folded } from './fold.ts';
import { foldBatchNorm } from './foldBatchNorm.ts';
import { freeBatch } from './freeBatch.ts';
import { withCodeAlone } from './inputs.ts';
import { endAt, findPicture } from './picture.ts';
import { inSinglePrecision } from './precision.ts';

/**
 * @param what the file's name, for errors
 * @throws ModelFormatError when the file is damaged, or is not a generator that can be cut
 */
export async function planOnnx(source: ByteSource, what: string): Promise<GeneratorPlan> {
  if (source.size > MAX_MODEL_BYTES) throw new ModelFormatError(`${what} is longer than an ONNX file can be.`);
  const model = await readModelWithData(await source.read(0, source.size), what, siblingLoader(source));
  try {
    return plan(model);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new ModelFormatError(`${what} cannot be used as a generator: ${error.message}`, { cause: error });
  }
}

function plan(model: Graph): GeneratorPlan {
  expectModest(model);
  const { graph: exported, notes } = withCodeAlone(withImageAlone(inSinglePrecision(model)));
  const zDim = codeLength(exported);
  const folded = simplify(exported);
  const picture = findPicture(folded.graph, folded.shapeOf);
  const [a, height, c] = folded.shapeOf(picture.value) as [number, number, number];
  const shape = picture.channelsLast ? [c, a, height] : [a, height, c];
  const graph = endAt(folded.graph, picture, [BATCH, ...shape]);
  const image = graph.outputs[0]!.name;
  const shapeOf = (name: string): readonly number[] => (name === image ? shape : folded.shapeOf(name));
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
    const build = () => Promise.resolve(cutOut(graph, { begin, end, from, to, shapes, index: i + 1 }));
    return { ...onePort(shapes.to, { first: i === 0, last: i === ends.length - 1 }), build };
  });
  return {
    zDim,
    resolution: height,
    range: picture.found?.range,
    rangeAssumed: picture.found?.assumed ?? false,
    slices,
    whole: endAt(exported, picture, [BATCH, ...shape]),
    notes,
  };
}

/** Of several outputs, the one that is declared as a picture. */
function withImageAlone(graph: Graph): Graph {
  const pictures = graph.outputs.filter(({ shape }) => shape.length === 4 && (shape[1] === 3 || shape[3] === 3));
  return graph.outputs.length > 1 && pictures.length === 1 ? { ...graph, outputs: pictures } : graph;
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
  const [input] = inputs;
  if (!input) throw new ModelFormatError('it has no input.');
  if (outputs.length !== 1) throw new ModelFormatError(`it has ${outputs.length} outputs, expected one image.`);
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
