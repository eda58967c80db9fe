/** What does not fit is refused when the graph is built, with the operator, the node and the reason. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { GraphError, UnsupportedOperatorError } from '../../../src/engine/errors.ts';
import { GraphBuilder, type Value } from '../../../src/engine/graph/builder.ts';
import { int, ints, string, type Attributes } from '../../../src/engine/graph/graph.ts';
import { int64, float32, toNumbers, type DataType, type Tensor } from '../../../src/engine/tensor.ts';
import { ortRun } from './ortRun.ts';

type Input = readonly number[] | Tensor | DataType | undefined;

interface Bad {
  readonly op: string;
  /** A shape (a float32 graph input), a constant, or an element type (an input of shape [2]). */
  readonly inputs: readonly Input[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
  readonly says: RegExp;
}

const vector = (...list: readonly number[]): Tensor => int64([list.length], list);

const CASES: readonly Bad[] = [
  {
    op: 'Add',
    inputs: [
      [2, 3],
      [2, 4],
    ],
    says: /\[2, 3\] and \[2, 4\] do not broadcast/,
  },
  { op: 'Add', inputs: [[2], 'int64'], says: /different element types: float32, int64/ },
  { op: 'Mul', inputs: [[2], undefined], says: /Input 1 \(operand\) is missing/ },
  {
    op: 'Conv',
    inputs: [
      [1, 3, 4, 4],
      [2, 4, 3, 3],
    ],
    says: /Weights \[2, 4, 3, 3\] in 1 group\(s\) do not fit/,
  },
  {
    op: 'Conv',
    inputs: [
      [1, 4, 4, 4],
      [3, 2, 3, 3],
    ],
    attributes: { group: int(2) },
    says: /2 group\(s\) do not fit/,
  },
  {
    op: 'Conv',
    inputs: [
      [1, 3, 2, 2],
      [2, 3, 5, 5],
    ],
    says: /\[5, 5\] does not fit into spatial axes of \[2, 2\]/,
  },
  { op: 'Conv', inputs: [[1, 3, 4, 4], [2, 3, 3, 3], [3]], says: /\(B\) is float32\[3\], expected float32\[2\]/ },
  {
    op: 'Conv',
    inputs: [
      [1, 3, 4, 4],
      [2, 3, 3, 3],
    ],
    attributes: { pads: ints([1, 1]) },
    says: /"pads" is \[1, 1\]/,
  },
  {
    op: 'Conv',
    inputs: [
      [3, 4],
      [2, 3, 3],
    ],
    says: /\(X\) has shape \[3, 4\], expected rank 3/,
  },
  {
    op: 'Conv',
    inputs: [
      [1, 3, 4],
      [2, 3, 1],
    ],
    attributes: { group: string('two') },
    says: /"group" is string/,
  },
  {
    op: 'ConvTranspose',
    inputs: [
      [1, 3, 2, 2],
      [2, 3, 3, 3],
    ],
    says: /Weights \[2, 3, 3, 3\]/,
  },
  {
    op: 'ConvTranspose',
    inputs: [
      [1, 2, 2, 2],
      [2, 3, 3, 3],
    ],
    attributes: { output_shape: ints([5, 5]) },
    says: /\[5, 5\] is larger than the \[4, 4\] that the weights reach/,
  },
  {
    op: 'Gemm',
    inputs: [
      [2, 3],
      [4, 2],
    ],
    says: /\[2, 3\] and \[4, 2\] cannot be multiplied/,
  },
  { op: 'Gemm', inputs: [[2, 3], [3, 2], [3]], says: /Shapes \[3\] and \[2, 2\] do not broadcast/ },
  {
    op: 'MatMul',
    inputs: [
      [2, 3],
      [2, 3],
    ],
    says: /cannot be multiplied/,
  },
  {
    op: 'Einsum',
    inputs: [
      [2, 3],
      [4, 5],
    ],
    attributes: { equation: string('ij,jk->ik') },
    says: /Axis "j" is 3 long here and 4/,
  },
  { op: 'Einsum', inputs: [[2], [2]], attributes: { equation: string('i,i->k') }, says: /has one that no operand has/ },
  { op: 'Einsum', inputs: [[2], [2]], attributes: { equation: string('...,i->i') }, says: /not one term of letters/ },
  { op: 'Reshape', inputs: [[2, 3], vector(4, -1)], says: /\[2, 3\] cannot be reshaped to \[4, -1\]/ },
  { op: 'Reshape', inputs: [[2, 3], [2]], says: /Input 1 \(shape\) depends on the data/ },
  { op: 'Transpose', inputs: [[2, 3]], attributes: { perm: ints([0, 0]) }, says: /perm \[0, 0\] is not an order of 2/ },
  { op: 'Squeeze', inputs: [[2, 1], vector(0)], says: /not all of length 1/ },
  { op: 'Unsqueeze', inputs: [[2], vector(0, 0)], says: /name one axis twice/ },
  {
    op: 'Concat',
    inputs: [
      [2, 3],
      [3, 3],
    ],
    attributes: { axis: int(1) },
    says: /do not join along axis 1/,
  },
  {
    op: 'Split',
    inputs: [[2, 5], vector(2, 2)],
    attributes: { axis: int(1) },
    outputs: 2,
    says: /does not split into 2/,
  },
  { op: 'Slice', inputs: [[4], vector(0), vector(2), vector(1)], says: /Axis 1 is outside a tensor of rank 1/ },
  { op: 'Slice', inputs: [[4], vector(0), vector(2), vector(0), vector(0)], says: /step of 0/ },
  { op: 'Gather', inputs: [[4], vector(4)], says: /Indices \[4\] are not all inside an axis of length 4/ },
  { op: 'Gather', inputs: [[4], [1]], says: /Indices are float32, not integers/ },
  { op: 'Expand', inputs: [[2, 3], vector(2)], says: /do not broadcast/ },
  { op: 'Tile', inputs: [[2, 3], vector(2)], says: /Repeats \[2\] do not match/ },
  { op: 'Pad', inputs: [[2, 3], vector(1, 1)], says: /Pads \[1, 1\] are not two numbers for each of 2 axes/ },
  {
    op: 'Pad',
    inputs: [[2, 3], vector(2, 0, 0, 0)],
    attributes: { mode: string('reflect') },
    says: /do not fit axis 0 of length 2/,
  },
  { op: 'Resize', inputs: [[1, 1, 2, 2], undefined, float32([2], [2, 2])], says: /\[2, 2\] do not match the axes/ },
  {
    op: 'Resize',
    inputs: [[1, 2], undefined, float32([2], [2, 2])],
    attributes: { antialias: int(1) },
    says: /antialias/,
  },
  { op: 'AveragePool', inputs: [[1, 2, 4, 4]], says: /needs a kernel_shape of 2 numbers/ },
  { op: 'ReduceMean', inputs: [[2, 3], vector(2)], says: /Axis 2 is outside a tensor of rank 2/ },
  { op: 'Softmax', inputs: [[2, 3]], attributes: { axis: int(2) }, says: /Axis 2 is outside/ },
  { op: 'PRelu', inputs: [[3], [2, 3]], says: /Slopes \[2, 3\] do not broadcast to data of shape \[3\]/ },
  { op: 'Clip', inputs: [[3], [3]], says: /bounds are scalars/ },
  { op: 'Where', inputs: [[2], [2], [2]], says: /by float32; expected one type and bool/ },
  { op: 'Cast', inputs: [[2]], attributes: { to: int(16) }, says: /element type 16/ },
  { op: 'BatchNormalization', inputs: [[2, 3, 4], [3], [3], [3], [4]], says: /\(var\) is float32\[4\]/ },
  {
    op: 'BatchNormalization',
    inputs: [[2, 3], [3], [3], [3], [3]],
    attributes: { training_mode: int(1) },
    says: /training mode/,
  },
  {
    op: 'InstanceNormalization',
    inputs: [[2, 3, 4], [2], [3]],
    says: /\(scale\) is float32\[2\], expected float32\[3\]/,
  },
  { op: 'LayerNormalization', inputs: [[2, 3], [2]], says: /do not broadcast|does not fit/ },
  { op: 'GroupNormalization', inputs: [[2, 3, 4], [3], [3]], attributes: { num_groups: int(2) }, says: /2 group\(s\)/ },
  { op: 'DepthToSpace', inputs: [[1, 3, 2, 2]], attributes: { blocksize: int(2) }, says: /blocks of 2 x 2/ },
  { op: 'SpaceToDepth', inputs: [[1, 3, 3, 2]], attributes: { blocksize: int(2) }, says: /do not tile/ },
  { op: 'PixelNorm', inputs: [[2]], says: /with channels, not \[2\]/ },
  {
    op: 'Resize',
    inputs: [[1, 1, 4, 4], undefined, float32([4], [1, 1, 1.5, 1.5])],
    attributes: { mode: string('linear'), coordinate_transformation_mode: string('tf_crop_and_resize') },
    says: /"tf_crop_and_resize" is not supported/,
  },
  {
    op: 'Resize',
    inputs: [[1, 1, 2, 2], undefined, float32([4], [1, 1, 0.4, 1])],
    attributes: { mode: string('linear') },
    says: /Nothing is left of axis 2/,
  },
  { op: 'Div', inputs: [vector(1), vector(0)], says: /Infinity is no integer/ },
  { op: 'Range', inputs: [[1], vector(2), vector(1)], says: /depends on the data/ },
];

