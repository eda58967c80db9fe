/** Constant folding: what the builder computes must be what ONNX Runtime computes from the same node. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { int, ints, type Attributes, type Graph } from '../../../src/engine/graph/graph.ts';
import { OPERATORS } from '../../../src/engine/ops/index.ts';
import { FOLD_LIMIT, fromNumbers } from '../../../src/engine/ops/support/fold.ts';
import { filled, float32, int64, toNumbers, type Tensor } from '../../../src/engine/tensor.ts';
import { ortRun } from './ortRun.ts';

interface Fold {
  readonly op: string;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
}

const vector = (...list: readonly number[]): Tensor => int64([list.length], list);
const scalar = (x: number): Tensor => int64([], [x]);
const bools = (...list: readonly number[]): Tensor => fromNumbers('bool', [list.length], list);
const matrix = int64([2, 3], [1, -2, 3, 4, 5, -6]);
const reals = float32([2, 3], [0.5, -1.5, 2.5, 3.25, -0.5, 1]);
const positive = float32([2, 2], [0.5, 1, 2, 9]);

const CASES: readonly Fold[] = [
  { op: 'Add', inputs: [vector(3, 4), scalar(-1)] },
  { op: 'Sub', inputs: [matrix, vector(1, 2, 3)] },
  { op: 'Mul', inputs: [vector(3, -4), vector(2, 2)] },
  { op: 'Div', inputs: [vector(7, -7, 8), scalar(2)] },
  { op: 'Div', inputs: [reals, float32([], [3])] },
  { op: 'Pow', inputs: [positive, float32([], [2])] },
  { op: 'Max', inputs: [vector(1, 5), vector(3, 2)] },
  { op: 'Min', inputs: [reals, float32([], [0])] },
  ...['Neg', 'Abs', 'Sign', 'Floor', 'Ceil', 'Round'].map((op) => ({ op, inputs: [reals] })),
  ...['Sqrt', 'Log', 'Exp', 'Reciprocal', 'Tanh', 'Sin', 'Cos'].map((op) => ({ op, inputs: [positive] })),
  { op: 'Clip', inputs: [reals, float32([], [-1]), float32([], [1])] },
  { op: 'Clip', inputs: [matrix, undefined, scalar(3)] },
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal'].map((op) => ({
    op,
    inputs: [vector(1, 2, 3), vector(3, 2, 1)],
  })),
  { op: 'And', inputs: [bools(0, 1, 1), bools(1, 0, 1)] },
  { op: 'Or', inputs: [bools(0, 1, 0), bools(1, 0, 0)] },
  { op: 'Not', inputs: [bools(0, 1)] },
  { op: 'Where', inputs: [bools(1, 0, 1), matrix, scalar(9)] },
  { op: 'Cast', inputs: [reals], attributes: { to: int(7) } },
  { op: 'Cast', inputs: [matrix], attributes: { to: int(1) } },
  { op: 'Cast', inputs: [vector(0, 2)], attributes: { to: int(9) } },
  { op: 'Identity', inputs: [matrix] },
  { op: 'Reshape', inputs: [matrix, vector(0, -1, 1)] },
  { op: 'Transpose', inputs: [int64([1, 2, 3], [1, 2, 3, 4, 5, 6])], attributes: { perm: ints([2, 0, 1]) } },
  { op: 'Squeeze', inputs: [int64([1, 2, 1], [1, 2]), vector(0)] },
  { op: 'Unsqueeze', inputs: [matrix, vector(1, -1)] },
  { op: 'Slice', inputs: [vector(1, 2, 3, 4), vector(1), vector(-1)] },
  { op: 'Slice', inputs: [matrix, vector(-1, 0), vector(-9, 3), vector(0, 1), vector(-1, 2)] },
  { op: 'Slice', inputs: [matrix, vector(2), vector(1), vector(1)] },
  { op: 'Concat', inputs: [matrix, int64([2, 1], [7, 8])], attributes: { axis: int(-1) } },
  { op: 'Concat', inputs: [vector(1, 2), vector(3)], attributes: { axis: int(0) } },
  { op: 'Split', inputs: [matrix, vector(1, 2)], attributes: { axis: int(1) }, outputs: 2 },
  { op: 'Split', inputs: [vector(1, 2, 3)], attributes: { num_outputs: int(2) }, outputs: 2 },
  { op: 'Gather', inputs: [vector(5, 6, 7), scalar(-1)] },
  { op: 'Gather', inputs: [matrix, int64([2, 2], [0, 2, 1, 1])], attributes: { axis: int(1) } },
  { op: 'Expand', inputs: [vector(1, 2), vector(2, 1)] },
  { op: 'Tile', inputs: [matrix, vector(2, 2)] },
  { op: 'ConstantOfShape', inputs: [vector(2, 2)], attributes: { value: { kind: 'tensor', value: vector(7) } } },
  { op: 'ConstantOfShape', inputs: [vector(3)] },
  { op: 'Range', inputs: [scalar(2), scalar(9), scalar(3)] },
  { op: 'Range', inputs: [float32([], [3]), float32([], [0]), float32([], [-1])] },
  { op: 'Constant', inputs: [], attributes: { value_ints: ints([4, 5]) } },
  { op: 'Constant', inputs: [], attributes: { value: { kind: 'tensor', value: reals } } },
];

/** The node alone, with its inputs as initializers: a graph that the builder has no part in. */
function graphOf({ op, inputs, attributes = {} }: Fold, results: readonly Tensor[]): Graph {
  const outputs = results.map(({ dtype, dims }, i) => ({ name: `y${i}`, dtype, shape: dims }));
  return {
    name: 'fold',
    opset: 20,
    inputs: [],
    outputs,
    initializers: new Map(inputs.flatMap((input, i) => (input ? [[`c${i}`, input] as const] : []))),
    nodes: [
      {
        op,
        name: op,
        inputs: inputs.map((x, i) => (x ? `c${i}` : '')),
        outputs: outputs.map(({ name }) => name),
        attributes,
      },
    ],
  };
}

