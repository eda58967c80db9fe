/** axe finds nothing serious in the editor: in every kind of theme, in a wide window and in one of 320 px. */
import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import axe from 'axe-core';
import type { Frame } from 'playwright-core';
import { EditorPage, unfold } from '../harness/editorPage.ts';
import { LIGHT_HIGH_CONTRAST, THEME_IDS, useTheme } from '../harness/themes.ts';
import { until } from '../harness/wait.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { addGroupPicture, DETECTING, GROUP } from './groupPicture.ts';
import { openPicture } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';
const WIDTHS = [1280, 320];
const HEIGHT = 800;
/** Of the window, left and right of the page, in pixels. */
const EDGES = 10;

describe('the editor, as axe sees it', () => {
  const suite = openedWorkbench({
    // Nothing beside the editor, so that it has the width of the window.
    settings: { 'workbench.activityBar.location': 'hidden', ...DETECTING },
  });
  let editor: EditorPage;
  before(async () => {
    await suite.workbench.host.run(async (vscode, path) => {
      await vscode.commands.executeCommand('workbench.action.closeSidebar');
      await vscode.commands.executeCommand('ganPrior.inpaint', vscode.Uri.file(path));
    }, suite.workspace.path(PICTURE));
    editor = await EditorPage.of(suite.workbench, PICTURE);
    await editor.frame.getByRole('toolbar', { name: 'Mask' }).waitFor();
  });

  /** What is wrong in all themes and widths, a line for each element. */
  async function violations(frame: Frame = editor.frame): Promise<string[]> {
    const { page } = suite.workbench;
    const found: string[] = [];
    // Playwright evaluates it past the page's policy, which lets in no script from elsewhere.
    await frame.evaluate(axe.source);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width: width + EDGES, height: HEIGHT });
      await until(`a page ${width} px wide`, () => frame.evaluate((wanted) => innerWidth === wanted, width));
      await unfold(frame);
      const overflow = await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) found.push(`${width} px: the page is ${overflow} px too wide`);
      for (const theme of [...THEME_IDS, LIGHT_HIGH_CONTRAST] as const) {
        await useTheme(suite.workbench, theme);
        const result = await frame.evaluate(async () => {
          // Colours on their way from one theme to the next are nobody's.
          await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
          const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
            resultTypes: ['violations'],
          });
          return violations.flatMap(({ id, impact, nodes }) =>
            nodes.map(({ target, failureSummary }) => ({ id, impact, target: target.join(' '), failureSummary })),
          );
        });
        for (const { id, impact, target, failureSummary } of result) {
          if (impact === 'serious' || impact === 'critical') {
            found.push(`${width} px, ${theme}: ${impact} ${id} at ${target}. ${failureSummary}`);
          }
        }
      }
    }
    return found;
  }

  test('at rest, with the tools of the mask and the region', async () => {
    assert.deepEqual(await violations(), []);
  });

  test('with a number that cannot be, and a notice', async () => {
    await suite.workbench.page.setViewportSize({ width: 1280, height: HEIGHT });
    await editor.frame.locator('#layer input').fill('99');
    await editor.frame.locator('.problem', { hasText: 'A whole number' }).waitFor();
    await suite.workbench.host.run(async (vscode) => vscode.commands.executeCommand('ganPrior.exportAnimation'));
    const notice = editor.frame.getByRole('status').filter({ hasText: 'no run to animate' });
    await notice.waitFor();
    assert.equal(await editor.frame.locator('.problem-box').isVisible(), false, 'it is no error');
    const found = await violations();
    await unfold(editor.frame);
    await editor.frame.locator('#layer input').fill('');
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await notice.waitFor({ state: 'detached' });
    assert.deepEqual(found, []);
  });

  test('in the middle of a run, with its progress and what can be changed', async () => {
    await suite.workbench.page.setViewportSize({ width: 1280, height: HEIGHT });
    await editor.choose('#task', 'Reconstruct');
    await editor.frame.locator('#iterations input').fill('100000');
    await editor.start();
    await editor.waitForHeadline(/^Step \d+ of 100000/);
    assert.deepEqual(await violations(), []);
    await suite.workbench.page.setViewportSize({ width: 1280, height: HEIGHT });
    await editor.button('Stop').click();
    await editor.waitForHeadline(/^Stopped after/);
  });

  test('done, with the comparison, the history, the facts and what can be tried out', async () => {
    const focused = () => editor.frame.evaluate(() => document.activeElement?.textContent);
    const { keyboard } = suite.workbench.page;
    await editor.frame.locator('#iterations input').fill('12');
    await keyboard.press('Control+Enter');
    await editor.waitForHeadline(/^Done: 12 steps/);
    assert.equal(await focused(), 'Start again', 'the keyboard stays where the run can be controlled');
    await keyboard.press('Enter');
    await until('another run', async () => !(await editor.headline()).startsWith('Done'));
    await editor.waitForHeadline(/^Done: 12 steps/);
    assert.equal(await focused(), 'Start again');
    await editor.frame.getByRole('slider', { name: 'History of the run' }).press('ArrowLeft');
    await editor.button('Keep this one').press('Enter');
    await editor.waitForHeadline(/^Kept/);
    assert.equal(await editor.frame.evaluate(() => document.activeElement?.getAttribute('role')), 'slider');
    const tries = editor.frame.getByText('Try out changes');
    await tries.press('Enter');
    await editor.frame.getByRole('checkbox', { name: 'Move chosen codes only' }).click();
    const pictures = editor.frame.getByRole('toolbar', { name: 'Pictures of Code 1', exact: true });
    await pictures.scrollIntoViewIfNeeded();
    await pictures.locator('canvas').first().waitFor();
    assert.deepEqual(await violations(), []);
    await unfold(editor.frame);
    await tries.press('Enter');
  });

  test('after an error: of a run whose model is damaged, in the panel', async () => {
    const damaged = suite.workspace.path('damaged');
    await cp(TINY_MODEL, damaged, { recursive: true });
    await writeFile(join(damaged, 'slice-02.onnx'), 'not a model');
    await suite.workbench.host.run(
      async (vscode, model, picture) => {
        await vscode.workspace
          .getConfiguration('ganPrior')
          .update('model', model, vscode.ConfigurationTarget.Workspace);
        await vscode.commands.executeCommand('ganPrior.superResolve', vscode.Uri.file(picture));
      },
      damaged,
      suite.workspace.path('upright.png'),
    );
    const failed = await EditorPage.of(suite.workbench, 'upright.png');
    await failed.waitForHeadline(/^This did not work$/);
    assert.match(await failed.problem(), /slice-02\.onnx is damaged/);
    assert.deepEqual(await violations(failed.frame), []);
  });

  test('with the faces that were found, and with the marks of one', async () => {
    await suite.workbench.page.setViewportSize({ width: 1280, height: HEIGHT });
    await addGroupPicture(suite.workspace);
    const { frame } = await openPicture(suite, GROUP);
    await frame.getByRole('button', { name: 'Find the faces in the picture' }).click();
    await frame.getByRole('checkbox', { name: 'Face 2 of 2' }).click();
    assert.deepEqual(await violations(frame), []);
    await suite.workbench.page.setViewportSize({ width: 1280, height: HEIGHT });
    await frame.getByRole('button', { name: /^Align:/ }).click();
    await frame.getByRole('button', { name: 'Eye on the left' }).press('ArrowUp');
    await frame.getByRole('checkbox').first().waitFor({ state: 'detached' });
    assert.deepEqual(await violations(frame), []);
  });

  test('with a picture that cannot be read, in its place', async () => {
    const open = (file: string) =>
      suite.workbench.host.run(
        async (vscode, path) => vscode.commands.executeCommand('ganPrior.superResolve', vscode.Uri.file(path)),
        suite.workspace.path(file),
      );
    await open('gone.png');
    await suite.workbench.webview('.message:text-is("gone.png is not there any more.")');
    await writeFile(suite.workspace.path('broken.png'), 'no picture');
    await open('broken.png');
    const frame = await suite.workbench.webview('.message:has-text("broken.png")');
    assert.deepEqual(await violations(frame), []);
    await suite.workbench.page.setViewportSize({ width: 1280, height: HEIGHT });
    const aside = await frame.evaluate(() => {
      const { left, right } = document.querySelector('.message')!.getBoundingClientRect();
      return [left, innerWidth - right];
    });
    assert.equal(aside[0], aside[1], 'in the middle of the page');
  });
});