function apply(b: GraphBuilder, { op, inputs, attributes = {}, outputs = 1 }: Bad): readonly Value[] {
  const values = inputs.map((input, i) => {
    if (input === undefined) return undefined;
    if (typeof input === 'string') return b.input(`x${i}`, input, [2]);
    return 'dtype' in input ? b.constant(input) : b.input(`x${i}`, 'float32', input);
  });
  return b.nodes(op, values, attributes, outputs, 'here');
}

for (const c of CASES) {
  test(`rejection: ${c.op} because ${c.says.source}`, () => {
    assert.throws(
      () => apply(new GraphBuilder('bad'), c),
      (error: unknown) => error instanceof GraphError && error.message.includes(c.op) && c.says.test(error.message),
    );
  });
}

test('an operator without a rule is named, with its node', () => {
  const b = new GraphBuilder('unknown');
  const x = b.input('x', 'float32', [2]);
  assert.throws(
    () => b.node('NonMaxSuppression', [x], {}, 'boxes'),
    (error: unknown) =>
      error instanceof UnsupportedOperatorError &&
      error.operator === 'NonMaxSuppression' &&
      error.node === 'boxes' &&
      /NonMaxSuppression \(node "boxes"\)/.test(error.message),
  );
});

test('comparisons pass no gradient on', async () => {
  const b = new GraphBuilder('step');
  const x = b.input('x', 'float32', [2]);
  const step = b.node('Cast', [b.greater(x, b.scalar(0))], { to: int(1) });
  const [d] = gradients(b, b.reduceSum(b.mul(step, x), [0], false), [x]);
  const results = await ortRun(b.build({ d: d! }), { x: float32([2], [-3, 5]) });
  // d (step(x) x) / dx = step(x): the other half of the product rule is zero, not an error.
  assert.deepEqual(toNumbers(results['d']!), [0, 1]);
});
