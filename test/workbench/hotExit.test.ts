/** What is not saved outlives the window: the mask, what is chosen, and the picture of a run. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openPicture, savedByItself } from './pictures.ts';
import { AUTO_SAVE, openedWorkbench, savingBy } from './suite.ts';

const PICTURE = 'other.png';

for (const autoSave of AUTO_SAVE) {
  describe(`a window that is closed in the middle of work, with files.autoSave "${autoSave}"`, () => {
    const suite = openedWorkbench({ settings: savingBy(autoSave) });

    const editorOf = async (): Promise<EditorPage> => {
      const editor = await EditorPage.of(suite.workbench, PICTURE);
      await editor.frame.getByRole('toolbar', { name: 'Mask' }).waitFor();
      return editor;
    };
    const marked = async (editor: EditorPage): Promise<string | undefined> => {
      const mask = (await editor.mask()).map((value) => Number(value > 127));
      return mask.includes(1) ? mask.join('') : undefined;
    };
    const result = (editor: EditorPage): Promise<string> =>
      editor.frame.locator('img.result').evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d')!;
        canvas.drawImage(image, 0, 0);
        return canvas.getImageData(0, 0, image.naturalWidth, image.naturalHeight).data.join();
      });

    test('is opened again with all of it', async () => {
      await openPicture(suite, PICTURE, 'ganPrior.inpaint');
      const before = await editorOf();
      await savedByItself(suite, autoSave, async () => {
        await before.paint([0.3, 0.4], [0.7, 0.6]);
        await before.frame.locator('#iterations input').fill('13');
        await before.button('Start').click();
        await before.waitForHeadline(/^Done: 13 steps/);
      });
      const painted = await until('the stroke', () => marked(before));
      const drawn = await result(before);
      const files = await suite.workspace.files();
      assert.equal(files.includes('other.png.ganprior.json'), autoSave !== 'off');

      if (autoSave === 'off') {
        await suite.workbench.reopen();
        await suite.workbench.page.locator('.tab.active.dirty', { hasText: PICTURE }).waitFor();
      } else {
        await suite.workbench.show(suite.workspace.folder);
        await openPicture(suite, PICTURE);
      }
      const after = await editorOf();
      await until('the mask', async () => (await marked(after)) === painted);
      await after.waitForHeadline(/^Done: 13 steps/);
      assert.equal(await after.frame.locator('#iterations input').inputValue(), '13');
      assert.equal(await result(after), drawn, 'the result is the one that was not saved');
      assert.deepEqual(await suite.workspace.files(), files, 'nothing was written beside the picture');

      await after.button('Save').click();
      await until('the saved files', async () => {
        const saved = await suite.workspace.files();
        return saved.includes('other.inpaint.png') && saved.includes('other.png.ganprior.json');
      });
    });
  });
}
