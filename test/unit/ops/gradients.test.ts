/** Every operator's shape rule and gradient against PyTorch, computed by ONNX Runtime. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPOSITES, OPERATORS } from '../../../src/engine/ops/index.ts';
import { toNumbers, type Tensor } from '../../../src/engine/tensor.ts';
import { CASES, graphOf } from './cases.ts';
import { ortRun } from './ortRun.ts';

/** Relative to the largest element: float32 against float64. */
const TOLERANCE = 1e-5;

function assertClose(actual: Tensor, dims: readonly number[], expected: readonly number[], what: string): void {
  assert.deepEqual(actual.dims, dims, `${what}: shape`);
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  toNumbers(actual).forEach((value, i) => {
    const error = Math.abs(value - expected[i]!) / scale;
    assert.ok(error < TOLERANCE, `${what}[${i}] is ${value}, PyTorch says ${expected[i]} (relative error ${error})`);
  });
}

for (const c of CASES) {
  test(`gradient: ${c.name}`, async () => {
    const { graph, feeds, types } = graphOf(c);
    c.outputs.forEach(({ dims }, i) => assert.deepEqual(types[i]!.shape, dims, `inferred shape of output ${i}`));
    const results = await ortRun(graph, feeds);
    c.outputs.forEach(({ dims, data }, i) => assertClose(results[`y${i}`]!, dims, data, `output ${i}`));
    c.inputs.forEach((input, i) => {
      if (input?.grad) assertClose(results[`d${i}`]!, input.dims, input.grad, `gradient of input ${i}`);
    });
  });
}

/** Operators through which no gradient can flow: each of their rules is `null`. */
const CONSTANT_ALMOST_EVERYWHERE = [
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal', 'And', 'Or', 'Not'],
  ...['Sign', 'Floor', 'Ceil', 'Round', 'Shape', 'Size', 'ConstantOfShape', 'Range'],
];

test('every differentiable operator has a case', () => {
  const covered = new Set([...CASES.map(({ op }) => op), ...CONSTANT_ALMOST_EVERYWHERE]);
  const missing = [...OPERATORS, ...COMPOSITES].filter(({ type, vjp }) => vjp && !covered.has(type));
  assert.deepEqual(
    missing.map(({ type }) => type),
    [],
  );
});
