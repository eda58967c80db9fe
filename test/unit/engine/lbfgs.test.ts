/** L-BFGS beside torch.optim.LBFGS on a quadratic, for one parameter and for two of different rates; test/fixtures/optimizers/lbfgs.py wrote the path. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { GraphBuilder, type Value } from '../../../src/engine/graph/builder.ts';
import { Inversion } from '../../../src/engine/inversion/inversion.ts';
import type { Job } from '../../../src/engine/inversion/job.ts';
import { chooseStart } from '../../../src/engine/inversion/start.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { lbfgs } from '../../../src/engine/optimizers/lbfgs.ts';
import { filled, float32, type Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const fixture = join(import.meta.dirname, '../../fixtures/optimizers/lbfgs.json');
const { matrix, start, path, sizes, relative, scaled } = JSON.parse(await readFile(fixture, 'utf8')) as {
  readonly matrix: readonly (readonly number[])[];
  readonly start: readonly number[];
  readonly path: readonly (readonly number[])[];
  readonly sizes: readonly number[];
  readonly relative: readonly number[];
  readonly scaled: readonly (readonly number[])[];
};
const n = start.length;

/** p after each step on 1/2 p A p, where p is split into parameters of these sizes, which follow these rates. */
async function walk(steps: number, rates: readonly number[], lengths: readonly number[] = [n]): Promise<number[][]> {
  const b = new GraphBuilder('lbfgs');
  const names = lengths.map((_, k) => `p${k}`);
  const ends = lengths.map((_, k) => lengths.slice(0, k + 1).reduce((sum, length) => sum + length));
  const parameters = names.map((name, k) => b.input(name, 'float32', [lengths[k]!]));
  const product = b.matmul(b.constant(float32([n, n], matrix.flat())), b.reshape(b.concat(parameters, 0), [n, 1]));
  const before = parameters.map((parameter, k) => ({
    parameter,
    gradient: b.reshape(b.slice(product, [0], [ends[k]! - lengths[k]!], [ends[k]!]), [lengths[k]!]),
    moments: Object.fromEntries(
      lbfgs.moments.map((name) => [name, b.input(`p${k}.${name}`, 'float32', [lengths[k]!])]),
    ),
    scalars: {},
    learningRate: b.floats([rates[k]!]),
  }));
  const outputs: Record<string, Value> = {};
  lbfgs.update(b, before).forEach(({ parameter, moments }, k) => {
    outputs[`next/p${k}`] = parameter;
    for (const [name, value] of Object.entries(moments)) outputs[`next/p${k}.${name}`] = value;
  });
  const executable = await nativeBackend.compile(writeModel(b.build(outputs)));
  let state: Record<string, Tensor> = {};
  names.forEach((name, k) => {
    state[name] = float32([lengths[k]!], start.slice(ends[k]! - lengths[k]!, ends[k]));
    for (const moment of lbfgs.moments) state[`${name}.${moment}`] = filled([lengths[k]!], 0);
  });
  const walked: number[][] = [];
  for (let i = 0; i < steps; i++) {
    const inputs = Object.entries(state).map(([name, value]) => [name, nativeBackend.upload(value)] as const);
    const results = await executable.run(Object.fromEntries(inputs));
    state = Object.fromEntries(
      await Promise.all(Object.keys(state).map(async (name) => [name, await results[`next/${name}`]!.read()] as const)),
    );
    walked.push(names.flatMap((name) => [...(state[name]!.data as Float32Array)]));
  }
  await executable.dispose();
  return walked;
}

function sameWay(walked: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): void {
  const scale = Math.max(...start.map(Math.abs));
  walked.forEach((p, i) =>
    p.forEach((value, k) => {
      const error = Math.abs(value - wanted[i]![k]!) / scale;
      assert.ok(error < 1e-4, `element ${k} after step ${i + 1} is off by ${error.toExponential(1)}`);
    }),
  );
}

