import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkpoints } from '../../../src/engine/autodiff/checkpoint.ts';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { partSizes } from '../../../src/engine/generator/inParts.ts';
import { GraphBuilder, type Value } from '../../../src/engine/graph/builder.ts';
import { Inversion } from '../../../src/engine/inversion/inversion.ts';
import type { Job } from '../../../src/engine/inversion/job.ts';
import { buildStepGraph } from '../../../src/engine/inversion/stepGraph.ts';
import { footprint, type Footprint } from '../../../src/engine/memory/footprint.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { normals } from '../../../src/engine/random.ts';
import { float32, sizeOf, type Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend, wasmBackend } from '../../support/backends.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const random = (dims: readonly number[], seed: number): Tensor<'float32'> =>
  float32(dims, Float32Array.from({ length: sizeOf(dims) }, normals(seed)));

/** Loss and gradients of a small function of x, y and their sum. */
async function evaluate(b: GraphBuilder, f: (x: Value, y: Value) => Value): Promise<number[][]> {
  const [x, y] = [b.input('x', 'float32', [4]), b.input('y', 'float32', [4])];
  const loss = b.reduceSum(b.square(f(x, y)), [0]);
  const [dx, dy] = gradients(b, loss, [x, y]);
  const executable = await nativeBackend.compile(writeModel(b.build({ loss, dx: dx!, dy: dy! })));
  const inputs = { x: nativeBackend.upload(random([4], 1)), y: nativeBackend.upload(random([4], 2)) };
  const outputs = await executable.run(inputs);
  return Promise.all(
    ['loss', 'dx', 'dy'].map(async (name) => [...((await outputs[name]!.read()).data as Float32Array)]),
  );
}

describe('checkpoints', () => {
  test('change no value and no gradient', async () => {
    const plain = (b: GraphBuilder, x: Value, y: Value) => b.mul(b.exp(x), b.node('Sigmoid', [b.mul(x, y)]));
    const wanted = new GraphBuilder('plain');
    const b = new GraphBuilder('checkpoints');
    const checkpoint = checkpoints(b);
    const segment = (inputs: readonly Value[]) => plain(b, inputs[0]!, inputs[1]!);
    const found = await evaluate(b, (x, y) => b.add(checkpoint([x, y], segment), checkpoint([y, x], segment)));
    const expected = await evaluate(wanted, (x, y) => wanted.add(plain(wanted, x, y), plain(wanted, y, x)));
    // Contributions to one gradient meet in another order.
    found.flat().forEach((value, i) => assert.ok(Math.abs(value / expected.flat()[i]! - 1) < 1e-6));
  });

  test('every pass begins with what the pass before it left', () => {
    const b = new GraphBuilder('order');
    const x = b.input('x', 'float32', [3]);
    const checkpoint = checkpoints(b);
    const twice = () => checkpoint([x], ([ready]) => b.exp(ready!));
    const loss = b.reduceSum(b.mul(twice(), twice()), [0]);
    const [dx] = gradients(b, loss, [x]);
    const graph = b.build({ dx: dx! });
    const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
    const needs = (name: string): Set<string> => {
      const node = makers.get(name);
      return new Set(node ? [name, ...node.inputs.flatMap((input) => [...needs(input)])] : []);
    };
    const passes = graph.nodes.filter(({ op }) => op === 'Exp').map(({ name }) => name);
    assert.equal(passes.length, 4, 'two forward passes, and both once more on the way back');
    passes.slice(1).forEach((pass, i) => assert.ok(needs(pass).has(passes[i]!), `${pass} waits for ${passes[i]}`));
  });
});

describe('codes in parts', () => {
  const settings = {
    ...{ task: 'reconstruct', method: 'multi-code', layer: 3, codes: 5, iterations: 10, seed: 0, starts: 0 },
    ...{ factor: 1, down: 'area', target: random([1, 3, 16, 16], 3) },
    perceptual: { kind: 'multi-scale', weight: 0.1 },
    init: { z: random([5, 16], 4), alpha: random([5, 16], 5) },
    optimizer: { kind: 'adam', learningRate: 0.1, alphaLearningRate: 0.03, schedule: 'constant' },
  } as const satisfies Job;
  const generator = randomGenerator({ zDim: 16, channels: [32, 16, 8] });

  async function threeSteps(backend: typeof nativeBackend, job: Job): Promise<Record<string, Float32Array>> {
    const inversion = await Inversion.create(backend, await generator, job, settings.init);
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { loss, image, pixels } = await inversion.advance();
      losses.push(Number((await loss.read()).data[0]));
      for (const value of [loss, image, pixels]) value?.dispose();
    }
    const { z, alpha } = await inversion.parameters();
    await inversion.dispose();
    return { losses: Float32Array.from(losses), z: z!.data, alpha: alpha!.data };
  }

  for (const backend of [nativeBackend, wasmBackend]) {
    for (const kind of ['gd', 'lbfgs']) {
      test(`${kind} takes the same steps on ${backend.name} as with all codes at once`, async () => {
        const job = { ...settings, optimizer: { ...settings.optimizer, kind } };
        const wanted = await threeSteps(backend, job);
        for (const codesAtOnce of [1, 2, 4]) {
          const found = await threeSteps(backend, { ...job, codesAtOnce });
          for (const [name, values] of Object.entries(wanted)) {
            values.forEach((value, i) => {
              const off = Math.abs(found[name]![i]! - value);
              assert.ok(
                off <= 1e-5 * Math.max(1, Math.abs(value)),
                `${name}[${i}] is ${off} off, ${codesAtOnce} at once`,
              );
            });
          }
        }
      });
    }
  }

  test('hold less in memory the fewer they are, and no weight twice', async () => {
    const sizes = [20, 5, 1].map(async (codesAtOnce) => {
      return footprint(buildStepGraph(await generator, { ...settings, codes: 20, codesAtOnce }));
    });
    const [all, five, one] = (await Promise.all(sizes)) as [Footprint, Footprint, Footprint];
    assert.ok(all.intermediates > 2 * five.intermediates && five.intermediates > one.intermediates);
    assert.ok(one.constants < all.constants + 10_000);
  });

  test('parts are even', () => {
    assert.deepEqual(partSizes(20, 7), [6, 7, 7]);
    assert.deepEqual(partSizes(20, 20), [20]);
    assert.deepEqual(partSizes(3, 1), [1, 1, 1]);
  });
});
