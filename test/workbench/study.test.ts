/** A study of layers and models is chosen, made, stopped, made again and saved by keys and by pointer, in a tab of its own. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { violationsOf } from '../harness/axe.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';

describe('a study of layers and models', () => {
  const suite = openedWorkbench();
  let frame: Frame;
  const headline = async () => (await frame.locator('.headline').textContent()) ?? '';
  const waitFor = (pattern: RegExp) =>
    until(`the headline ${pattern}`, async () => pattern.test(await headline()), 120_000);
  const button = (name: string) => frame.getByRole('button', { name, exact: true });
  const names = () => frame.locator('.saved li').allTextContents();

  test('is opened in the Explorer, chosen and started by keys', async () => {
    await suite.workbench.pickInExplorer(PICTURE, 'GAN Prior', 'Study Layers and Models...');
    frame = await suite.workbench.webview('main.study');
    const { keyboard } = suite.workbench.page;
    for (const box of await frame.getByRole('checkbox').all()) {
      const wanted = /tiny|Any picture/i.test((await box.locator('..').textContent()) ?? '');
      if (wanted !== (await box.isChecked())) await box.press('Space');
    }
    await frame.locator('#layers').fill('1, x');
    assert.equal(await button('Start').getAttribute('aria-disabled'), 'true');
    await frame.getByText('Whole numbers from 1 to 64').waitFor();
    await frame.locator('#layers').fill('1, 3, 9');
    await frame.locator('#codes').fill('2');
    await frame.locator('#steps').fill('3');
    await button('Start').focus();
    await keyboard.press('Enter');
    await waitFor(/^Done: 4 cells, on /);
    assert.equal(await frame.evaluate(() => document.activeElement?.textContent), 'Start', 'the focus stays');
    const cells = await frame.locator('.sheet td').allTextContents();
    assert.equal(cells.length, 4);
    assert.equal(cells.filter((text) => /\d dB\nSSIM \d\.\d+\n\d+\.\d s/.test(text)).length, 3);
    assert.equal(cells.filter((text) => /has layers 1 to 4/.test(text)).length, 1);
    for (const image of await frame.locator('.sheet img:visible, .compared img').all()) {
      await until('its picture', () => image.evaluate((node: HTMLImageElement) => node.naturalWidth === 24));
    }
    assert.equal(await frame.locator('.sheet img:visible').count(), 3);
  });

  test('is saved beside the picture, and never over a file', async () => {
    await button('Save').click();
    await until('the files', async () => (await names()).length === 4);
    const stem = 'other.study-reconstruct';
    assert.deepEqual(
      await names(),
      ['png', 'json', 'csv', 'html'].map((ending) => `${stem}.${ending}`),
    );
    const read = (name: string) => readFile(suite.workspace.path(name), 'utf8');
    const { rows } = JSON.parse(await read(`${stem}.json`)) as { rows: { model: string; layer: number | null }[] };
    assert.deepEqual(rows.map(({ layer }) => layer).sort(), [1, 3, 9, null]);
    assert.doesNotMatch(await read(`${stem}.html`), /https?:|<script|<link|url\(/);
    await button('Save').press('Enter');
    await until('other files', async () => (await names()).includes(`${stem}-2.html`));
  });

  test('is not done twice', async () => {
    const seconds = () => frame.locator('.sheet td').allTextContents();
    const before = await seconds();
    await button('Start').click();
    await waitFor(/^Done: 4 cells/);
    assert.deepEqual(await seconds(), before, 'what each took is what it took then');
  });

  test('goes on in a hidden tab, and keeps what is done when it is stopped', async () => {
    const { workbench, workspace } = suite;
    // The first layer is done already; the next would go on for hours.
    await frame.locator('#steps').fill('100000');
    await button('Start').click();
    await waitFor(/^Cell 1 of 4/);
    await workbench.host.run(
      async (vscode, path) => vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path)),
      workspace.path('upright.png'),
    );
    // What hides a page lies outside of its own document.
    const outer = (await frame.parentFrame()?.frameElement())!;
    await until('the hidden page', async () => !(await outer.isVisible()));
    await workbench.host.run(
      async (vscode, path) => vscode.commands.executeCommand('ganPrior.study', vscode.Uri.file(path)),
      workspace.path(PICTURE),
    );
    frame = await workbench.webview('main.study');
    await waitFor(/^Cell 1 of 4.*making steps.*left/);
    await button('Stop').press('Enter');
    await waitFor(/^Stopped: 0 of 4 cells are done and kept/);
    assert.equal(await button('Start').getAttribute('aria-disabled'), null);
  });

  test('axe finds nothing serious, in a wide window and in a narrow one', async () => {
    await frame.locator('#steps').fill('3');
    await button('Start').click();
    await waitFor(/^Done: 4 cells/);
    const found = await violationsOf(suite.workbench, frame, {
      themes: ['dark', 'light', 'high-contrast'],
      widths: [1280, 400],
    });
    assert.deepEqual(found, []);
  });
});
