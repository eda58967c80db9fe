/** Directions beside the model's own: from a file, or a boundary of the catalogue once a person has agreed to its download. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { tensor } from '../../../src/engine/tensor.ts';
import { chooseDirections } from '../../../src/extension/directions.ts';
import { ScriptedDialogs } from '../../../src/extension/modelsView/scriptedDialogs.ts';
import { writeNpy } from '../../../src/importers/npy.ts';
import { readDirections } from '../../../src/node/directions.ts';
import { StoreLayout } from '../../../src/node/store/layout.ts';
import { FileServer } from '../store/fileServer.ts';

const BOUNDARY = writeNpy(tensor('float64', [1, 4], Float64Array.of(0, 3, 4, 0)));

describe('more directions', () => {
  let folder: string;
  let server: FileServer;
  let dialogs: ScriptedDialogs;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'directions-'));
    server = await FileServer.start(BOUNDARY);
  });
  beforeEach(() => (dialogs = new ScriptedDialogs()));
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const choose = (...answers: string[]) => {
    dialogs.answers = answers;
    const about = { licence: 'MIT', page: 'https://example.org/about' };
    return chooseDirections(
      {
        layout: new StoreLayout(folder),
        dialogs,
        boundaries: () =>
          Promise.resolve([
            { id: 'smile', title: 'No smile, a smile', models: ['faces'], url: `${server.url}/smile.npy`, ...about },
            { id: 'ripe', title: 'Unripe, ripe', models: ['fruits'], url: `${server.url}/ripe.npy`, ...about },
          ]),
        read: async (file) => (await readDirections(file)).map((one) => ({ ...one, direction: [...one.direction] })),
      },
      'fruits',
    );
  };

  test('come from a file, whatever its length and precision', async () => {
    const file = join(folder, 'mine.npy');
    await writeFile(file, BOUNDARY);
    assert.deepEqual(await choose('Choose a File…', file), [{ name: 'mine', direction: [0, 0.6, 0.8, 0] }]);
    await writeFile(file, 'nothing');
    await assert.rejects(choose('Choose a File…', file), /mine\.npy is not a NumPy array/);
  });

  test('are downloaded only once a person has agreed, who has read what they are, and only once', async () => {
    assert.equal(await choose('Unripe, ripe'), undefined);
    assert.match(
      dialogs.seen.at(-1)!,
      /Download "Unripe, ripe"\?[^]*made for fruits[^]*Licence: MIT[^]*Source: http[^]*publish no hash/,
    );
    assert.equal(await choose('Unripe, ripe', 'Open Its Page'), undefined);
    assert.equal(dialogs.seen.at(-1), 'https://example.org/about');
    assert.deepEqual(server.seen, []);
    const found = [{ name: 'Unripe, ripe', direction: [0, 0.6, 0.8, 0] }];
    assert.deepEqual(await choose('Unripe, ripe', 'Download'), found);
    assert.deepEqual(await choose('Unripe, ripe'), found);
    assert.equal(server.seen.length, 1);
  });

  test('are not there when nobody chooses any', async () => {
    assert.equal(await choose(), undefined);
  });
});
