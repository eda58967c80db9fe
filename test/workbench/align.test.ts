/** A face is aligned by keys, kept beside the picture, and worked on turned: what lies outside of the square stays. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { decode } from 'fast-png';
import type { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { isInside } from '../../src/engine/tasks/index.ts';
import type { AlignedRegion } from '../../src/shared/chosenRegion.ts';
import { command, openPicture, tabs } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';
const SIDECAR = 'other.png.ganprior.json';
const RESULT = 'other.reconstruct.png';

describe('a face that is aligned in the editor', () => {
  const suite = openedWorkbench();
  const readout = (editor: EditorPage) => editor.frame.locator('.region-tools .readout').textContent();
  const read = async (): Promise<AlignedRegion> =>
    (JSON.parse(await readFile(suite.workspace.path(SIDECAR), 'utf8')) as { region: AlignedRegion }).region;

  test('by keys alone: marked, undone, saved, opened again, run, with every pixel outside as it was', async () => {
    let editor = await openPicture(suite, PICTURE);
    await editor.waitForHeadline(/^Ready$/);
    const { keyboard } = suite.workbench.page;
    const focused = () => editor.frame.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await editor.frame.getByRole('group', { name: 'Picture', exact: true }).focus();
    await keyboard.press('a');
    await until('the first mark', async () => (await focused()) === 'Eye on the left');
    assert.deepEqual(await tabs(suite), [PICTURE], 'looking at the marks changes nothing');

    await keyboard.press('Tab');
    assert.equal(await focused(), 'Eye on the right');
    await keyboard.press('Shift+ArrowUp');
    await until('the square turned', async () => /turned by -\d+°$/.test((await readout(editor)) ?? ''));
    const turned = await readout(editor);
    await until('the star', async () => (await tabs(suite))[0] === `${PICTURE}*`);
    await command(suite, 'workbench.action.files.save');
    await until('the file beside the picture', async () => (await suite.workspace.files()).includes(SIDECAR));
    const region = await read();
    assert.ok(region.angle < -1 && region.side > 8, JSON.stringify(region));
    assert.ok(region.landmarks && region.landmarks.rightEye.y < region.landmarks.leftEye.y);

    await keyboard.press('Tab');
    assert.equal(await focused(), 'Left corner of the mouth');
    await keyboard.press('Shift+ArrowDown');
    await until('the square moved on', async () => (await readout(editor)) !== turned);
    await until('the star again', async () => (await tabs(suite))[0] === `${PICTURE}*`);
    await keyboard.press('Control+z');
    await until('the square as it was', async () => (await readout(editor)) === turned);
    await until('what is saved', async () => (await tabs(suite))[0] === PICTURE);
    await command(suite, 'workbench.action.closeActiveEditor');
    editor = await openPicture(suite, PICTURE);
    await editor.waitForHeadline(/^Ready$/);
    assert.equal(await readout(editor), turned);

    await editor.choose('#task', 'Reconstruct');
    await editor.start();
    await editor.waitForHeadline(/^Done: 12 steps/);
    await editor.button('Save').click();
    await until('the saved file', async () => (await suite.workspace.files()).includes(RESULT));
    const [before, after] = [
      decode(await readFile(suite.workspace.path(PICTURE))),
      decode(await readFile(suite.workspace.path(RESULT))),
    ];
    const { width, height } = before;
    let drawn = 0;
    let inside = 0;
    for (let pixel = 0; pixel < width * height; pixel++) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      const [was, is] = [before, after].map(({ data, channels }) =>
        String(data.slice(channels * pixel, channels * pixel + 3)),
      );
      if (isInside(region, x + 0.5, y + 0.5)) {
        inside++;
        if (was !== is) drawn++;
      } else assert.equal(is, was, `pixel ${x}, ${y} is outside`);
    }
    assert.ok(drawn > inside / 2, `${drawn} of ${inside} pixels are drawn`);

    // What is shown of the last step, where it lies on the picture, is what was saved.
    const history = editor.frame.getByRole('slider', { name: 'History of the run' });
    await history.press('ArrowLeft');
    await history.press('End');
    const shown = await editor.frame.locator('canvas.preview').evaluate((node) => {
      const canvas = node as HTMLCanvasElement;
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
      const { left, top } = canvas.style;
      return { width, height, data: [...data], left: parseFloat(left), top: parseFloat(top) };
    });
    const [left, top] = [Math.round((shown.left * width) / 100), Math.round((shown.top * height) / 100)];
    for (let pixel = 0; pixel < shown.width * shown.height; pixel++) {
      const at = (top + Math.floor(pixel / shown.width)) * width + left + (pixel % shown.width);
      const saved = [...after.data.slice(after.channels * at, after.channels * at + 3)];
      assert.deepEqual(shown.data.slice(4 * pixel, 4 * pixel + 3), saved, `pixel ${pixel} of what is shown`);
    }
    assert.ok(shown.width > 8);
  });
});
