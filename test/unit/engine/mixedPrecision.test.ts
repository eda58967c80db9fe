/** Half floats where they do no harm, and the scale of the loss that keeps gradients in their range. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluate } from '../../../src/engine/backends/evaluate.ts';
import { gradients } from '../../../src/engine/autodiff/gradients.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { int, ints, string, type TypedGraph } from '../../../src/engine/graph/graph.ts';
import { mixedPrecision } from '../../../src/engine/graph/mixedPrecision.ts';
import { Inversion } from '../../../src/engine/inversion/inversion.ts';
import type { Checkpoint, Job, RunEvent } from '../../../src/engine/inversion/job.ts';
import { lossScale } from '../../../src/engine/inversion/lossScale.ts';
import { run } from '../../../src/engine/inversion/run.ts';
import { stageOf } from '../../../src/engine/inversion/stage.ts';
import { float32, tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { halfFloatBackend as backend } from '../../support/halfFloats.ts';
import { reconstruction } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
const job: Job = { ...reconstruction, precision: 'mixed' };

/** Element types that the nodes of an operator read and make. */
const typesOf = ({ graph, typeOf }: TypedGraph, op: string) =>
  graph.nodes
    .filter((node) => node.op === op)
    .map(({ inputs, outputs }) => [...inputs, ...outputs].map((name) => typeOf(name).dtype).join(' '));

describe('mixed precision', () => {
  const b = new GraphBuilder('layer');
  const x = b.input('x', 'float32', [1, 2, 4, 4]);
  const w = b.constant(float32([2, 2, 1, 1], [1, 0.1, -1, 1 / 3]), 'w');
  const convolved = b.node('Conv', [x, w], { kernel_shape: ints([1, 1]), group: int(1) });
  const rectified = b.node('LeakyRelu', [convolved]);
  const gated = b.mul(rectified, b.where(b.greater(rectified, b.scalar(0)), b.scalar(1), b.scalar(0.2)));
  const normalised = b.node('PixelNorm', [gated]);
  const single = b.typed({ y: b.add(normalised, x), gated });
  const mixed = mixedPrecision(single);

  test('computes products and what follows them in half floats, everything else in float32', () => {
    const half = 'float16';
    assert.deepEqual(typesOf(mixed, 'Conv'), [`${half} ${half} ${half}`]);
    assert.deepEqual(typesOf(mixed, 'LeakyRelu'), [`${half} ${half}`]);
    assert.deepEqual(typesOf(mixed, 'Greater'), [`${half} ${half} bool`]);
    assert.deepEqual(typesOf(mixed, 'Where'), [`bool ${half} ${half} ${half}`]);
    assert.deepEqual(typesOf(mixed, 'Mul'), [`${half} ${half} ${half}`, 'float32 float32 float32'], 'but squares');
    for (const op of ['ReduceMean', 'Sqrt', 'Div', 'Add']) {
      for (const types of typesOf(mixed, op)) assert.doesNotMatch(types, /float16/, op);
    }
  });

  test('leaves the scales of a Resize in float32, which no runtime takes in half floats', async () => {
    const b = new GraphBuilder('upsample');
    const x = b.input('x', 'float32', [1, 2, 2, 2]);
    const convolved = b.node('Conv', [x, b.constant(float32([1, 2, 1, 1], [1, 0.5]), 'w')]);
    const enlarged = b.node('Resize', [convolved, undefined, b.floats([1, 1, 2, 2])], {
      coordinate_transformation_mode: string('asymmetric'),
      nearest_mode: string('floor'),
    });
    const { graph, typeOf } = mixedPrecision(b.typed({ y: enlarged }));
    const { inputs } = graph.nodes.find(({ op }) => op === 'Resize')!;
    assert.deepEqual(
      [inputs[0]!, inputs[2]!].map((name) => typeOf(name).dtype),
      ['float16', 'float32'],
    );
    const { y } = await evaluate<'y'>(nativeBackend, graph, { x: float32([1, 2, 2, 2], [1, 2, 3, 4, 2, 4, 6, 8]) });
    assert.deepEqual([...y.data], [2, 2, 4, 4, 2, 2, 4, 4, 6, 6, 8, 8, 6, 6, 8, 8]);
  });

  test('takes the gradient of a max pooling whose last windows hang over the edge as single precision does', async () => {
    const b = new GraphBuilder('pool');
    const x = b.input('x', 'float32', [1, 1, 3, 3]);
    const convolved = b.node('Conv', [x, b.constant(float32([1, 1, 1, 1], [1]), 'w')]);
    const pooled = b.node('MaxPool', [convolved], {
      ...{ kernel_shape: ints([2, 2]), strides: ints([2, 2]), ceil_mode: int(1) },
    });
    const [slope] = gradients(b, b.reduceSum(pooled, [0, 1, 2, 3], false), [x]);
    const { graph } = mixedPrecision(b.typed({ slope: slope! }));
    const input = float32([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const results = await evaluate<'slope'>(nativeBackend, graph, { x: input });
    assert.deepEqual([...results.slope.data], [0, 0, 0, 0, 1, 1, 0, 1, 1]);
  });

  test('keeps the names and types of inputs and outputs, and the values but for rounding', async () => {
    assert.deepEqual(mixed.graph.inputs, single.graph.inputs);
    assert.deepEqual(mixed.graph.outputs, single.graph.outputs);
    const values = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i) * (i % 5));
    const [one, other] = await Promise.all(
      [single, mixed].map(({ graph }) =>
        evaluate<'y' | 'gated'>(nativeBackend, graph, { x: float32(x.shape, values) }),
      ),
    );
    for (const name of ['y', 'gated'] as const) {
      const errors = one![name].data.map((value, i) => Math.abs(value - other![name].data[i]!));
      assert.ok(Math.max(...errors) > 0 && Math.max(...errors) < 5e-3, `${name}: ${Math.max(...errors)}`);
    }
  });

  test('converts a value once in each direction', () => {
    const casts = mixed.graph.nodes.filter(({ op }) => op === 'Cast');
    assert.deepEqual(casts.map(({ inputs }) => inputs[0]).sort(), ['gated/half', 'mul/half', 'x'].sort());
  });
});

