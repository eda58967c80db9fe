/** The last stage of a run that tunes its generator. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Generator } from '../../../src/engine/generator/generator.ts';
import { weightsOf } from '../../../src/engine/generator/weights.ts';
import { fitIntoMemory } from '../../../src/engine/inversion/memoryPlan.ts';
import type { Checkpoint, Job, RunEvent } from '../../../src/engine/inversion/job.ts';
import { checkLastStage } from '../../../src/engine/inversion/lastStage.ts';
import { refinementsOf } from '../../../src/engine/inversion/refinements.ts';
import { run, RunControl, type RunOptions } from '../../../src/engine/inversion/run.ts';
import { buildStepGraph } from '../../../src/engine/inversion/stepGraph.ts';
import { tunedJob } from '../../../src/engine/inversion/tune.ts';
import { castFloat } from '../../../src/engine/tensor.ts';
import { nativeBackend, wasmBackend } from '../../support/backends.ts';
import { halfFloatBackend } from '../../support/halfFloats.ts';
import { reconstruction as job } from '../../support/jobs.ts';
import { randomPggan } from '../../support/randomGenerator.ts';

const { manifest, files } = await randomPggan({ zDim: 8, channels: [8, 6, 4] });
const read = () =>
  Generator.load(
    manifest,
    manifest.slices.map(({ file }) => files.get(file)!),
  );
const generator = read();
const tune = { layers: [5, 6], steps: 10, learningRate: 0.01, anchor: 0 } as const;
const tuned: Job = { ...job, tune: { ...tune, layers: [5, 6] } };

async function record(of: Job, options: RunOptions = {}) {
  const events: RunEvent[] = [];
  const outcome = await run(nativeBackend, generator, of, { ...options, emit: (e) => events.push(e) });
  const checkpoints = events.flatMap((e) => (e.kind === 'checkpoint' ? e.checkpoint : []));
  return { outcome, events, checkpoints };
}

/** How far each tuned layer is from the package's, relative to its size. */
function moved({ state }: Checkpoint): number[] {
  const layers = [...new Set(weightsOf(generator, [1, 7]).map(({ layer }) => layer))];
  return layers.map((layer) => {
    const weights = weightsOf(generator, [layer, layer]).filter(({ name }) => state[name]);
    const values = (of: (i: number) => ArrayLike<number>) => weights.flatMap((_, i) => Array.from(of(i)));
    const before = values((i) => weights[i]!.data.data as Float32Array);
    const after = values((i) => state[weights[i]!.name]!.data);
    return Math.hypot(...after.map((value, i) => value - before[i]!)) / Math.max(Math.hypot(...before), 1e-9);
  });
}

