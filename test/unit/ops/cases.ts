/** The cases of test/fixtures/ops: one node each, with PyTorch's float64 outputs and gradients. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { GraphBuilder, type Value } from '../../../src/engine/graph/builder.ts';
import type { Attributes, Graph } from '../../../src/engine/graph/graph.ts';
import { fromNumbers } from '../../../src/engine/ops/support/fold.ts';
import { float32, toNumbers, type DataType, type Tensor } from '../../../src/engine/tensor.ts';
import type { ortRun } from './ortRun.ts';

export interface Case {
  readonly name: string;
  readonly op: string;
  readonly attributes: Attributes;
  /** Data (with a gradient), constants (without) and omitted inputs. */
  readonly inputs: readonly ({ dtype?: DataType; dims: number[]; data: number[]; grad?: number[] } | null)[];
  readonly outputs: readonly { dims: number[]; data: number[]; cotangent: number[] }[];
}

const file = new URL('../../fixtures/ops/gradients.json', import.meta.url);

export const CASES = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];

/** What the generators that people publish are made of; Upsample becomes Resize when a graph is read (upgrade.test.ts). */
export const PUBLISHED = [
  ...['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Einsum', 'Add', 'Sub', 'Mul', 'Div', 'Pow', 'Sqrt', 'Exp', 'Log'],
  ...['Abs', 'Neg', 'Clip', 'Relu', 'LeakyRelu', 'PRelu', 'Elu', 'Selu', 'Sigmoid', 'Tanh', 'Softplus', 'HardSigmoid'],
  ...['Softmax', 'ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceL2', 'BatchNormalization', 'InstanceNormalization'],
  ...['LayerNormalization', 'GroupNormalization', 'Resize', 'AveragePool', 'MaxPool', 'GlobalAveragePool', 'Pad'],
  ...['Slice', 'Concat', 'Split', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Expand', 'Tile'],
  ...['Gather', 'Where', 'Min', 'Max', 'DepthToSpace', 'SpaceToDepth', 'Identity', 'Cast'],
];

/** A case as a graph: outputs `y0`, ... of the node and `d0`, ... of its data, for the loss sum(output * cotangent). */
export function graphOf(c: Case): { graph: Graph; feeds: Record<string, Tensor>; types: readonly Value[] } {
  const b = new GraphBuilder(c.name);
  const feeds: Record<string, Tensor> = {};
  const inputs = c.inputs.map((input, i) => {
    if (!input) return undefined;
    if (!input.grad) return b.constant(fromNumbers(input.dtype ?? 'float32', input.dims, input.data));
    feeds[`x${i}`] = float32(input.dims, input.data);
    return b.input(`x${i}`, 'float32', input.dims);
  });
  const outputs = b.nodes(c.op, inputs, c.attributes, c.outputs.length, 'node').slice(0, c.outputs.length);
  const loss = outputs
    .map((y, i) => {
      const cotangent = b.constant(float32(y.shape, c.outputs[i]!.cotangent));
      return b.reduceSum(b.mul(y, cotangent), [...y.shape.keys()], false);
    })
    .reduce(b.add);
  const wrt = inputs.filter((value, i) => value && c.inputs[i]?.grad) as Value[];
  const results: Record<string, Value> = Object.fromEntries(outputs.map((y, i) => [`y${i}`, y]));
  gradients(b, loss, wrt).forEach((d, i) => (results[`d${wrt[i]!.name.slice(1)}`] = d));
  return { graph: b.build(results), feeds, types: outputs };
}

/** Relative to the largest element: float32 against float64. */
const TOLERANCE = 1e-5;

function assertClose(
  actual: Tensor,
  dims: readonly number[],
  expected: readonly number[],
  what: string,
  tolerance: number,
): void {
  assert.deepEqual(actual.dims, dims, `${what}: shape`);
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  toNumbers(actual).forEach((value, i) => {
    const error = Math.abs(value - expected[i]!) / scale;
    assert.ok(error < tolerance, `${what}[${i}] is ${value}, PyTorch says ${expected[i]} (relative error ${error})`);
  });
}

/** Runs a case and compares its inferred shapes, its outputs and its gradients with PyTorch's. */
export async function assertCase(c: Case, run: typeof ortRun, tolerance = TOLERANCE): Promise<void> {
  const { graph, feeds, types } = graphOf(c);
  c.outputs.forEach(({ dims }, i) => assert.deepEqual(types[i]!.shape, dims, `inferred shape of output ${i}`));
  const results = await run(graph, feeds);
  c.outputs.forEach(({ dims, data }, i) => assertClose(results[`y${i}`]!, dims, data, `output ${i}`, tolerance));
  c.inputs.forEach((input, i) => {
    if (input?.grad) assertClose(results[`d${i}`]!, input.dims, input.grad, `gradient of input ${i}`, tolerance);
  });
}
