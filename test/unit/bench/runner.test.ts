/** How a contender is timed, wherever it computes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Case, Check } from '../../bench/contender.ts';
import { inPage, type GivenInPage } from '../../bench/inPage.ts';
import { runnerOf } from '../../bench/runner.ts';
import { withOwnCost } from '../../bench/serve.ts';
import { CONTENDERS, isRival, type ContenderName } from '../../bench/steps.ts';
import { randomPggan } from '../../support/randomGenerator.ts';

const CHECK: Check = { loss: 3, z: [1], alpha: [2] };

/** Whose loss is the number of steps taken before. */
function counting() {
  let steps = 0;
  return { check: CHECK, step: () => Promise.resolve(steps++) };
}

describe('a rival', () => {
  test('is ready after its first step, with what it must agree on', async () => {
    const { ready, take } = await runnerOf(() => Promise.resolve(counting()));
    assert.deepEqual(ready.check, CHECK);
    assert.ok(ready.firstStepMs >= 0);
    const { milliseconds, loss } = await take(3);
    assert.equal(milliseconds.length, 3);
    assert.equal(loss, 3);
  });

  test('is a library, not this engine or PyTorch', () => {
    const names = Object.keys(CONTENDERS) as ContenderName[];
    const ours = ['native', 'webgpu', 'wasm', 'chromium-wasm', 'chromium-webgpu', 'torch-batched', 'torch-loop'];
    assert.deepEqual(
      names.filter((name) => !isRival(name)),
      ours,
    );
  });

  test('costs its own process, where it is in one', async () => {
    const { take } = withOwnCost(await runnerOf(() => Promise.resolve(counting())));
    const { loss, cpuMs, peakBytes } = await take(1);
    assert.equal(loss, 1);
    assert.ok(cpuMs! >= 0);
    assert.ok(peakBytes! > 1e6);
  });
});

test('a contender in a page gets the generator once, and takes steps from then on', async () => {
  const shape = { zDim: 8, channels: [8, 4] };
  const { manifest, files } = await randomPggan(shape);
  const timed: Case = { ...shape, model: 'tiny', layer: 1, codes: 1, factor: 8, threads: 1, perceptual: false };
  const seen: GivenInPage[] = [];
  const main = inPage((given) => {
    seen.push(given);
    return runnerOf(() => Promise.resolve(counting()));
  });
  const sent = Object.fromEntries([...files].map(([name, bytes]) => [name, bytes.slice().buffer]));
  const runtime = new ArrayBuffer(4);
  const ready = await main({ ...sent, runtime }, { kind: 'start', provider: 'wasm', manifest, timed });
  assert.deepEqual('check' in ready && ready.check, CHECK);
  assert.ok(!('device' in ready));
  const steps = await main({}, { kind: 'steps', steps: 2 });
  assert.equal('loss' in steps && steps.loss, 2);
  const [given] = seen;
  assert.equal(seen.length, 1);
  assert.equal(given!.runtime, runtime);
  assert.equal(given!.generator.slices.length, manifest.slices.length);
  assert.deepEqual(given!.files[0], files.get(manifest.slices[0]!.file));
});
