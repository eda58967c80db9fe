/** Methods are compared in the editor: chosen by keys and pointer, run one after the other, seen, measured and saved. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { EditorPage, unfold } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { command, fileDialog, openPicture, resultCount } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';
/** There is another model beside the one of the tests. */
const OF = ', Tiny random generator';

describe('a comparison of methods', () => {
  const suite = openedWorkbench({ iterations: 3 });
  const standings = (editor: EditorPage): Promise<string[]> =>
    editor.frame.locator('.compare-methods .standing').allTextContents();
  const box = ({ frame }: EditorPage, name: string): Locator =>
    frame.locator('.compare-methods label', { has: frame.getByText(name, { exact: true }) }).getByRole('checkbox');
  const saved = (name: string) => until(name, async () => (await suite.workspace.files()).includes(name));

  test('is chosen by keys, seen side by side and under a divider, measured, and saved', async () => {
    const { keyboard, mouse } = suite.workbench.page;
    const editor = await openPicture(suite, PICTURE, 'ganPrior.compareMethods');
    const { frame } = editor;
    const boxes = frame.locator('.compare-methods input');
    await until('the keyboard at the methods', () =>
      boxes.first().evaluate((node) => node === node.ownerDocument.activeElement),
    );
    const checked = () => frame.locator('.compare-methods label:has(:checked) .name').allTextContents();
    assert.deepEqual(await checked(), ['Bicubic', 'Trained networks', `Multi-code${OF}`, `Single code${OF}`]);
    await keyboard.press('Space');
    assert.deepEqual(await checked(), ['Trained networks', `Multi-code${OF}`, `Single code${OF}`]);
    for (const name of ['Trained networks', `Multi-code${OF}`]) await box(editor, name).uncheck();
    const start = editor.button('Compare');
    assert.equal(await start.getAttribute('aria-disabled'), 'true', 'one is no comparison');
    for (const name of ['Bicubic', 'Trained networks', `Multi-code${OF}`]) await box(editor, name).check();
    await start.press('Enter');

    const view = frame.locator('.compared');
    await view.waitFor();
    const tiles = view.locator('.tile:visible .name');
    const names = ['Picture as it came', 'Bicubic', 'Trained networks', `Multi-code${OF}`, `Single code${OF}`];
    assert.deepEqual(await tiles.allTextContents(), names);
    assert.equal(await resultCount(editor), 3, 'every run is a result of the picture');
    const sizes = () =>
      view
        .locator('.tile:visible img')
        .evaluateAll((images) => images.map((one) => (one as HTMLImageElement).naturalWidth));
    await until('all pictures', async () => new Set((await sizes()).slice(1)).size === 1);

    await keyboard.press('v');
    const lists = view.locator('select');
    assert.deepEqual(
      await lists.evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).value.split(' ')[0])),
      [...['plain', 'one-pass']],
    );
    await keyboard.press('b');
    await view.locator('.badge', { hasText: `B: Multi-code${OF}` }).waitFor();
    await lists.first().selectOption({ label: `Single code${OF}` });
    await view.locator('.badge', { hasText: `A: Single code${OF}` }).waitFor();
    const grip = view.getByRole('slider', { name: 'Divider between A and B' });
    await grip.press('ArrowRight');
    assert.equal(await grip.getAttribute('aria-valuetext'), '52 percent A');
    const sheet = (await view.locator('.pane:visible .sheet').boundingBox())!;
    const place = (await grip.boundingBox())!;
    await mouse.move(place.x + place.width / 2, place.y + place.height / 2);
    await mouse.down();
    await mouse.move(sheet.x + sheet.width / 4, place.y + place.height / 2, { steps: 4 });
    await mouse.up();
    assert.equal(await grip.getAttribute('aria-valuetext'), '25 percent A');

    await view.getByRole('button', { name: 'Side by side' }).click();
    await view.getByRole('button', { name: 'Save the picture of Bicubic' }).click();
    await (await fileDialog(suite, /\/other\.super-resolve\.plain\.png$/)).press('Enter');
    await saved('other.super-resolve.plain.png');
    await view.getByRole('button', { name: `Save the picture of Single code${OF}` }).click();
    await (await fileDialog(suite, /\/other\.super-resolve\.single-code-tiny16\.png$/)).press('Enter');
    await saved('other.super-resolve.single-code-tiny16.png');
    const record = await readFile(suite.workspace.path('other.super-resolve.single-code-tiny16.png'), 'latin1');
    assert.match(record, /"method":"single-code"/);
    await until('where they are', async () =>
      (await standings(editor)).every((one, i) => i % 3 !== 0 || /saved as/.test(one)),
    );
    await view.getByRole('button', { name: 'Save sheet…' }).click();
    await (await fileDialog(suite, /\/other\.super-resolve\.compared\.png$/)).press('Enter');
    await saved('other.super-resolve.compared.png');

    await editor.button('Choose the original…').click();
    await fileDialog(suite, /\/$/);
    await suite.workbench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'other.super-resolve.plain.png' })
      .click();
    await until('the figures', async () => (await standings(editor)).every((one) => one.includes(', SSIM ')));
    assert.match((await standings(editor))[0]!, /^equal, SSIM 1\.000 · /);
    await view.locator('.tile:visible .name', { hasText: /^Original$/ }).waitFor();
    await view.getByRole('button', { name: 'Save page…' }).click();
    await (await fileDialog(suite, /\/other\.super-resolve\.compared\.html$/)).press('Enter');
    await saved('other.super-resolve.compared.html');
    const page = await readFile(suite.workspace.path('other.super-resolve.compared.html'), 'utf8');
    assert.equal(
      page.match(/<img alt="(Bicubic|Trained networks|Multi-code[^"]*|Single code[^"]*|original)" src="data:/g)?.length,
      5,
    );

    await view.getByRole('button', { name: 'Side by side' }).press('Escape');
    await view.waitFor({ state: 'hidden' });
    await frame.locator('img.result').waitFor();
    assert.equal(await frame.evaluate(() => document.activeElement?.textContent), 'Show pictures');
  });

  test('is the same in a second editor, goes on with the next method, and ends with a stop', async () => {
    await command(suite, 'workbench.action.splitEditor');
    await until('a second editor', async () => {
      const shown = await Promise.all(
        suite.workbench.page.frames().map((frame) =>
          frame
            .getByText('Compare methods')
            .count()
            .catch(() => 0),
        ),
      );
      return shown.filter((count) => count > 0).length === 2;
    });
    const editor = await EditorPage.of(suite.workbench, PICTURE);
    const { frame } = editor;
    // Half of the window leaves the panel little room.
    await unfold(frame);
    if (!(await editor.button('Compare').isVisible())) await frame.getByText('Compare methods').click();
    assert.equal((await standings(editor)).length, 4, 'what the other editor has compared');
    await frame.locator('#iterations input').fill('100000');
    for (const name of ['Bicubic', 'Trained networks']) await box(editor, name).uncheck();
    await box(editor, `Feature map${OF}`).check();
    await editor.button('Compare').click();
    await editor.waitForHeadline(/^1 of 3, Multi-code, Tiny random generator: Step \d+ of 100000/);
    await editor.button('Next method').click();
    await editor.waitForHeadline(/^2 of 3, Single code, Tiny random generator: Step \d+ of 100000/);
    await editor.button('Stop').click();
    await until('the end', async () => (await standings(editor))[2] === 'Not run');
    const [first, second] = await standings(editor);
    assert.match(first!, /stopped after \d+ steps?/);
    assert.match(second!, /stopped after \d+ steps?/);
    await frame.locator('.compared').waitFor();
  });
});
