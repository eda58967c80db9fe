/** What a finished run is good for beside its picture: figures against the known original, and an animation. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { writeLpips } from '../support/lpips.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';
const ANIMATION = 'other.run.gif';

describe('a finished run', () => {
  const suite = openedWorkbench({ settings: { 'ganPrior.lpips': 'lpips' } });
  before(() => writeLpips(suite.workspace.folder));

  /** The field of the workbench's own file dialog, where the system's is not asked, once it proposes something. */
  const fileDialog = async (proposal: RegExp): Promise<Locator> => {
    const input = suite.workbench.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await until('the proposal', async () => proposal.test(await input.inputValue()));
    return input;
  };

  test('is compared with the original, and written as an animation', async () => {
    await suite.workbench.pickInExplorer(PICTURE, 'GAN prior', 'Reconstruct with GAN prior');
    const editor = await EditorPage.of(suite.workbench, PICTURE);
    await editor.waitForHeadline(/^Done: 12 steps/);

    await editor.frame.getByRole('button', { name: 'Compare with the Original' }).click();
    await fileDialog(/\/$/);
    await suite.workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: PICTURE }).click();
    const figures = editor.frame.locator('.truth p').first();
    await until('the figures', async () => (await figures.textContent())?.includes(' dB, SSIM '));
    // A reconstruction's input is the original itself, which no result can beat.
    assert.match(
      (await figures.textContent())!,
      /^\d+\.\d dB, SSIM 0\.\d\d, LPIPS \d\.\d{3} \(input: equal, 1\.00, 0\.000\)/,
    );
    await editor.frame.getByRole('button', { name: 'Remove' }).click();
    await figures.waitFor({ state: 'hidden' });

    await editor.frame.getByRole('button', { name: 'Export Animation' }).click();
    await (await fileDialog(new RegExp(`/${ANIMATION}$`))).press('Enter');
    await until('the animation', async () => (await suite.workspace.files()).includes(ANIMATION));
    const gif = await readFile(suite.workspace.path(ANIMATION));
    assert.equal(gif.toString('latin1', 0, 6), 'GIF89a');
    assert.equal(gif.at(-1), 0x3b, 'it is whole');
    assert.deepEqual([gif.readUInt16LE(6), gif.readUInt16LE(8)], [24, 24], 'at the size of the picture');
  });
});
