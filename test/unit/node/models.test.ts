/** Which model a reference means: an id is an id, a path is a place. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Manifest } from '../../../src/engine/generator/manifest.ts';
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

test('a package of a newer format is refused with what to do', async () => {
  await cp(TINY_MODEL, 'newer', { recursive: true });
  const manifest = JSON.parse(await readFile(join(TINY_MODEL, 'manifest.json'), 'utf8')) as object;
  await writeFile('newer/manifest.json', JSON.stringify({ ...manifest, format: 3, slices: 'otherwise' }));
  await assert.rejects(openModel('./newer', []), /newer version of GAN Prior \(format 3.*Update GAN Prior/);
  const [listed] = await listModels(['.']).then((all) => all.filter(({ folder: at }) => at === 'newer'));
  assert.match(listed && 'problem' in listed ? listed.problem : '', /newer version/);
});

test('a package of format 1 is read as the program that it is', async () => {
  const { latent, slices, format } = (await openModel(DEFAULT_MODEL, [embeddedModels()])).manifest as Manifest;
  assert.equal(format, 2);
  assert.deepEqual(latent, { size: 128, sampled: 'normal' });
  assert.deepEqual(slices[0]!.inputs, { x: 'z' });
  assert.deepEqual(slices[0]!.outputs, { y: { value: 'features', shape: [128, 4, 4] } });
  assert.deepEqual(slices.at(-1)!.outputs, { y: { value: 'image', shape: [3, 128, 128] } });
});

test('a program whose slices do not fit each other is refused', async () => {
  const { manifest } = await openModel(DEFAULT_MODEL, [embeddedModels()]);
  const { slices } = manifest as Manifest;
  const problems = [
    [{ slices: slices.slice(0, -1) }, /the last slice, and no other, gives the image/],
    [{ slices: [{ ...slices[0]!, inputs: { x: 'rgb' } }, ...slices.slice(1)] }, /slice 1 reads "rgb", which nothing/],
    [{ resolution: 256 }, /the image is not 3 x 256 x 256/],
  ] as const;
  for (const [change, problem] of problems) {
    await cp(TINY_MODEL, 'unfit', { recursive: true });
    await writeFile('unfit/manifest.json', JSON.stringify({ ...manifest, ...change }));
    await assert.rejects(openModel('./unfit', []), problem);
  }
});
