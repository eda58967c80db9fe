import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Models } from '../../../src/extension/models.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

const EMBEDDED = join(import.meta.dirname, '../../../models');

function models(values: Readonly<Record<string, unknown>>, ...roots: readonly string[]): Models {
  return new Models(
    readSettings((key) => values[key], assert.fail),
    join(TINY_MODEL, '..'),
    [EMBEDDED, ...roots],
    '/no/networks',
  );
}

test('a task uses the model of its own, the others the one of all', async () => {
  const own = models({ models: { colorize: 'tiny16' } }, join(TINY_MODEL, '..'));
  const { modelFor, problem } = await own.setup();
  assert.deepEqual(modelFor, {
    'super-resolve': 'fruit128',
    colorize: 'tiny16',
    inpaint: 'fruit128',
    denoise: 'fruit128',
    reconstruct: 'fruit128',
  });
  assert.equal(problem, undefined);
  assert.equal((await own.choose('colorize', undefined)).manifest.id, 'tiny16');
  assert.equal((await own.choose('inpaint', undefined)).manifest.id, 'fruit128');
  assert.equal((await own.choose('inpaint', 'tiny16')).manifest.id, 'tiny16');
});

test('a folder is known by its id in the editor, and may be read from', async () => {
  const own = models({ models: { inpaint: './tiny16' } });
  const setup = await own.setup();
  assert.equal(setup.modelFor.inpaint, 'tiny16');
  assert.ok(setup.models.some(({ id }) => id === 'tiny16'));
  assert.equal((await own.choose('reconstruct', 'tiny16')).folder, TINY_MODEL);
  assert.deepEqual(own.folders, [EMBEDDED, '/no/networks', TINY_MODEL]);
});

test('a model with an encoder can draw by it, whatever the settings say of steps; one without offers nothing', async () => {
  const { models: offered } = await models({ iterations: 30 }, join(TINY_MODEL, '..')).setup();
  const of = (id: string) => offered.find((model) => model.id === id)?.methods;
  assert.deepEqual(
    of('fruit128')?.map(({ id, defaults }) => [id, defaults.inpaint]),
    [['encoder', { iterations: 1 }]],
  );
  assert.equal(of('tiny16'), undefined);
});

test('the page reads from sound packages alone, whatever the settings name', () => {
  for (const model of ['/', TINY_MODEL.slice(0, -'tiny16'.length), '..', '/nowhere']) {
    assert.deepEqual(models({ model }).folders, [EMBEDDED, '/no/networks'], model);
  }
  assert.deepEqual(models({ model: `${TINY_MODEL}/manifest.json` }).folders, [EMBEDDED, '/no/networks', TINY_MODEL]);
});

test('one that is not there is told, and breaks no other task', async () => {
  const own = models({ models: { denoise: 'nobody' } });
  const { modelFor, problem } = await own.setup();
  assert.equal(modelFor.denoise, 'nobody');
  assert.match(problem!, /nobody is not an installed model/);
  await assert.rejects(own.choose('denoise', undefined), /nobody/);
  assert.equal((await own.choose('colorize', undefined)).manifest.id, 'fruit128');
});

test('"auto" is the model that knows the picture best, else the untrained one; colours take a trained one', async () => {
  const own = models({ model: 'auto' });
  const folder = join(EMBEDDED, 'fruit128');
  assert.deepEqual(await own.askable(), [folder]);
  const unknown = { colour: { [folder]: 3 }, luma: { [folder]: 3 } };
  const { modelFor, familiar, unsuited } = await own.setup(unknown);
  assert.equal(modelFor.denoise, 'untrained');
  assert.equal(modelFor.colorize, 'fruit128');
  assert.deepEqual(familiar?.denoise, { fruit128: false });
  assert.deepEqual(unsuited, ['colorize']);
  assert.equal((await own.choose('inpaint', undefined, unknown)).manifest.id, 'untrained');
  assert.equal((await own.choose('inpaint', 'fruit128', unknown)).manifest.id, 'fruit128');

  const known = { colour: { [folder]: 0.5 }, luma: { [folder]: 0.5 } };
  assert.equal((await own.setup(known)).modelFor.denoise, 'fruit128');
  assert.equal((await own.setup(known)).unsuited, undefined);
  assert.equal((await own.choose('inpaint', undefined, known)).manifest.id, 'fruit128');
  // A model that a person chose in the settings is not replaced by another one.
  const named = models({ model: 'fruit128' });
  assert.equal((await named.setup(unknown)).modelFor.denoise, 'fruit128');
  assert.equal((await named.setup(unknown)).unsuited, undefined);
});
