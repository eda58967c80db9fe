/** Without a seed every run draws one of its own; with one, it is that. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Models } from '../../../src/extension/models.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { ThreadWorkshop } from '../../../src/extension/threadWorkshop.ts';
import { sourceThread } from '../node/sourceThread.ts';
import { surroundings } from './surroundings.ts';

const MODELS = join(import.meta.dirname, '../../fixtures/models');
const settings = readSettings(
  (key) => ({ model: 'tiny16', device: 'cpu' })[key],
  (problem) => assert.fail(problem),
);

test('every run without a seed draws another, and one that is given counts', async () => {
  const thread = sourceThread();
  try {
    const models = new Models(settings, '/', [MODELS], '/no/such/folder');
    const workshop = new ThreadWorkshop(
      thread,
      surroundings(settings, () => models),
    );
    const seeds = [];
    for (let i = 0; i < 3; i++) seeds.push((await workshop.prepare('reconstruct', {})).job.seed);
    assert.ok(new Set(seeds).size > 1, String(seeds));
    assert.equal((await workshop.prepare('reconstruct', { seed: 0 })).job.seed, 0);
  } finally {
    await thread.dispose();
  }
});