describe('a run that tunes its generator', () => {
  test('goes on from what the codes composed, and fits better than they do', async () => {
    const { outcome, events } = await record(tuned);
    assert.equal(outcome.losses.length, 40);
    const codes = await run(nativeBackend, generator, { ...job, iterations: 30 });
    assert.deepEqual(outcome.losses.slice(0, 30), codes.losses, 'until then it is a run of so many steps');
    assert.ok(outcome.losses[30]! < codes.losses[29]! * 1.01, 'and goes on where that ends');
    const without = await run(nativeBackend, generator, job);
    assert.ok(outcome.losses.at(-1)! < 0.95 * without.losses.at(-1)!, 'falls further than the codes alone');
    const phases = events.flatMap((e) => (e.kind === 'phase' ? e.phase : []));
    assert.deepEqual(phases, ['compiling', 'optimising', 'compiling', 'optimising']);
  });

  test('moves kernels and biases of its layers, of no others, and not the package', async () => {
    const before = [...files].map(([name, bytes]) => [name, bytes.slice()] as const);
    const { outcome, checkpoints } = await record(tuned, { checkpointMs: 1e-9 });
    const wanted = weightsOf(generator, [5, 6]);
    assert.ok(wanted.some(({ data }) => data.dims.length === 4) && wanted.some(({ data }) => data.dims.length === 1));
    assert.deepEqual(
      Object.keys(outcome.parameters),
      wanted.map(({ name }) => name),
    );
    for (const { name, data } of wanted) assert.notDeepEqual(outcome.parameters[name]!.data, data.data, name);
    assert.ok(moved(checkpoints.at(-1)!)[4]! > 0 && moved(checkpoints.at(-1)!)[5]! > 0);
    for (const [name, bytes] of before) assert.deepEqual(files.get(name), bytes, name);
    const fresh = read();
    weightsOf(generator, [1, 7]).forEach(({ data }, i) =>
      assert.deepEqual(data.data, weightsOf(fresh, [1, 7])[i]!.data.data),
    );
    const plain = await run(nativeBackend, generator, job);
    assert.deepEqual(
      plain.x.data,
      (await run(nativeBackend, fresh, job)).x.data,
      'the next run draws with the package',
    );
  });

  test('is held to its anchor, layer by layer, the more firmly the heavier it is', async () => {
    const at = async (anchor: number) => {
      const { checkpoints } = await record({ ...tuned, tune: { ...tuned.tune!, anchor } }, { checkpointMs: 1e-9 });
      return moved(checkpoints.at(-1)!);
    };
    const [free, held] = [await at(0), await at(1000)];
    for (const layer of [4, 5]) assert.ok(held[layer]! < 0.5 * free[layer]!, `layer ${layer + 1}`);
  });

  test('is the same picture again from the same seed, and from what the record keeps', async () => {
    const { outcome } = await record(tuned);
    assert.deepEqual((await record(tuned)).outcome.x.data, outcome.x.data);
    const kept = refinementsOf(JSON.parse(JSON.stringify(tuned.tune ? { tune: tuned.tune } : {})) as typeof tuned);
    assert.deepEqual((await record({ ...job, ...kept })).outcome.x.data, outcome.x.data);
  });

  test('is resumed bit for bit, from before the tuning and from within it', async () => {
    const { outcome, checkpoints } = await record(tuned, { checkpointMs: 1e-9 });
    const before = checkpoints.findLast(({ stage }) => stage.method === 'multi-code')!;
    const within = checkpoints.find(({ stage, step }) => stage.method === 'tuned-weights' && step > 31)!;
    assert.equal(within.stage.began, 30);
    for (const resumeFrom of [before, within]) {
      const resumed = await run(nativeBackend, generator, tuned, { resumeFrom });
      assert.deepEqual(resumed.x.data, outcome.x.data);
    }
  });

  test('comes after every method, and after codes in parts', async () => {
    for (const method of ['single-code', 'feature-map', 'second-cut'] as const) {
      const { outcome } = await record({ ...tuned, method, tune: { ...tuned.tune!, layers: [6, 6] } });
      assert.ok(outcome.parameters['layer6.0'], method);
      assert.ok(outcome.losses.at(-1)! < outcome.losses[30]!, method);
    }
    const whole = (await record(tuned)).outcome;
    const parts = (await record({ ...tuned, codesAtOnce: 1 })).outcome;
    assert.ok(parts.losses.every((loss, i) => Math.abs(loss - whole.losses[i]!) < 1e-2 * whole.losses[i]!));
  });

  test('moves the same weights where upsampling is fused, and goes on from there elsewhere', async () => {
    const layers: [number, number] = [5, 6];
    const of = { ...tuned, tune: { ...tuned.tune!, layers } };
    const { outcome, checkpoints } = await record(of, { checkpointMs: 1e-9 });
    const within = checkpoints.find(({ stage, step }) => stage.method === 'tuned-weights' && step > 31)!;
    const elsewhere = await run(wasmBackend, generator, of, { resumeFrom: within });
    const off = elsewhere.x.data.map((value, i) => Math.abs(value - outcome.x.data[i]!));
    assert.ok(Math.max(...off) < 1e-3);
  });

  test('computes in half floats, too, and keeps its weights in whole ones', async () => {
    const { losses, parameters } = await run(halfFloatBackend, generator, { ...tuned, precision: 'mixed' });
    assert.ok(losses.at(-1)! < 0.95 * losses[30]!);
    const weights = parameters['layer5.0']!;
    assert.notDeepEqual(castFloat(castFloat(weights, 'float16'), 'float32').data, weights.data);
  });

  test('tunes in all its steps where it has no more', async () => {
    const { outcome } = await record({ ...tuned, tune: { ...tuned.tune!, steps: 1000 } });
    assert.equal(outcome.losses.length, 40);
    assert.ok(outcome.parameters['layer5.0']);
  });
});

test('layers that codes are composed in, or that are none, and two kinds of ending are refused', () => {
  const release = { layer: 4, share: 0.5, learningRate: 0.1, anchor: 0 };
  const check = (layers: [number, number], more: Partial<Job> = {}) =>
    checkLastStage({ layer: 3, method: 'multi-code', tune: { ...tune, layers }, ...more }, manifest);
  check([4, 7]);
  assert.throws(() => check([3, 6]), /composed at layer 3 leave the layers after it .* choose from 4 to 7, not 3/);
  assert.throws(() => check([4, 8]), /has layers 1 to 7; layer 8 does not exist/);
  assert.throws(() => check([4, 7], { release }), /not by both/);
  // After two cuts there is one feature map only from the second one on; one code draws all of them.
  assert.throws(() => check([5, 7], { method: 'second-cut' }), /composed at layer 5 .* choose from 6 to 7, not 5/);
  const ofSecondCut = { layer: 3, method: 'second-cut', release } as const;
  assert.throws(() => checkLastStage(ofSecondCut, manifest), /no feature map at layer 4 to release/);
  check([2, 7], { method: 'single-code' });
  assert.throws(() => refinementsOf({ tune: { ...tune, layers: [6, 5] } }), /"tune" is a range of layers/);
});

test('what belongs to codes is refused while the generator is tuned', async () => {
  const control = new RunControl();
  const { checkpoints } = await record(tuned, { stopAfter: 34, checkpointMs: 1e-9 });
  const { events } = await record(tuned, {
    control: (control.amend({ learningRate: 0.5, layer: 4 }), control),
    resumeFrom: checkpoints.at(-1)!,
  });
  const reasons = events.flatMap((event) => (event.kind === 'refused' ? event.reason : []));
  assert.equal(reasons.length, 2);
  assert.match(reasons[0]!, /tuned by now, at a rate of its own/);
  assert.match(reasons[1]!, /tuned by now to what its codes have composed/);
});

test('the memory of the tuned step is counted before the run begins', () => {
  const state = Object.keys(buildStepGraph(generator, tunedJob(job, { ...tune, layers: [5, 6] })).state);
  assert.ok(state.includes('layer5.0.mean') && state.includes('features'));
  assert.throws(
    () => fitIntoMemory({ ...nativeBackend, memory: { bytes: 1 } }, generator, tuned, undefined, () => undefined),
    /leave out the tuning/,
  );
});
