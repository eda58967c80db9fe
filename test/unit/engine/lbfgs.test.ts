/** L-BFGS beside torch.optim.LBFGS on a quadratic; test/fixtures/optimizers/lbfgs.py wrote the path. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { GraphBuilder, type Value } from '../../../src/engine/graph/builder.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { lbfgs } from '../../../src/engine/optimizers/lbfgs.ts';
import { filled, float32, type Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';

const fixture = join(import.meta.dirname, '../../fixtures/optimizers/lbfgs.json');
const { matrix, start, path } = JSON.parse(await readFile(fixture, 'utf8')) as {
  readonly matrix: readonly (readonly number[])[];
  readonly start: readonly number[];
  readonly path: readonly (readonly number[])[];
};
const n = start.length;

/** The parameter after each step on 1/2 p A p. */
async function walk(steps: number, learningRate: number): Promise<number[][]> {
  const b = new GraphBuilder('lbfgs');
  const input = (name: string) => b.input(name, 'float32', [n]);
  const parameter = input('p');
  const moments = Object.fromEntries(lbfgs.moments.map((name) => [name, input(name)]));
  const product = b.matmul(b.constant(float32([n, n], matrix.flat())), b.reshape(parameter, [n, 1]));
  const context = { parameter, gradient: b.reshape(product, [n]), moments, scalars: {} };
  const updated = lbfgs.update(b, { ...context, learningRate: b.floats([learningRate]) });
  const outputs: Record<string, Value> = { 'next/p': updated.parameter };
  for (const [name, value] of Object.entries(updated.moments)) outputs[`next/${name}`] = value;
  const executable = await nativeBackend.compile(writeModel(b.build(outputs)));
  let state: Record<string, Tensor> = { p: float32([n], start) };
  for (const name of lbfgs.moments) state[name] = filled([n], 0);
  const walked: number[][] = [];
  for (let i = 0; i < steps; i++) {
    const inputs = Object.entries(state).map(([name, value]) => [name, nativeBackend.upload(value)] as const);
    const results = await executable.run(Object.fromEntries(inputs));
    state = Object.fromEntries(
      await Promise.all(Object.keys(state).map(async (name) => [name, await results[`next/${name}`]!.read()] as const)),
    );
    walked.push([...(state['p']!.data as Float32Array)]);
  }
  await executable.dispose();
  return walked;
}

test('goes the way of torch.optim.LBFGS, past a full history', async () => {
  const walked = await walk(8, 10);
  const scale = Math.max(...start.map(Math.abs));
  walked.forEach((p, i) =>
    p.forEach((value, k) => {
      const error = Math.abs(value - path[i]![k]!) / scale;
      assert.ok(error < 1e-4, `element ${k} after step ${i + 1} is off by ${error.toExponential(1)}`);
    }),
  );
});

test('no step is longer than the learning rate', async () => {
  const rate = 0.003;
  const walked = await walk(10, rate);
  const lengths = walked.map((p, i) => {
    const before = i === 0 ? start : walked[i - 1]!;
    return Math.sqrt(p.reduce((sum, value, k) => sum + (value - before[k]!) ** 2, 0) / n);
  });
  assert.ok(lengths.every((length) => length < rate * 1.001));
  assert.ok(lengths.some((length) => length > rate * 0.999));
});
