/** A region is drawn with the mouse, undone and redone, worked on, and put back into the whole picture. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { decode } from 'fast-png';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { savedByItself } from './pictures.ts';
import { AUTO_SAVE, openedWorkbench, savingBy } from './suite.ts';
import { SIZES } from './workspace.ts';

const PICTURE = 'other.png';
const RESULT = 'other.reconstruct.png';

for (const autoSave of AUTO_SAVE) {
  describe(`a region in the editor with files.autoSave "${autoSave}"`, () => {
    const suite = openedWorkbench({ settings: savingBy(autoSave) });

    test('draw, undo, redo, run, save: pixels outside of it are those of the source', async () => {
      await suite.workbench.pickInExplorer(PICTURE, 'GAN Prior', 'Open in Editor');
      const editor = await EditorPage.of(suite.workbench, PICTURE);
      const { frame } = editor;
      await editor.waitForHeadline(/^Ready$/);
      const readout = frame.locator('.region-tools .readout');
      const region = async () =>
        /^(\d+) × (\d+) px at (\d+), (\d+)$/
          .exec((await readout.textContent()) ?? '')
          ?.slice(1)
          .map(Number);
      assert.equal(await readout.textContent(), 'Whole picture');
      await frame.getByRole('button', { name: /^Region:/ }).click();
      const { keyboard } = suite.workbench.page;
      const change = (act: () => Promise<unknown>, done: () => Promise<boolean>) =>
        savedByItself(suite, autoSave, act, done);
      await change(
        () => editor.paint([0.2, 0.25], [0.6, 0.8]),
        async () => (await region()) !== undefined,
      );
      const [width = 0, height = 0, left = 0, top = 0] = (await region())!;
      assert.equal(width, height, 'square unless asked otherwise');
      assert.ok(width >= 4 && left > 0 && top > 0);

      const changed = suite.workbench.page.locator('.tab.active.dirty');
      if (autoSave === 'off') await changed.waitFor();
      await change(
        () => keyboard.press('Control+z'),
        async () => (await readout.textContent()) === 'Whole picture',
      );
      await change(
        () => keyboard.press('Control+Shift+z'),
        async () => (await region()) !== undefined,
      );

      await editor.choose('#task', 'Reconstruct');
      await editor.button('Start').click();
      await editor.waitForHeadline(/^Done: 12 steps/);
      await editor.button('Save').click();
      await until('the saved file', async () => (await suite.workspace.files()).includes(RESULT));

      const [before, after] = [
        decode(await readFile(suite.workspace.path(PICTURE))),
        decode(await readFile(suite.workspace.path(RESULT))),
      ];
      assert.deepEqual([after.width, after.height], SIZES[PICTURE]);
      let drawn = 0;
      for (let pixel = 0; pixel < after.width * after.height; pixel++) {
        const [x, y] = [pixel % after.width, Math.floor(pixel / after.width)];
        const colours = [before, after].map(({ data, channels }) => [
          ...data.slice(channels * pixel, channels * pixel + 3),
        ]);
        const inside = x >= left && x < left + width && y >= top && y < top + height;
        if (!inside) assert.deepEqual(colours[1], colours[0], `pixel ${x}, ${y} is outside`);
        else if (String(colours[1]) !== String(colours[0])) drawn++;
      }
      assert.ok(drawn > (width * height) / 2, `${drawn} of ${width * height} pixels are drawn`);
    });
  });
}
