/** The last stage of a run that releases a feature map. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Backend } from '../../../src/engine/backends/backend.ts';
import type { Checkpoint, Job, RunEvent } from '../../../src/engine/inversion/job.ts';
import { refinementsOf } from '../../../src/engine/inversion/refinements.ts';
import { checkRelease } from '../../../src/engine/inversion/release.ts';
import { run, RunControl, type RunOptions } from '../../../src/engine/inversion/run.ts';
import { readModel } from '../../../src/engine/onnx/read.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction as job } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
const release = { layer: 5, share: 0.25, learningRate: 0.02, anchor: 0 };
const released: Job = { ...job, release };

async function record(of: Job, options: RunOptions = {}) {
  const events: RunEvent[] = [];
  const outcome = await run(nativeBackend, generator, of, { ...options, emit: (e) => events.push(e) });
  const checkpoints = events.flatMap((e) => (e.kind === 'checkpoint' ? e.checkpoint : []));
  return { outcome, events, checkpoints };
}

/** How far the released map is from where it began. */
function moved({ state }: Checkpoint): number {
  const [features, anchor] = [state['features']!.data, state['features.anchor']!.data];
  return Math.hypot(...features.map((value, i) => value - anchor[i]!));
}

describe('a released run', () => {
  test('goes on from what the codes composed, and fits better than they do', async () => {
    const { outcome, events } = await record(released);
    assert.equal(outcome.losses.length, 40);
    assert.deepEqual(outcome.parameters['features']!.dims, [1, 4, 16, 16]);
    const codes = await run(nativeBackend, generator, { ...job, iterations: 30 });
    assert.deepEqual(outcome.losses.slice(0, 30), codes.losses, 'until then it is a run of so many steps');
    assert.ok(outcome.losses[30]! < codes.losses[29]! * 1.01, 'and goes on where that ends');
    assert.ok(outcome.losses.at(-1)! < outcome.losses[30]!);
    const phases = events.flatMap((e) => (e.kind === 'phase' ? e.phase : []));
    assert.deepEqual(phases, ['compiling', 'optimising', 'compiling', 'optimising']);
  });

  test('is drawn in parts where the codes are', async () => {
    const convolutions: number[] = [];
    const compile: Backend['compile'] = (model) => {
      const graph = readModel(model, 'the model');
      if (graph.name === 'features') convolutions.push(graph.nodes.filter(({ op }) => op === 'Conv').length);
      return nativeBackend.compile(model);
    };
    for (const codesAtOnce of [4, 1]) await run({ ...nativeBackend, compile }, generator, { ...released, codesAtOnce });
    const beyond = release.layer - job.layer;
    assert.deepEqual(convolutions, [job.layer - 1 + beyond, 4 * (job.layer - 1) + beyond]);
  });

  test('is held to its anchor, the more firmly the heavier it is', async () => {
    const at = async (anchor: number) => {
      const options = { checkpointMs: 1e-9 };
      return moved((await record({ ...released, release: { ...release, anchor } }, options)).checkpoints.at(-1)!);
    };
    const [free, held] = [await at(0), await at(100)];
    assert.ok(free > 0 && held < 0.7 * free);
  });

  test('is resumed bit for bit, from before the release and from after it', async () => {
    const { outcome, checkpoints } = await record(released, { checkpointMs: 1e-9 });
    const before = checkpoints.findLast(({ stage }) => stage.method === 'multi-code')!;
    const after = checkpoints.find(({ stage }) => stage.method === 'feature-map')!;
    assert.equal(after.stage.began, 30);
    for (const resumeFrom of [before, after]) {
      const resumed = await run(nativeBackend, generator, released, { resumeFrom });
      assert.deepEqual(resumed.x.data, outcome.x.data);
    }
  });

  test('stays released when it is made longer', async () => {
    const { checkpoints } = await record(released, { checkpointMs: 1e-9 });
    const resumeFrom = checkpoints.find(({ stage }) => stage.method === 'feature-map')!;
    const longer = await run(nativeBackend, generator, { ...released, iterations: 90 }, { resumeFrom });
    assert.equal(longer.steps, 90);
    assert.deepEqual(Object.keys(longer.parameters), ['features']);
  });

  test('of no share at all is the run without it, bit for bit', async () => {
    const [none, plain] = [
      await run(nativeBackend, generator, { ...job, release: { ...release, share: 0 } }),
      await run(nativeBackend, generator, job),
    ];
    assert.deepEqual(none.x.data, plain.x.data);
  });
});

test('a release at an earlier layer than the composing one, or at none, is refused', () => {
  const { manifest } = generator;
  assert.throws(() => checkRelease({ ...release, layer: 2 }, 3, manifest), /no feature map at layer 2 to release/);
  assert.throws(() => checkRelease({ ...release, layer: 9 }, 3, manifest), /layers 1 to 6/);
  assert.throws(() => refinementsOf({ release: { ...release, share: 2 } }), /"release" is a layer, a share/);
});

describe('patience, and changes of a released run', () => {
  test('a run that gets nowhere still releases its map, and patience counts from there', async () => {
    const stuck = { ...job.optimizer, learningRate: 0, alphaLearningRate: 0 };
    const { outcome } = await record({ ...released, iterations: 80, patience: 10, optimizer: stuck });
    assert.ok(outcome.parameters['features'], 'released');
    assert.ok(outcome.steps >= 70);
  });

  test('a rate of codes that are gone is refused', async () => {
    const control = new RunControl();
    const events: RunEvent[] = [];
    await run(nativeBackend, generator, released, {
      control,
      emit: (event) => {
        events.push(event);
        if (event.kind === 'progress' && event.step === 35) control.amend({ learningRate: 0.5 });
      },
      stopAfter: 40,
      resumeFrom: await at35(),
    });
    const refused = events.filter((event) => event.kind === 'refused');
    assert.deepEqual(
      refused.map(({ kept }) => kept),
      [{}],
    );
    assert.match(refused[0]!.reason, /released by now and follows a rate of its own/);
  });
});

/** A checkpoint of the released stage, one step before a report is due. */
async function at35(): Promise<Checkpoint> {
  const { checkpoints } = await record(released, { stopAfter: 34, checkpointMs: 1e-9 });
  const last = checkpoints.at(-1)!;
  assert.equal(last.stage.method, 'feature-map');
  return last;
}