describe('a run in mixed precision', () => {
  test('follows the one in single precision closely', async () => {
    const [single, mixed] = [await run(backend, generator, reconstruction), await run(backend, generator, job)];
    const off = single.losses.map((loss, i) => Math.abs(mixed.losses[i]! - loss) / loss);
    assert.ok(Math.max(...off) > 1e-6 && Math.max(...off) < 0.06, String(Math.max(...off)));
  });

  test('is in single precision on a device without half floats, which is said', async () => {
    const events: RunEvent[] = [];
    const { losses } = await run(nativeBackend, generator, job, { emit: (event) => events.push(event) });
    assert.deepEqual(losses, (await run(nativeBackend, generator, reconstruction)).losses);
    const notes = events.flatMap((event) => (event.kind === 'note' ? event.text : []));
    assert.deepEqual(notes, ['This device does not compute in half floats, so the run is in single precision.']);
  });
});

describe('the scale of the loss', () => {
  /** The state after one step from a scale and a number of sound steps before. */
  async function step(scale: number, sound = 0): Promise<{ before: Checkpoint; after: Checkpoint }> {
    const start = await Inversion.create(backend, generator, job, {
      z: float32(
        [4, 8],
        Array.from({ length: 32 }, (_, i) => Math.cos(3 * i)),
      ),
      alpha: float32(
        [4, generator.channels(job.layer)],
        new Float32Array(4 * generator.channels(job.layer)).fill(0.25),
      ),
    });
    const { state } = await start.checkpoint();
    await start.dispose();
    const scales = {
      'loss.scale': tensor('float32', [1], Float32Array.of(scale)),
      'loss.sound': float32([1], [sound]),
    };
    const before = { step: 0, stage: stageOf(job, 0), state: { ...state, ...scales } };
    const inversion = await Inversion.create(backend, generator, job, before);
    const { loss, image } = await inversion.advance();
    [loss, image].forEach((value) => value.dispose());
    const after = await inversion.checkpoint();
    await inversion.dispose();
    return { before, after };
  }
  const scaleOf = ({ state }: Checkpoint) => [state['loss.scale']!.data[0], state['loss.sound']!.data[0]];

  test('stays where gradients fit, and does not show in them', async () => {
    const [{ after }, { after: other }] = [await step(2 ** 8), await step(2 ** 10)];
    assert.deepEqual(scaleOf(after), [2 ** 8, 1]);
    after.state['z.mean']!.data.forEach((value, i) =>
      assert.ok(Math.abs(value - other.state['z.mean']!.data[i]!) < 1e-6),
    );
  });

  test('halves where they overflow, and the step is not taken', async () => {
    const { before, after } = await step(2 ** 40, 7);
    assert.deepEqual(scaleOf(after), [2 ** 39, 0]);
    for (const name of ['z', 'alpha', 'z.mean', 'z.variance'])
      assert.deepEqual(after.state[name], before.state[name], name);
  });

  test('ends before infinity where there is no gradient at all', async () => {
    const b = new GraphBuilder('scale');
    const scaling = lossScale(b);
    const { state } = scaling.unscaled([b.scale(scaling.scaled(b.scalar(0)), 0)]);
    const next = b.build({ scale: state['loss.scale']! });
    let scale = 2 ** 90;
    for (let i = 0; i < 50; i++) {
      const feeds = { 'loss.scale': float32([1], [scale]), 'loss.sound': float32([1], [199]) };
      scale = (await evaluate<'scale'>(nativeBackend, next, feeds)).scale.data[0]!;
    }
    assert.equal(scale, 2 ** 100);
  });

  test('doubles after 200 sound steps', async () => {
    assert.deepEqual(scaleOf((await step(2 ** 8, 198)).after), [2 ** 8, 199]);
    assert.deepEqual(scaleOf((await step(2 ** 8, 199)).after), [2 ** 9, 0]);
  });

  test('keeps gradients that half floats would lose', async () => {
    const moved = async (scale: number) =>
      (await step(scale)).after.state['z.mean']!.data.filter((value) => value !== 0).length;
    assert.equal(await moved(2 ** 8), 32);
    assert.equal(await moved(2 ** -20), 0);
  });
});
