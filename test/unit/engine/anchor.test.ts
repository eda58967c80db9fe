/** Runs that begin with what a network of one pass makes of the picture, and are held to it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Planes } from '../../../src/engine/image/picture.ts';
import { planesToTensor, tensorToPlanes } from '../../../src/engine/image/planes.ts';
import { membrane } from '../../../src/engine/image/membrane.ts';
import { drafted } from '../../../src/engine/inversion/anchor.ts';
import type { Checkpoint, Job } from '../../../src/engine/inversion/job.ts';
import type { Anchor } from '../../../src/engine/inversion/refinements.ts';
import { run, RunControl } from '../../../src/engine/inversion/run.ts';
import { untrained, type Prior } from '../../../src/engine/prior.ts';
import { preparePlanes, type TaskOptions } from '../../../src/engine/tasks/index.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { readDrawnNetworks } from '../../../src/node/drawnNetworks.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';

const generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
const drafter = { ...untrained, drawn: await readDrawnNetworks() };
const noisy: Job = { ...reconstruction, task: 'denoise' };
const anchored = (anchor: Partial<Anchor>, of = noisy): Job => ({
  ...of,
  anchor: { steps: 0, weight: 0, share: 1, ...anchor },
});
const draftOf = async (job: Job): Promise<Tensor<'float32'>> =>
  (await drafted(nativeBackend, generator, anchored({}, job), drafter)).draft!;
const distance = (a: Tensor<'float32'>, b: Tensor<'float32'>) =>
  Math.hypot(...a.data.map((value, i) => value - b.data[i]!));

describe('codes that begin with a draft', () => {
  test('look for it first, and go on from there to the target as from a start', async () => {
    const job = anchored({ steps: 20 });
    const plain: Job = { ...noisy, iterations: 20 };
    const fit = await run(nativeBackend, generator, { ...plain, task: 'reconstruct', target: await draftOf(job) });
    const early = await run(nativeBackend, generator, job, { drafter, stopAfter: 20 });
    assert.deepEqual(early.parameters, fit.parameters);
    const rest = await run(nativeBackend, generator, { ...plain, init: fit.parameters });
    const whole = await run(nativeBackend, generator, job, { drafter });
    assert.deepEqual([whole.x, whole.losses], [rest.x, [...fit.losses, ...rest.losses]]);
  });

  test('are held to it by the weight', async () => {
    // A feature map follows noise, which is not in the draft.
    const noise = noisy.target.data.map((_, i) => Math.sin(i * i));
    const job: Job = { ...noisy, method: 'feature-map', iterations: 60, target: { ...noisy.target, data: noise } };
    const draft = await draftOf(job);
    const away = async (weight: number) =>
      distance((await run(nativeBackend, generator, anchored({ weight }, job), { drafter })).x, draft);
    const [free, held, firmly] = [await away(0), await away(1), await away(100)];
    assert.ok(held < 0.9 * free && firmly < 0.9 * held, `${free}, ${held}, ${firmly}`);
  });

  test('go on from a checkpoint of either part as if nothing had happened', async () => {
    const job = anchored({ steps: 20, weight: 1 });
    const { x } = await run(nativeBackend, generator, job, { drafter });
    for (const stopAfter of [10, 30]) {
      let resumeFrom: Checkpoint | undefined;
      await run(nativeBackend, generator, job, {
        ...{ drafter, stopAfter, checkpointMs: 1e-9 },
        emit: (event) => event.kind === 'checkpoint' && (resumeFrom = event.checkpoint),
      });
      assert.equal(resumeFrom!.stage.fitting, stopAfter === 10 || undefined);
      assert.deepEqual((await run(nativeBackend, generator, job, { drafter, resumeFrom: resumeFrom! })).x, x);
    }
  });

  test('are not held where the picture does not lie', async () => {
    const tall: Planes = { width: 6, height: 16, channels: 3, data: reconstruction.target.data.slice(0, 288) };
    const { job } = preparePlanes('denoise', tall, generator.manifest, { startFrom: 'untrained', layer: 3, codes: 2 });
    const inside = (i: number) => i % 16 >= 5 && i % 16 < 11;
    assert.ok(job.covered!.data.every((share, i) => share === Number(inside(i))));
    const { draft } = await drafted(nativeBackend, generator, job, drafter);
    assert.ok(draft!.data.every((value, i) => inside(i) || value === 0));
  });

  test('are asked for by naming what makes the draft, and draw the result alone', () => {
    const asked = (options: TaskOptions) =>
      preparePlanes('denoise', tensorToPlanes(noisy.target), generator.manifest, options).job;
    assert.deepEqual(asked({ startFrom: 'untrained', iterations: 30 }).anchor, { steps: 10, weight: 0.1, share: 1 });
    assert.equal(asked({}).anchor, undefined);
    const anchor = { steps: 1, weight: 1, share: 1 };
    assert.throws(() => asked({ anchor }), /say which it is to start from/);
    assert.throws(() => asked({ startFrom: 'untrained', anchor: { ...anchor, share: 0.5 } }), /leave the share/);
  });

  test('need something that makes the draft', async () => {
    await assert.rejects(run(nativeBackend, generator, anchored({})), /needs a network of one pass/);
  });
});

describe('the network that nobody trained, beside those that were', () => {
  const picture: Planes = {
    ...{ width: 24, height: 20, channels: 3 },
    data: Float32Array.from({ length: 1440 }, (_, i) => 0.8 * Math.sin((i % 24) / 4 + Math.floor(i / 24) / 9)),
  };
  const prior: Prior = drafter;
  const prepared = (options: TaskOptions, source = picture) =>
    preparePlanes('denoise', source, prior.manifest, { width: 8, iterations: 10, seed: 3, ...options }).job;

  test('gives its share of the result, which grows with the steps', async () => {
    const job = prepared({ anchor: { steps: 0, weight: 0, share: 0.4 } });
    assert.equal(job.method, 'anchored-projector');
    const draft = (await run(nativeBackend, prior, prepared({ method: 'one-pass' }))).x;
    for (const [stopAfter, share] of [
      [10, 0.4],
      [5, 0.2],
    ] as const) {
      const alone = await run(nativeBackend, prior, prepared({ method: 'random-projector' }), { stopAfter });
      const together = await run(nativeBackend, prior, job, { stopAfter });
      assert.deepEqual(together.parameters, alone.parameters);
      const wanted = draft.data.map((value, i) => value + share * (alone.x.data[i]! - value));
      assert.ok(together.x.data.every((value, i) => Math.abs(value - wanted[i]!) < 1e-5));
    }
  });

  test('shows from the first what would be saved', async () => {
    const shown: Tensor[] = [];
    const job = prepared({ anchor: { steps: 0, weight: 0, share: 0.4 } });
    await run(nativeBackend, prior, job, {
      previewMs: 1e-9,
      emit: (event) => event.kind === 'preview' && !event.passing && shown.push(event.x!),
    });
    assert.deepEqual(shown[0], (await run(nativeBackend, prior, prepared({ method: 'one-pass' }))).x);
  });

  test('a mask that is painted on the way brings another draft', async () => {
    const unknown = (gone: (x: number) => boolean) => {
      const mask = Uint8ClampedArray.from({ length: 1920 }, (_, i) => (i % 4 === 3 || gone((i >> 2) % 24) ? 255 : 0));
      return { unknown: { width: 24, height: 20, data: mask }, width: 8, iterations: 12 };
    };
    const inpaint = (gone: (x: number) => boolean, options: TaskOptions) =>
      preparePlanes('inpaint', picture, prior.manifest, { ...unknown(gone), ...options }).job;
    // Nothing of it is the untrained network's, so the result is the draft.
    const options = { anchor: { steps: 0, weight: 0, share: 0 } };
    const [before, painted] = [inpaint((x) => x === 4, options), inpaint((x) => x > 8 && x < 13, options)];
    const control = new RunControl();
    let left = 1;
    const emit = ({ kind }: { readonly kind: string }) => {
      if (kind === 'progress' && left-- > 0) control.amend({ target: painted.target, known: painted.known! });
    };
    const { x } = await run(nativeBackend, prior, before, { control, emit });
    const draft = (
      await run(
        nativeBackend,
        prior,
        inpaint((x) => x > 8 && x < 13, { method: 'one-pass' }),
      )
    ).x;
    assert.ok(x.data.every((value, i) => Math.abs(value - draft.data[i]!) < 1e-6));
    assert.notDeepEqual(planesToTensor(membrane(picture, tensorToPlanes(painted.known!))), x);
  });

  test('is a method where that was measured to gain, and refused where it was not', () => {
    assert.deepEqual(prepared({ method: 'anchored-projector' }).anchor, { steps: 0, weight: 0, share: 0.15 });
    const asked = (task: 'super-resolve' | 'reconstruct', options: TaskOptions) =>
      preparePlanes(task, picture, prior.manifest, options);
    assert.throws(() => asked('super-resolve', { method: 'anchored-projector' }), /enlarge better alone/);
    assert.throws(() => asked('reconstruct', { method: 'anchored-projector' }), /enlarges, fills gaps/);
    const anchor = { steps: 0, weight: 0, share: 1 };
    assert.throws(() => asked('reconstruct', { method: 'deep-decoder', anchor }), /not to deep-decoder/);
    assert.deepEqual(asked('super-resolve', { anchor }).job.anchor, anchor);
  });
});
