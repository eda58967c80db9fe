/** File names that a URI has to quote: opened, painted on, run, saved and opened again. */
import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { until } from '../harness/wait.ts';
import { command, openPicture, results, runAgain } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

describe('a picture whose name is', () => {
  const suite = openedWorkbench();

  for (const stem of ['50% #1?', 'Übung ß %20', "a[1] {b} & 'c' $d;e=f+g,h@i~"]) {
    test(stem, async () => {
      const picture = `${stem}.png`;
      await copyFile(suite.workspace.path('other.png'), suite.workspace.path(picture));
      const editor = await openPicture(suite, picture, 'ganPrior.inpaint');
      const width = () => editor.frame.locator('img.source').evaluate((image: HTMLImageElement) => image.naturalWidth);
      await until('the picture', async () => (await width()) === 24);
      await editor.paint([0.3, 0.4], [0.7, 0.6]);
      await runAgain(editor);
      const painted = String(await editor.mask());
      await editor.button('Save').click();
      await until('the word', async () => (await results(editor)).endsWith(', saved'));
      assert.equal(await editor.savedAs(), `${stem}.inpaint.png`);
      assert.deepEqual(
        (await suite.workspace.files()).filter((file) => file.startsWith(stem)).sort(),
        [picture, `${picture}.ganprior.json`, `${stem}.inpaint.png`].sort(),
      );
      await editor.button('Open').click();
      await suite.workbench.page.locator('.tab.active', { hasText: `${stem}.inpaint.png` }).waitFor();

      await command(suite, 'workbench.action.closeAllEditors');
      const again = await openPicture(suite, picture);
      await until('the mask', async () => String(await again.mask()) === painted);
      assert.equal(await results(again), '', 'what is saved is not offered again');
      await command(suite, 'workbench.action.closeAllEditors');
    });
  }
});
