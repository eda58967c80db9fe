import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { ParameterError } from '../../../src/engine/errors.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { perceptualTerm, type PerceptualSettings } from '../../../src/engine/losses/perceptual.ts';
import { float32, type Tensor } from '../../../src/engine/tensor.ts';
import { ortRun } from '../ops/ortRun.ts';

const SIDE = 8;
const noise = (seed: number): number[] =>
  Array.from({ length: 3 * SIDE * SIDE }, (_, i) => Math.sin((i + 1) * (seed + 2.7)));
const image = (data: ArrayLike<number>): Tensor<'float32'> => float32([1, 3, SIDE, SIDE], Float32Array.from(data));

/** The distance of two images, and its gradient to the first one. */
async function distance(
  settings: PerceptualSettings,
  a: readonly number[],
  b: readonly number[],
  known?: readonly number[],
): Promise<{ value: number; gradient: number[] }> {
  const g = new GraphBuilder('distance');
  const term = perceptualTerm(settings, undefined)!;
  const [x, y] = ['a', 'b'].map((name) => g.input(name, 'float32', [1, 3, SIDE, SIDE])) as [never, never];
  const mask = known && g.input('known', 'float32', [1, 1, SIDE, SIDE]);
  const masked = (value: never) => (mask ? g.mul(value, mask) : value);
  const loss = term.distance(g, term.look(g, masked(x), mask), term.look(g, masked(y), mask));
  const [gradient] = gradients(g, loss, [x]);
  const feeds = { a: image(a), b: image(b), ...(known && { known: float32([1, 1, SIDE, SIDE], [...known]) }) };
  const results = await ortRun(g.build({ loss, gradient: gradient! }), feeds);
  return { value: Number(results['loss']!.data[0]), gradient: [...results['gradient']!.data].map(Number) };
}

const multiScale = { kind: 'multi-scale', weight: 2 } as const;
const A = noise(1);
const B = noise(2);
const LEFT_HALF = Array.from({ length: SIDE * SIDE }, (_, i) => Number(i % SIDE < SIDE / 2));

describe('the multi-scale term', () => {
  test('is zero for equal images, and the same both ways', async () => {
    assert.equal((await distance(multiScale, A, A)).value, 0);
    const [there, back] = [await distance(multiScale, A, B), await distance(multiScale, B, A)];
    assert.ok(there.value > 0);
    assert.ok(Math.abs(there.value - back.value) < 1e-6);
  });

  test('sees a constant shift at the coarsest scale alone: weight * |shift|', async () => {
    const shifted = A.map((value) => value + 0.25);
    assert.ok(Math.abs((await distance(multiScale, shifted, A)).value - 0.5) < 1e-5);
    // Where half is known, half counts.
    assert.ok(Math.abs((await distance(multiScale, shifted, A, LEFT_HALF)).value - 0.25) < 1e-5);
  });

  test('what is unknown has no influence', async () => {
    const elsewhere = A.map((value, i) => (LEFT_HALF[i % LEFT_HALF.length] ? value : 5));
    const [one, other] = [
      await distance(multiScale, A, B, LEFT_HALF),
      await distance(multiScale, elsewhere, B, LEFT_HALF),
    ];
    assert.equal(one.value, other.value);
    one.gradient.forEach((g, i) => assert.ok(LEFT_HALF[i % LEFT_HALF.length] || g === 0));
  });

  test('falls along its gradient by what the gradient promises', async () => {
    const { value, gradient } = await distance(multiScale, A, B, LEFT_HALF);
    const square = gradient.reduce((sum, g) => sum + g * g, 0);
    const rate = 1e-3 / Math.sqrt(square);
    const moved = await distance(
      multiScale,
      A.map((x, i) => x - rate * gradient[i]!),
      B,
      LEFT_HALF,
    );
    const ratio = (value - moved.value) / (rate * square);
    assert.ok(Math.abs(ratio - 1) < 0.05, `it fell by ${ratio} of what was promised`);
  });
});

test('a weight of zero is no term, and a network that is missing is an error', () => {
  assert.equal(perceptualTerm({ kind: 'multi-scale', weight: 0 }, undefined), undefined);
  const network = { kind: 'network', network: 'vgg16', weight: 500, size: 32 } as const;
  assert.equal(perceptualTerm({ ...network, weight: 0 }, undefined), undefined);
  assert.throws(
    () => perceptualTerm(network, undefined),
    (error) => error instanceof ParameterError && /vgg16/.test(error.message),
  );
});
