/** Which model a reference means: an id is an id, a path is a place. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DEFAULT_MODEL, embeddedModels, findModel, listModels, openModel } from '../../../src/node/models.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

const home = process.cwd();
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
  process.chdir(folder);
});
after(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

test('a folder of the working directory does not replace the embedded model', async () => {
  await cp(TINY_MODEL, DEFAULT_MODEL, { recursive: true });
  const roots = [embeddedModels()];
  assert.equal((await findModel(DEFAULT_MODEL, roots)).manifest.id, DEFAULT_MODEL);
  assert.equal((await openModel(DEFAULT_MODEL, roots)).manifest.id, DEFAULT_MODEL);
  assert.equal((await findModel(`./${DEFAULT_MODEL}`, roots)).manifest.id, 'tiny16');
  await assert.rejects(findModel(DEFAULT_MODEL, []), /not an installed model/);
});

test('a broken model is not replaced by a folder of the working directory', async () => {
  await mkdir('roots/tiny', { recursive: true });
  await writeFile('roots/tiny/manifest.json', '{}');
  await cp(TINY_MODEL, 'tiny', { recursive: true });
  await assert.rejects(openModel('tiny', ['roots']), /not a model manifest/);
});

test('a model folder may have the name of a checkpoint, and stand in the working directory', async () => {
  for (const name of ['church.pth', 'church.onnx', 'church']) {
    await cp(TINY_MODEL, name, { recursive: true });
    for (const reference of [name, `./${name}`, join(folder, name), `./${name}/manifest.json`]) {
      assert.equal((await openModel(reference, [embeddedModels()])).manifest.id, 'tiny16', reference);
    }
  }
});

test('a model folder may be a link', async () => {
  await mkdir('links');
  await symlink(TINY_MODEL, 'links/tiny16', 'junction');
  await symlink(join(folder, 'nowhere'), 'links/broken', 'junction');
  assert.deepEqual(
    (await listModels(['links'])).map((model) => 'manifest' in model && model.manifest.id),
    ['tiny16'],
  );
  assert.equal((await findModel('tiny16', ['links'])).folder, join('links', 'tiny16'));
});
