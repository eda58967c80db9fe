/** What a finished run is good for beside its picture: figures against the known original, and an animation. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { EditorPage } from '../harness/editorPage.ts';
import { ROOT } from '../harness/paths.ts';
import { until } from '../harness/wait.ts';
import { runCommandLine } from '../support/commandLine.ts';
import { writeLpips } from '../support/lpips.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { readWebm } from '../support/webm.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';
const STEPS = 800;
const ANIMATION = 'other.run.gif';
const VIDEO = 'other.run.webm';
const RESULT = 'other.reconstruct.png';

describe('a finished run', () => {
  // Enough for a few snapshots, which are taken by the clock.
  const suite = openedWorkbench({ iterations: STEPS, settings: { 'ganPrior.lpips': 'lpips' } });
  before(() => writeLpips(suite.workspace.folder));

  /** The field of the workbench's own file dialog, where the system's is not asked, once it proposes something. */
  const fileDialog = async (proposal: RegExp): Promise<Locator> => {
    const input = suite.workbench.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await until('the proposal', async () => proposal.test(await input.inputValue()));
    return input;
  };

  test('is compared with the original, written as an animation, and made again from a picture of its history', async () => {
    await suite.workbench.pickInExplorer(PICTURE, 'GAN Prior', 'Reconstruct');
    const editor = await EditorPage.of(suite.workbench, PICTURE);
    await editor.waitForHeadline(/^Done: 800 steps/);

    await editor.frame.getByRole('button', { name: 'Compare with the original' }).click();
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

    await editor.frame.getByRole('button', { name: 'Export animation' }).click();
    await (await fileDialog(new RegExp(`/${ANIMATION}$`))).press('Enter');
    await until('the animation', async () => (await suite.workspace.files()).includes(ANIMATION));
    const gif = await readFile(suite.workspace.path(ANIMATION));
    assert.equal(gif.toString('latin1', 0, 6), 'GIF89a');
    assert.equal(gif.at(-1), 0x3b, 'it is whole');
    assert.deepEqual([gif.readUInt16LE(6), gif.readUInt16LE(8)], [24, 24], 'at the size of the picture');

    await editor.frame.getByRole('button', { name: 'Export animation' }).click();
    const field = await fileDialog(new RegExp(`/${ANIMATION}$`));
    await field.fill((await field.inputValue()).replace(ANIMATION, VIDEO));
    await field.press('Enter');
    await until('the video', async () => (await suite.workspace.files()).includes(VIDEO));
    const video = readWebm(await readFile(suite.workspace.path(VIDEO)));
    assert.equal(video.type, 'webm');
    assert.match(video.codecs.join(), /^V_VP[89]$/);
    assert.deepEqual([video.width, video.height], [24, 24]);
    assert.ok(video.times.length > 1, `${video.times.length} frames`);
    assert.ok(video.times.at(-1)! > 2000, 'the last picture stays for a moment');
    assert.ok(video.duration! >= video.times.at(-1)!, 'players know its length');

    const history = editor.frame.getByRole('slider', { name: 'History of the run' });
    await until('a snapshot in the middle of the run', async () => {
      // The keyboard may still be in the Explorer, which showed the video: either key may be lost.
      await history.press('Home');
      await history.press('ArrowRight');
      const step = Number(/^Step (\d+)/.exec((await history.getAttribute('aria-valuetext'))!)?.[1]);
      return step > 0 && step < STEPS;
    });
    await editor.button('Keep this one').click();
    const kept = Number(/\d+/.exec(await editor.waitForHeadline(/^Kept: the picture after \d+ steps/))![0]);
    assert.ok(kept > 0 && kept < STEPS, `kept step ${kept}`);
    await editor.button('Save').click();
    await until('the saved file', async () => (await suite.workspace.files()).includes(RESULT));
    const again = ['replay', RESULT, PICTURE, '--model', TINY_MODEL, '--device', 'cpu', '--out', 'again.png'];
    const { code, stderr } = await runCommandLine(join(ROOT, 'dist/cli.js'), again, suite.workspace.folder);
    assert.equal(code, 0, stderr);
    const [saved, replayed] = await Promise.all(
      [RESULT, 'again.png'].map((file) => readFile(suite.workspace.path(file))),
    );
    assert.deepEqual(replayed, saved);
  });
});
