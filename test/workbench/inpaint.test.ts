/** A mask is painted with the mouse, undone and redone like any edit, used by a run, and kept beside the picture. */
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
const SIDECAR = 'other.png.ganprior.json';
const RESULT = 'other.inpaint.png';

for (const autoSave of AUTO_SAVE) {
  describe(`inpainting in the editor with files.autoSave "${autoSave}"`, () => {
    const suite = openedWorkbench({ settings: savingBy(autoSave) });

    test('paint, undo, redo, run, save: known pixels are those of the source', async () => {
      const source = await readFile(suite.workspace.path(PICTURE));
      await suite.workbench.pickInExplorer(PICTURE, 'GAN Prior', 'Inpaint');
      const editor = await EditorPage.of(suite.workbench, PICTURE);
      const { frame } = editor;
      await frame.getByRole('toolbar', { name: 'Mask' }).waitFor();
      assert.equal(await editor.headline(), 'Ready', 'nothing runs before something is painted');

      const { mask } = editor;
      const marked = async (): Promise<number> => (await mask()).filter((value) => value > 127).length;

      const { keyboard } = suite.workbench.page;
      const change = (act: () => Promise<unknown>, done: () => Promise<boolean>) =>
        savedByItself(suite, autoSave, act, done);
      await change(
        () => editor.paint([0.3, 0.4], [0.7, 0.6]),
        async () => (await marked()) > 0,
      );
      const painted = await marked();
      const [width, height] = SIZES[PICTURE];
      assert.ok(painted > 10 && painted < (width * height) / 2, `${painted} pixels are marked`);

      const changed = suite.workbench.page.locator('.tab.active.dirty');
      if (autoSave === 'off') await changed.waitFor();
      await change(
        () => keyboard.press('Control+z'),
        async () => (await marked()) === 0,
      );
      await changed.waitFor({ state: 'detached' });
      await change(
        () => keyboard.press('Control+Shift+z'),
        async () => (await marked()) === painted,
      );

      await editor.button('Start').click();
      await editor.waitForHeadline(/^Done: 12 steps/);
      await editor.button('Save').click();
      await until('the saved files', async () => {
        const files = await suite.workspace.files();
        return files.includes(RESULT) && files.includes(SIDECAR);
      });

      await changed.waitFor({ state: 'detached' });

      const before = decode(source);
      const after = decode(await readFile(suite.workspace.path(RESULT)));
      assert.deepEqual([after.width, after.height], [width, height]);
      let filled = 0;
      for (const [pixel, value] of (await mask()).entries()) {
        const colours = [before, after].map(({ data, channels }) => [
          ...data.slice(channels * pixel, channels * pixel + 3),
        ]);
        if (value === 0) assert.deepEqual(colours[1], colours[0], `pixel ${pixel} is known`);
        else if (String(colours[1]) !== String(colours[0])) filled++;
      }
      assert.ok(filled > painted / 2, `${filled} of ${painted} pixels are filled`);
      assert.deepEqual(await readFile(suite.workspace.path(PICTURE)), source, 'the picture itself is never changed');
    });

    test('the mask is there again when the picture is opened again', async () => {
      await suite.workbench.host.run(async (vscode) =>
        vscode.commands.executeCommand('workbench.action.closeAllEditors'),
      );
      await suite.workbench.host.run(
        async (vscode, path) => vscode.commands.executeCommand('ganPrior.inpaint', vscode.Uri.file(path)),
        suite.workspace.path(PICTURE),
      );
      const { mask } = await EditorPage.of(suite.workbench, PICTURE);
      await until('the mask', async () => (await mask()).some((value) => value > 127));
    });

    if (autoSave !== 'off') return;

    test('a stroke by keys alone is one edit', async () => {
      const { frame, button, mask } = await EditorPage.of(suite.workbench, PICTURE);
      const { keyboard } = suite.workbench.page;
      const marked = async (): Promise<number> => (await mask()).filter((value) => value > 127).length;
      const before = await marked();
      await button('Brush (B)').focus();
      await until('the keyboard on the picture', async () => {
        await keyboard.press('Tab');
        return frame.evaluate(() => document.activeElement?.classList.contains('viewport'));
      });
      for (const key of ['Shift+ArrowUp', 'Space', 'ArrowRight', 'ArrowRight', 'ArrowUp']) await keyboard.press(key);
      await frame.getByText(/^Down at \d+, \d+$/).waitFor();
      await keyboard.press('Space');
      await frame.getByText(/^Up at /).waitFor();
      const changed = suite.workbench.page.locator('.tab.active.dirty');
      await changed.waitFor();
      assert.ok((await marked()) > before);
      await keyboard.press('Control+z');
      await until('the undone stroke', async () => (await marked()) === before);
      await changed.waitFor({ state: 'detached' });
    });
  });
}
