/** The main path in the real workbench: right-click a picture, watch it on WebGPU, keep the result. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { Workbench } from '../harness/workbench.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { Workspace } from './workspace.ts';

describe('the editor with a WebGPU adapter', () => {
  let workspace: Workspace;
  let workbench: Workbench;
  before(async () => {
    workspace = await Workspace.create();
    const settings = { 'ganPrior.model': TINY_MODEL, 'ganPrior.iterations': 12 };
    workbench = await Workbench.open({ workspace: workspace.folder, gpu: 'software', settings });
  });
  after(async () => {
    await workbench?.close();
    await workspace.remove();
  });

  test('super-resolves from the Explorer on WebGPU and saves beside the picture', async () => {
    await workbench.pickInExplorer('upright.png', 'GAN prior', 'Super-resolve with GAN prior');
    const editor = await EditorPage.of(workbench, 'upright.png');
    await editor.waitForHeadline(/^Step \d+ of 12$/);
    const early = await editor.preview();
    await editor.waitForHeadline(/^Done: 12 steps/);
    assert.notEqual(await editor.preview(), early, 'the preview does not change');
    assert.match((await editor.facts())['Runs on']!, /WebGPU/);
    assert.ok(!(await workspace.files()).includes('upright.super-resolve.png'), 'written before Save');

    await editor.button('Save').click();
    await until('the saved file', async () => (await workspace.files()).includes('upright.super-resolve.png'));
    await until(
      'the name of the saved file',
      async () => (await editor.facts())['Saved as'] === 'upright.super-resolve.png',
    );
    const [width, height] = await workspace.sizeOf('upright.super-resolve.png');
    assert.equal(`${width} × ${height}`, (await editor.facts())['Size']!.split(' to ')[1]);
    assert.deepEqual([width, height], [16, 8]);
  });

  test('a tab hidden in the middle of a run loses nothing', async () => {
    await workbench.host.run((vscode) =>
      vscode.workspace.getConfiguration('ganPrior').update('iterations', 5000, vscode.ConfigurationTarget.Global),
    );
    await workbench.pickInExplorer('turned.jpg', 'GAN prior', 'Super-resolve with GAN prior');
    let editor = await EditorPage.of(workbench, 'turned.jpg');
    await editor.waitForHeadline(/^Step \d+ of 5000$/);
    const before = await editor.step();

    await workbench.explorerRow('notes.txt').dblclick();
    await workbench.page.locator('.tab.active', { hasText: 'notes.txt' }).waitFor();
    await workbench.page.locator('.tab', { hasText: 'turned.jpg' }).click();
    editor = await EditorPage.of(workbench, 'turned.jpg');
    await until('a later step', async () => (await editor.step()) > before, 60_000);

    await editor.button('Stop').click();
    const headline = await editor.waitForHeadline(/^Stopped after/);
    assert.ok(Number(/\d+/.exec(headline)![0]) > before, headline);
    assert.match((await editor.facts())['Size']!, /^37 × 53 to /);
  });
});
