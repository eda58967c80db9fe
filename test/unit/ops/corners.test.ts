/** Gradients where a rule that is right elsewhere would give something else than the derivative. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { GraphBuilder, type Value } from '../../../src/engine/graph/builder.ts';
import { int } from '../../../src/engine/graph/graph.ts';
import { float32, toNumbers } from '../../../src/engine/tensor.ts';
import { ortRun } from './ortRun.ts';

/** d sum(f(x)^2 / 2) / dx. */
async function gradientOf(f: (b: GraphBuilder, x: Value) => Value, values: readonly number[]): Promise<number[]> {
  const b = new GraphBuilder('corner');
  const x = b.input('x', 'float32', [values.length]);
  const y = f(b, x);
  const loss = b.scale(
    b.reduceSum(
      b.square(y),
      y.shape.map((_, i) => i),
      false,
    ),
    0.5,
  );
  const [slope] = gradients(b, loss, [x]);
  const { d } = await ortRun(b.build({ d: slope! }), { x: float32([values.length], values) });
  return toNumbers(d!);
}

test('x^0 has no slope, at 0 neither', async () => {
  assert.deepEqual(await gradientOf((b, x) => b.node('Pow', [x, b.scalar(0)]), [0, 2]), [0, 0]);
});

for (const op of ['ReduceMax', 'ReduceMin', 'ReduceSum', 'ReduceMean']) {
  test(`${op} over no axes passes every cotangent on`, async () => {
    const reduced = (b: GraphBuilder, x: Value) => b.node(op, [x], { noop_with_empty_axes: int(1) });
    assert.deepEqual(await gradientOf(reduced, [1, 3, 2]), [1, 3, 2]);
  });
}

test('an empty slice leaves a gradient of zeros', async () => {
  const emptied = (b: GraphBuilder, x: Value) =>
    b.concat([b.slice(x, [0], [2], [1], [3]), b.slice(x, [0], [0], [1])], 0);
  assert.deepEqual(await gradientOf(emptied, [4, 5, 6]), [4, 0, 0]);
});
