/** A result that the format of `ganPrior.output` cannot hold is spoken of before the run. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Models } from '../../../src/extension/models.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { ThreadWorkshop } from '../../../src/extension/threadWorkshop.ts';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { quarters } from '../node/pictures.ts';
import { sourceThread } from '../node/sourceThread.ts';
import { surroundings } from './surroundings.ts';

const MODELS = join(import.meta.dirname, '../../fixtures/models');

test('a plan notes that its result is too large for the format it would be saved as', async () => {
  const thread = sourceThread();
  try {
    for (const [ending, noted] of [
      ['webp', true],
      ['png', false],
    ] as const) {
      const settings = readSettings(
        (key) => ({ model: 'tiny16', device: 'cpu', output: `\${fileDirname}/a.${ending}` })[key],
        (problem) => assert.fail(problem),
      );
      const models = new Models(settings, '/', [MODELS], '/no/such/folder');
      const read = () => Promise.resolve(new Uint8Array(encodePng(quarters(8200, 2))));
      const workshop = new ThreadWorkshop(thread, { ...surroundings(settings, () => models), read });
      const { notes } = await workshop.prepare('super-resolve', { factor: 2 });
      assert.equal(
        notes.some((note) => note.includes('too large') && note.includes('WebP')),
        noted,
        notes.join('\n'),
      );
    }
  } finally {
    await thread.dispose();
  }
});