for (const c of CASES) {
  const types = c.inputs.map((x) => (x ? `${x.dtype}[${x.dims.join(', ')}]` : 'none'));
  test(`folding: ${c.op} of ${types.join(' ')}`, async () => {
    const b = new GraphBuilder('fold');
    const inputs = c.inputs.map((x) => x && b.constant(x));
    const values = b.nodes(c.op, inputs, c.attributes ?? {}, c.outputs ?? 1);
    const folded = values.map((value) => b.constantOf(value)!);
    assert.ok(folded.every(Boolean), 'the result is a constant');
    const expected = await ortRun(graphOf(c, folded), {});
    folded.forEach((result, i) => {
      const reference = expected[`y${i}`]!;
      assert.equal(result.dtype, reference.dtype);
      assert.deepEqual(result.dims, reference.dims);
      const numbers = toNumbers(reference);
      toNumbers(result).forEach((x, at) =>
        assert.ok(Math.abs(x - numbers[at]!) < 1e-6, `[${at}] ${x}, ${numbers[at]}`),
      );
    });
  });
}

test('every operator that folds has a case', () => {
  const covered = new Set(CASES.map(({ op }) => op));
  const missing = OPERATORS.filter(({ type, evaluate }) => evaluate && !covered.has(type));
  assert.deepEqual(
    missing.map(({ type }) => type),
    [],
  );
});

test('the shape arithmetic that exporters write before a Reshape folds away', () => {
  const b = new GraphBuilder('flatten');
  const x = b.input('x', 'float32', [5, 3, 2, 4]);
  const shape = b.node('Shape', [x]);
  const batch = b.node('Gather', [shape, b.constant(scalar(0))]);
  const rest = b.node('Mul', [
    b.node('Gather', [shape, b.constant(scalar(1))]),
    b.node('Div', [b.node('Size', [x]), b.constant(scalar(15))]),
  ]);
  const target = b.node(
    'Concat',
    [batch, rest].map((value) => b.node('Unsqueeze', [value, b.ints([0])])),
    { axis: int(0) },
  );
  const y = b.node('Reshape', [x, target]);
  assert.deepEqual(y.shape, [5, 24]);
  assert.deepEqual(
    b.build({ y }).nodes.map(({ op }) => op),
    ['Reshape', 'Identity'],
  );
});

test('Shape honours start and end', () => {
  const b = new GraphBuilder('shape');
  const x = b.input('x', 'float32', [5, 3, 2, 4]);
  const tail = b.node('Shape', [x], { start: int(-2), end: int(-1) });
  assert.deepEqual(toNumbers(b.constantOf(tail)!), [2]);
});

test('large tensors are left to the runtime', () => {
  const b = new GraphBuilder('large');
  const weights = b.constant(filled([FOLD_LIMIT + 1], 1));
  assert.equal(b.constantOf(b.neg(weights)), undefined);
  const ones = b.node('Expand', [b.scalar(1), b.ints([FOLD_LIMIT, 2])]);
  assert.equal(b.constantOf(ones), undefined);
  assert.deepEqual(ones.shape, [FOLD_LIMIT, 2]);
});
