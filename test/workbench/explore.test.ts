/** Changes of a finished run are tried out by keys and by pointer, undone, and kept as one more result. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';

describe('changes of a finished run', () => {
  const suite = openedWorkbench({ iterations: 3 });

  test('are tried out by keys and pointer, undone, kept and saved', async () => {
    await suite.workbench.pickInExplorer(PICTURE, 'GAN Prior', 'Reconstruct');
    const editor = await EditorPage.of(suite.workbench, PICTURE);
    await editor.waitForHeadline(/^Done/);
    const { keyboard, mouse } = suite.workbench.page;
    const { frame } = editor;
    const canvas = frame.locator('canvas.preview');
    const shown = () => canvas.evaluate((node) => (node as HTMLCanvasElement).toDataURL());
    assert.ok(await canvas.isHidden());

    const summary = frame.getByText('Try out changes');
    await summary.press('Enter');
    const first = frame.getByRole('slider', { name: 'Direction 1' });
    await first.focus();
    await keyboard.press('End');
    assert.equal(await first.inputValue(), '4');
    await until('the changed picture', async () => !(await canvas.isHidden()));
    const byKeys = await shown();

    const code = frame.getByRole('slider', { name: /^Code 1 \(/ });
    await code.scrollIntoViewIfNeeded();
    const box = (await code.boundingBox())!;
    await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await mouse.down();
    await mouse.move(box.x + 1, box.y + box.height / 2, { steps: 4 });
    await mouse.up();
    assert.equal(await code.inputValue(), '0', 'the code is left out');
    await until('another picture', async () => (await shown()) !== byKeys);

    await editor.button('Undo').click();
    assert.equal(await code.inputValue(), '1');
    await until('the picture before', async () => (await shown()) === byKeys);
    await editor.button('Reset').click();
    assert.equal(await first.inputValue(), '0');
    await until('the result', () => canvas.isHidden());
    await editor.button('Undo').click();
    assert.equal(await first.inputValue(), '4');
    await until('the changed picture', async () => !(await canvas.isHidden()));

    await editor.button('Keep this picture').click();
    await frame.locator('.results', { hasText: '2' }).waitFor();
    await until('the kept result', () => canvas.isHidden());
    await editor.button('Save').click();
    const name = await until('the saved file', editor.savedAs);
    const record = (await readFile(suite.workspace.path(name))).toString('latin1');
    assert.match(record, /"edit":\{"moves":\[\{"direction":\[[^\]]+\],"amount":4\}\],"consistent":true\}/);

    await summary.press('Enter');
    assert.ok(await first.isHidden());
  });
});
