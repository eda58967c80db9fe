/** Pictures drawn from a model: chosen, interpolated, mixed, and picked as the beginning of a run, by keys and by pointer. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { violationsOf } from '../harness/axe.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';

describe('what a model draws', () => {
  const suite = openedWorkbench({ iterations: 3 });
  let frame: Frame;
  const pictures = () => frame.locator('.picture');
  const drawn = (count: number) =>
    until(`${count} pictures`, async () => {
      const sizes = await frame
        .locator('.picture img')
        .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
      return sizes.length === count && sizes.every((size) => size > 0);
    });
  const button = (name: string) => frame.getByRole('button', { name, exact: true });
  const open = async () => {
    await suite.workbench.host.run(
      async (vscode, path) => vscode.commands.executeCommand('ganPrior.draw', vscode.Uri.file(path)),
      suite.workspace.path(PICTURE),
    );
    frame = await suite.workbench.webview('main.draw');
  };

  test('is drawn by a seed, chosen by keys, and interpolated and mixed by pointer', async () => {
    await open();
    await frame.locator('#model').selectOption({ label: 'Tiny random generator' });
    await frame.locator('#count').fill('0');
    assert.equal(await button('Draw').getAttribute('aria-disabled'), 'true');
    await frame.locator('#count').fill('4');
    await button('Draw').press('Enter');
    await drawn(4);
    assert.equal(await button('Mix').getAttribute('aria-disabled'), 'true');
    await pictures().nth(2).press('Space');
    await pictures().nth(0).press('Space');
    await frame.getByText('2 pictures are chosen.').waitFor();
    await frame.locator('#steps').fill('2');
    await button('Interpolate').click();
    await drawn(6);
    await frame.locator('#layer').fill('3');
    await button('Mix').click();
    await drawn(7);
    assert.match((await pictures().nth(6).textContent()) ?? '', /3, from layer 4 on 1$/);
    const seen = () =>
      pictures()
        .nth(1)
        .locator('img')
        .evaluate((image: HTMLImageElement) => {
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
          canvas.getContext('2d')!.drawImage(image, 0, 0);
          return canvas.toDataURL();
        });
    const first = await seen();
    await frame.locator('#seed').fill('1');
    await button('Draw').click();
    await drawn(4);
    await until('another picture', async () => (await seen()) !== first);
    await frame.locator('#seed').fill('0');
    await button('Draw').click();
    await drawn(4);
    await until('the same picture of the same seed', async () => (await seen()) === first);
  });

  test('axe finds nothing serious', async () => {
    await pictures().nth(0).click();
    const found = await violationsOf(suite.workbench, frame, {
      themes: ['dark', 'light', 'high-contrast'],
      widths: [1280, 400],
    });
    assert.deepEqual(found, []);
  });

  test('some begin a run, and its result is drawn beside them', async () => {
    await pictures().nth(3).click();
    await suite.workbench.host.run(async (vscode) => {
      const { exports } = vscode.extensions.getExtension('gan-prior.gan-prior')!;
      (exports as { dialogs: { answers: string[] } }).dialogs.answers = ['Reconstruct'];
    });
    await button('Start a Run...').press('Enter');
    const editor = await EditorPage.of(suite.workbench, PICTURE);
    await editor.waitForHeadline(/^Done: 3 steps/);
    assert.match((await editor.facts())['Model'] ?? '', /Tiny/);
    await editor.button('Save').click();
    const name = await until('the saved file', editor.savedAs);
    const record = (await readFile(suite.workspace.path(name))).toString('latin1');
    const [, codes] = /"startCodes":(\[\[.+?\]\])/.exec(record)!;
    assert.equal((JSON.parse(codes!) as number[][]).length, 2);
    await open();
    await frame.locator('#model').selectOption({ label: 'Tiny random generator' });
    await frame.locator('#count').fill('1');
    await button('Draw').click();
    await drawn(1);
    await button('Add Results').click();
    await drawn(2);
    assert.match((await pictures().nth(1).textContent()) ?? '', /Result of other\.png$/);
  });
});