/** The root mean square of each step, over elements `from` to `to`. */
const lengthsOf = (walked: readonly (readonly number[])[], from = 0, to = n): number[] =>
  walked.map((p, i) => {
    const before = i === 0 ? start : walked[i - 1]!;
    const changes = p.slice(from, to).map((value, k) => value - before[from + k]!);
    return Math.sqrt(changes.reduce((sum, change) => sum + change ** 2, 0) / changes.length);
  });

test('goes the way of torch.optim.LBFGS, past a full history', async () => {
  sameWay(await walk(8, [10]), path);
});

test('takes two parameters as one, however they are split', async () => {
  sameWay(await walk(8, [10, 10], sizes), path);
});

test('takes two parameters of different rates as torch takes them in units of their rates', async () => {
  const rates = relative.map((rate) => 10 * rate);
  sameWay(await walk(8, rates, sizes), scaled);
});

test('leaves a parameter without a rate where it is, and the other goes on alone', async () => {
  const [free] = sizes as [number, number];
  const walked = await walk(20, [10, 0], sizes);
  for (const p of walked) p.slice(free).forEach((value, k) => assert.equal(value, Math.fround(start[free + k]!)));
  const slope = (p: readonly number[]) =>
    Math.hypot(...matrix.slice(0, free).map((row) => row.reduce((sum, value, k) => sum + value * p[k]!, 0)));
  assert.ok(slope(walked.at(-1)!) < 1e-3 * slope(start));
});

test('no step is longer than the learning rate', async () => {
  const rate = 0.003;
  const lengths = lengthsOf(await walk(10, [rate]));
  assert.ok(lengths.every((length) => length < rate * 1.001));
  assert.ok(lengths.some((length) => length > rate * 0.999));
});

test('no parameter changes by more than its own rate, and one length shortens both', async () => {
  const [first, second] = [0.003, 0.0001];
  const [split] = sizes as [number, number];
  const walked = await walk(10, [first, second], sizes);
  const [ofFirst, ofSecond] = [lengthsOf(walked, 0, split), lengthsOf(walked, split)];
  assert.ok(ofFirst.every((length) => length < first * 1.001) && ofSecond.every((length) => length < second * 1.001));
  assert.ok(ofFirst.some((length, i) => length > first * 0.999 || ofSecond[i]! > second * 0.999));
});

test('what is known of one target is dropped with it, and kept where the target stays', async () => {
  const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
  const optimizer = { kind: 'lbfgs', learningRate: 0.05, alphaLearningRate: 0.02, schedule: 'constant' } as const;
  const job: Job = { ...reconstruction, optimizer };
  const other: Job = {
    ...job,
    target: float32(
      job.target.dims,
      job.target.data.map((value) => -value),
    ),
  };
  const start = await chooseStart(nativeBackend, generator, job, () => Promise.resolve('go on'));
  const steps = async (inversion: Inversion, count: number) => {
    for (let i = 0; i < count; i++) {
      const { loss, pixels, image } = await inversion.advance();
      for (const value of [loss, pixels, image]) value?.dispose();
    }
  };
  const inversion = await Inversion.create(nativeBackend, generator, job, start);
  await steps(inversion, 6);
  const before = await inversion.checkpoint();
  const moments = Object.keys(before.state).filter((name) => name.includes('.'));
  await inversion.amend({ ...job, iterations: 50 });
  assert.deepEqual(await inversion.checkpoint(), before);
  for (const name of ['taken', 'gradient', 'step0', 'change0']) {
    assert.ok(
      before.state[`z.${name}`]!.data.some((value) => value !== 0),
      name,
    );
  }
  await inversion.amend(other);
  const { state } = await inversion.checkpoint();
  assert.ok(moments.every((name) => state[name]!.data.every((value) => value === 0)));
  await steps(inversion, 2);
  const anew = await Inversion.create(nativeBackend, generator, other, { z: state['z']!, alpha: state['alpha']! });
  await steps(anew, 2);
  assert.deepEqual(await inversion.parameters(), await anew.parameters());
  await Promise.all([inversion.dispose(), anew.dispose()]);
});
