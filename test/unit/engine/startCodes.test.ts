/** Runs that begin with codes that were picked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseStart } from '../../../src/engine/inversion/start.ts';
import { isGenerator } from '../../../src/engine/prior.ts';
import { normals } from '../../../src/engine/random.ts';
import { prepare, type TaskOptions } from '../../../src/engine/tasks/index.ts';
import { UNTRAINED } from '../../../src/engine/untrained/manifest.ts';
import { openCpu } from '../../../src/node/backends.ts';
import { openPrior } from '../../../src/node/priors.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';

const backend = await openCpu();
const prior = await openPrior(TINY_MODEL, []);
assert.ok(isGenerator(prior));
const { size } = prior.manifest.latent;
const next = normals(9);
const code = () => [...Float32Array.from({ length: size }, next)];
const PICKED = [code(), code()];
const jobOf = (options: TaskOptions) => prepare('reconstruct', quarters(16, 16), prior.manifest, options).job;
const rows = async (options: TaskOptions) => {
  const { z } = await chooseStart(backend, prior, jobOf(options), () => Promise.resolve('go on'));
  return Array.from({ length: z!.dims[0]! }, (_, i) => [...z!.data.slice(i * size, (i + 1) * size)]);
};

test('they come first, and after them those that the run would choose', async () => {
  const plain = await rows({ layer: 2, codes: 3, starts: 6 });
  const started = await rows({ layer: 2, codes: 5, starts: 6, startCodes: PICKED });
  assert.deepEqual(started.slice(0, 2), PICKED);
  assert.deepEqual(started.slice(2), plain);
  assert.deepEqual(await rows({ layer: 2, codes: 2, startCodes: PICKED }), PICKED);
  assert.deepEqual(await rows({ method: 'single-code', startCodes: PICKED }), PICKED.slice(0, 1));
});

test('what does not fit is refused before the run', () => {
  assert.throws(() => jobOf({ codes: 1, startCodes: PICKED }), /2 codes to start from, but the run mixes 1/);
  assert.throws(() => jobOf({ startCodes: [[1, 2]] }), /are of 8 numbers; one to start from has 2/);
  assert.throws(() => jobOf({ startCodes: [] }), /"startCodes" is codes z/);
  const untrained = () => prepare('reconstruct', quarters(16, 16), UNTRAINED, { startCodes: PICKED });
  assert.throws(untrained, /startCodes/);
});
