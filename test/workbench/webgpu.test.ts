/** The main path in the real workbench: right-click a picture, watch it on WebGPU, keep the result. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

describe('the editor with a WebGPU adapter', () => {
  const suite = openedWorkbench({ gpu: 'software' });

  test('super-resolves from the Explorer on WebGPU and saves beside the picture', async () => {
    await suite.workbench.pickInExplorer('upright.png', 'GAN Prior', 'Super-resolve');
    const editor = await EditorPage.of(suite.workbench, 'upright.png');
    await editor.waitForHeadline(/^Step \d+ of 12$/);
    const early = await editor.preview();
    await editor.waitForHeadline(/^Done: 12 steps/);
    assert.notEqual(await editor.preview(), early, 'the preview does not change');
    assert.match((await editor.facts())['Runs on']!, /WebGPU/);
    assert.ok(!(await suite.workspace.files()).includes('upright.super-resolve.png'), 'written before Save');

    await editor.button('Save').click();
    await until('the saved file', async () => (await suite.workspace.files()).includes('upright.super-resolve.png'));
    await until('the name of the saved file', async () => (await editor.savedAs()) === 'upright.super-resolve.png');
    const [width, height] = await suite.workspace.sizeOf('upright.super-resolve.png');
    assert.equal(`${width} × ${height}`, (await editor.facts())['Size']!.split(' to ')[1]);
    assert.deepEqual([width, height], [16, 8]);
  });

  test('a tab hidden in the middle of a run loses nothing', async () => {
    await suite.workbench.host.run((vscode) =>
      vscode.workspace.getConfiguration('ganPrior').update('iterations', 5000, vscode.ConfigurationTarget.Workspace),
    );
    await suite.workbench.pickInExplorer('turned.jpg', 'GAN Prior', 'Super-resolve');
    let editor = await EditorPage.of(suite.workbench, 'turned.jpg');
    await editor.waitForHeadline(/^Step \d+ of 5000$/);
    const before = await editor.step();

    await suite.workbench.explorerRow('notes.txt').dblclick();
    await suite.workbench.page.locator('.tab.active', { hasText: 'notes.txt' }).waitFor();
    await suite.workbench.page.locator('.tab', { hasText: 'turned.jpg' }).click();
    editor = await EditorPage.of(suite.workbench, 'turned.jpg');
    await until('a later step', async () => (await editor.step()) > before, 60_000);

    await editor.button('Stop').click();
    const headline = await editor.waitForHeadline(/^Stopped after/);
    assert.ok(Number(/\d+/.exec(headline)![0]) > before, headline);
    assert.match((await editor.facts())['Size']!, /^37 × 53 to /);
  });
});
