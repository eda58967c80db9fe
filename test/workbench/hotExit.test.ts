/** What is not saved outlives the window: the mask, what is chosen, and the picture of a run. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';

describe('a window that is closed with unsaved work', () => {
  const suite = openedWorkbench();

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
    await suite.workbench.host.run(
      async (vscode, path) => vscode.commands.executeCommand('ganPrior.inpaint', vscode.Uri.file(path)),
      suite.workspace.path(PICTURE),
    );
    const before = await editorOf();
    await before.paint([0.3, 0.4], [0.7, 0.6]);
    const painted = await until('the stroke', () => marked(before));
    await before.frame.locator('#iterations input').fill('13');
    await before.button('Start').click();
    await before.waitForHeadline(/^Done: 13 steps/);
    const drawn = await result(before);
    const files = await suite.workspace.files();

    await suite.workbench.reopen();
    await suite.workbench.page.locator('.tab.active.dirty', { hasText: PICTURE }).waitFor();
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
