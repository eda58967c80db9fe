/** A StyleGAN2 in the editor: what only it leaves open is in the form, and a run follows it. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { embeddedRecord } from '../../src/node/codecs/encode.ts';
import { parseRecord } from '../../src/node/record.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { styleGan2File } from '../support/styleGan2Fixtures.ts';
import { styleGan2Package } from '../support/styleGan2Generator.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { openedWorkbench } from './suite.ts';
import { SIZES } from './workspace.ts';

const models = await mkdtemp(join(tmpdir(), 'styles-'));
after(() => rm(models, { recursive: true }));

/** @returns the folder of a package of test/fixtures/stylegan2 */
async function packageOf(file: string): Promise<string> {
  const { manifest, files } = await styleGan2Package(await styleGan2File(file), file);
  const folder = join(models, manifest.id);
  await mkdir(folder);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  return folder;
}

const PICTURE = 'upright.png';
const RESULT = 'upright.super-resolve.png';

const settings = {
  'ganPrior.model': await packageOf('stylegan2-ada.pkl'),
  'ganPrior.models': { inpaint: TINY_MODEL, colorize: await packageOf('stylegan2-ada-classes.pkl') },
};

describe('a StyleGAN2', () => {
  const suite = openedWorkbench({ iterations: 6, settings });

  test('has its spaces, noise and truncation in the form, classes where it has them, and restores by what is chosen there', async () => {
    await suite.workbench.host.run(
      async (vscode, path) => vscode.commands.executeCommand('ganPrior.openEditor', vscode.Uri.file(path)),
      suite.workspace.path(PICTURE),
    );
    const editor = await EditorPage.of(suite.workbench, PICTURE);
    await editor.choose('#task', 'Super-resolve');
    const field = (id: string) => editor.frame.locator(`#${id}`);
    const shown = (ids: readonly string[]) => Promise.all(ids.map((id) => field(id).isVisible()));
    const own = ['latent', 'noiseMaps', 'truncation', 'class'];
    await editor.choose('#model', 'Tiny random generator');
    assert.deepEqual(await shown(own), [false, false, false, false]);
    await editor.choose('#model', 'stylegan2-ada-classes');
    assert.deepEqual(await shown(own), [true, true, true, true]);
    await editor.choose('#model', 'stylegan2-ada');
    assert.deepEqual(await shown(own), [true, true, true, false]);

    const placeholder = (id: string) => field(id).getAttribute('placeholder');
    assert.equal(await placeholder('codes'), '20');
    await editor.choose('#latent', 'both, then a feature map (Robust Unsupervised)');
    await until('the numbers of that space', async () => (await placeholder('codes')) === '1');
    assert.equal(await placeholder('learningRate'), '0.08');
    await editor.choose('#noiseMaps', 'optimised with the codes');
    await editor.start();
    await editor.waitForHeadline(/^Done: 6 steps/);
    await editor.button('Save').click();
    await until(RESULT, async () => (await suite.workspace.files()).includes(RESULT));
    const { options } = parseRecord(embeddedRecord(await readFile(suite.workspace.path(RESULT))) ?? '')!;
    assert.deepEqual(
      [options.preset, options.gradients, options.noiseMaps, options.widenedRate],
      ['robust-unsupervised', 'normalised', 'optimised', 0.02],
    );
    const factor = options.factor!;
    assert.deepEqual(
      await suite.workspace.sizeOf(RESULT),
      SIZES[PICTURE].map((side) => side * factor),
    );
  });
});
