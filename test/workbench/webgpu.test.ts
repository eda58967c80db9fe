/** The main path in the real workbench: right-click a picture, watch it on WebGPU, keep the result. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

describe('the editor with a WebGPU adapter', () => {
  const suite = openedWorkbench({ gpu: 'software', iterations: 5000 });

  test('super-resolves from the Explorer on WebGPU, loses nothing while its tab is hidden, and saves beside the picture', async () => {
    const { workbench, workspace } = suite;
    await workbench.pickInExplorer('upright.png', 'GAN Prior', 'Super-resolve');
    let editor = await EditorPage.of(workbench, 'upright.png');
    await editor.waitForHeadline(/^Step \d+ of 5000$/);
    const early = await editor.preview();
    await until('another preview', async () => (await editor.preview()) !== early);
    assert.match((await editor.facts())['Runs on']!, /WebGPU/);

    const before = await editor.step();
    await workbench.explorerRow('notes.txt').dblclick();
    await workbench.page.locator('.tab.active', { hasText: 'notes.txt' }).waitFor();
    await workbench.page.locator('.tab', { hasText: 'upright.png' }).click();
    editor = await EditorPage.of(workbench, 'upright.png');
    await until('a later step', async () => (await editor.step()) > before, 60_000);

    await editor.button('Stop').click();
    const headline = await editor.waitForHeadline(/^Stopped after/);
    assert.ok(Number(/\d+/.exec(headline)![0]) > before, headline);
    assert.ok(!(await workspace.files()).includes('upright.super-resolve.png'), 'written before Save');
    await editor.button('Save').click();
    await until('the saved file', async () => (await workspace.files()).includes('upright.super-resolve.png'));
    await until('the name of the saved file', async () => (await editor.savedAs()) === 'upright.super-resolve.png');
    const [width, height] = await workspace.sizeOf('upright.super-resolve.png');
    assert.equal(`${width} × ${height}`, (await editor.facts())['Size']!.split(' to ')[1]);
    assert.deepEqual([width, height], [16, 8]);
  });
});
