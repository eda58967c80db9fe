/**
 * Directions that a generator's weights themselves suggest: closed-form factorisation (Shen and Zhou, SeFa, CVPR 2021). What a move
 * n of a code changes first is A n, where A is the first matrix that multiplies it (of styles: those of all chosen layers), so what
 * changes most are the eigenvectors of AᵀA with the largest eigenvalues. No labels, no samples, no download.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { ParameterError } from '../errors.ts';
import type { Generator } from '../generator/generator.ts';
import { getInt } from '../graph/attributes.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { castFloat, float32, type Tensor } from '../tensor.ts';

/** Rows that a code is multiplied by: [code size, outputs]. */
interface Weights {
  readonly size: number;
  readonly outputs: number;
  at(code: number, output: number): number;
}

/**
 * Of a PGGAN and other generators of codes z in z; of a StyleGAN in W.
 *
 * @param layers of a StyleGAN, first and last: those whose styles are looked at; absent: all
 * @returns [count, size of a code], of unit length, strongest first; each turned so that its largest number is positive
 * @throws ParameterError where the model has fewer directions, no such layers, or no matrix that multiplies its code
 */
export function sefa(
  { manifest, slices }: Pick<Generator, 'manifest' | 'slices'>,
  count: number,
  layers?: readonly [first: number, last: number],
): Tensor<'float32'> {
  const { name, mapping } = manifest;
  if (layers && !mapping) throw new ParameterError(`${name} has no styles of layers: its code is read once.`);
  const [first, last] = layers ?? [1, slices.length];
  if (first < 1 || first > last || last > slices.length) {
    throw new ParameterError(`${name} has layers 1 to ${slices.length}, not ${first} to ${last}.`);
  }
  const read = mapping ? slices.map((_, k) => k).slice(first - 1, last) : [0];
  const weights = read.flatMap((k) => weightsOn(slices[k]!, manifest.slices[k]!));
  const size = mapping?.size ?? manifest.latent.size;
  if (weights.length === 0 || weights.some((each) => each.size !== size)) {
    throw new ParameterError(
      `${name} multiplies its code by no matrix that could be read, so SeFa has nothing to say.`,
    );
  }
  if (count > size) throw new ParameterError(`${name} has ${size} directions, not ${count}.`);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram(weights, size), {
    assumeSymmetric: true,
  });
  const strongest = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const directions = strongest.slice(0, count).flatMap((i) => turned(eigenvectorMatrix.getColumn(i)));
  return float32([count, size], directions);
}

/** Sum of w wᵀ over the outputs of all matrices, each w of unit length: no output counts more for its scale. */
function gram(weights: readonly Weights[], size: number): Matrix {
  const columns = weights.flatMap(({ outputs, at }) =>
    Array.from({ length: outputs }, (_, output) => {
      const column = Float64Array.from({ length: size }, (_, code) => at(code, output));
      const length = Math.hypot(...column);
      return length > 0 ? column.map((value) => value / length) : column;
    }),
  );
  const rows = Array.from({ length: size }, (_, code) => Float64Array.from(columns, (column) => column[code]!));
  const product = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [rows[i]!, rows[j]!];
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
      product.set(i, j, sum);
      product.set(j, i, sum);
    }
  }
  return product;
}

function turned(direction: readonly number[]): number[] {
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? direction.map((value) => -value) : [...direction];
}

/** What a code may pass on its way to the matrix: it scales or reshapes, and turns nothing. */
const PASSING: readonly string[] = ['PixelNorm', 'Identity', 'Cast', 'Reshape', 'Flatten', 'Unsqueeze', 'Squeeze'];

/** The matrices that multiply the code of a slice, or its style, on the way to what goes on: RGB layers that share a style with a convolution do not count. */
function weightsOn(slice: Graph, ports: Generator['manifest']['slices'][number]): Weights[] {
  const given = Object.entries(ports.outputs).filter(([, { value }]) => value !== 'rgb');
  const needed = ancestors(slice, new Set(given.map(([port]) => port)));
  const carrying = new Set(
    Object.entries(ports.inputs).flatMap(([port, name]) => (name === 'z' || name === 'style' ? [port] : [])),
  );
  const found: Weights[] = [];
  for (const node of slice.nodes) {
    if (!needed.has(node) || !carrying.has(node.inputs[0] ?? '')) continue;
    if (PASSING.includes(node.op)) carrying.add(node.outputs[0]!);
    const weights = matrixOf(slice, node);
    if (weights) found.push(weights);
  }
  return found;
}

/** The nodes that values depend on. */
function ancestors({ nodes }: Graph, values: Set<string>): Set<Node> {
  const needed = new Set<Node>();
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => values.has(name))) continue;
    needed.add(node);
    for (const name of node.inputs) values.add(name);
  }
  return needed;
}

function matrixOf(slice: Graph, { op, inputs, attributes }: Node): Weights | undefined {
  const stored = constantOf(slice, inputs[1] ?? '');
  if (!stored || stored.dims.length < 2) return undefined;
  const { data, dims } = stored;
  const [rows, columns] = [dims[0]!, data.length / dims[0]!];
  const byRow: Weights = { size: rows, outputs: columns, at: (code, output) => data[code * columns + output]! };
  if (op === 'MatMul' || op === 'ConvTranspose') return byRow;
  if (op === 'Gemm' && getInt(attributes, 'transB', 0) === 0) return byRow;
  if (op === 'Gemm') return { size: columns, outputs: rows, at: (code, output) => data[output * columns + code]! };
  if (op !== 'Conv') return undefined;
  const size = dims[1]!;
  const taps = columns / size;
  return {
    size,
    outputs: rows * taps,
    at: (code, output) => data[(Math.floor(output / taps) * size + code) * taps + (output % taps)]!,
  };
}

/** A constant of a graph, which may be stored in half floats. */
function constantOf({ nodes, initializers }: Graph, name: string): Tensor<'float32'> | undefined {
  const stored = initializers.get(name);
  if (stored) return castFloat(stored, 'float32');
  const maker = nodes.find(({ outputs }) => outputs.includes(name));
  return maker && (maker.op === 'Cast' || maker.op === 'Identity')
    ? constantOf({ nodes, initializers } as Graph, maker.inputs[0] ?? '')
    : undefined;
}
