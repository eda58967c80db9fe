/** What the cells of a study share. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backend } from '../../../src/engine/backends/backend.ts';
import { chooseStart } from '../../../src/engine/inversion/start.ts';
import { isGenerator } from '../../../src/engine/prior.ts';
import { prepare } from '../../../src/engine/tasks/index.ts';
import { openBackend } from '../../../src/node/backends.ts';
import { openPrior } from '../../../src/node/priors.ts';
import { placesOf } from '../../../src/node/study/plan.ts';
import { SharedStarts } from '../../../src/node/study/starts.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from './pictures.ts';

const backend = await openBackend('cpu');
const prior = await openPrior(TINY_MODEL, []);
assert.ok(isGenerator(prior));

test('starts are scored once for a model, and are those that each run would choose', async () => {
  const counts = [1, 2, 6];
  const wish = { task: 'reconstruct', layers: [1, 3], codes: counts, starts: 4, settings: {} } as const;
  const places = placesOf(prior, wish, {});
  let compiled = 0;
  const counting: Backend = Object.create(backend, {
    compile: { value: (model: Uint8Array) => (compiled++, backend.compile(model)) },
  }) as Backend;
  const starts = new SharedStarts(places);
  const picture = quarters(16, 16);
  for (const { settings } of places) {
    const { job } = prepare('reconstruct', picture, prior.manifest, settings!);
    const telling = { stopped: () => false, emit: () => undefined };
    const { init } = await starts.begin(counting, prior, job, telling);
    assert.deepEqual(init, await chooseStart(backend, prior, job, () => Promise.resolve('go on')));
  }
  assert.equal(compiled, 1);
});
