/** Editors of one picture stay in step: what is painted, undone or chosen in one shows in the other, and they have one run. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Frame } from 'playwright-core';
import type { TestApi } from '../../src/extension/testApi.ts';
import { EditorPage, maskOf, unfold } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';

/** Whether each pixel is marked. */
const markedIn = async (frame: Frame): Promise<boolean[]> => (await maskOf(frame)).map((value) => value > 127);

const shows = (frame: Frame, mask: readonly boolean[]) => async (): Promise<boolean> =>
  String(await markedIn(frame)) === String(mask);

describe('two editors of one picture', () => {
  const suite = openedWorkbench();

  const iterations = (frame: Frame): Promise<string> => frame.locator('#iterations input').inputValue();

  test('show the same mask and settings', async () => {
    const { page, host } = suite.workbench;
    await host.run(
      async (vscode, path) => vscode.commands.executeCommand('ganPrior.inpaint', vscode.Uri.file(path)),
      suite.workspace.path(PICTURE),
    );
    const { frame: first } = await EditorPage.of(suite.workbench, PICTURE);
    await first.getByRole('toolbar', { name: 'Mask' }).waitFor();
    await host.run(async (vscode) => vscode.commands.executeCommand('workbench.action.splitEditorRight'));
    const second = await until('the other editor', () =>
      page.frames().find((frame) => frame !== first && frame.url().includes('/fake.html?')),
    );
    await second.getByRole('toolbar', { name: 'Mask' }).waitFor();

    const sheet = (await second.locator('.sheet').boundingBox())!;
    await page.mouse.move(sheet.x + sheet.width * 0.3, sheet.y + sheet.height * 0.4);
    await page.mouse.down();
    await page.mouse.move(sheet.x + sheet.width * 0.7, sheet.y + sheet.height * 0.6, { steps: 6 });
    await page.mouse.up();
    const painted = await until('the stroke', async () => {
      const mask = await markedIn(second);
      return mask.includes(true) ? mask : undefined;
    });
    await until('the stroke in the other editor', shows(first, painted));

    await page.keyboard.press('Control+z');
    await until('the undone stroke in the other editor', async () => !(await markedIn(first)).includes(true));
    await page.keyboard.press('Control+Shift+z');
    await until('the stroke once more in the other editor', shows(first, painted));

    await unfold(first);
    await first.locator('#iterations input').fill('34');
    await until('the steps in the other editor', async () => (await iterations(second)) === '34');
  });

  test('that are told to start while the model loads have one run, with one result', async () => {
    const { page, host } = suite.workbench;
    const editors = page.frames().filter((frame) => frame.url().includes('/fake.html?'));
    assert.equal(editors.length, 2);
    const runs = () =>
      host.run((vscode) => {
        const begun = ((globalThis as { begun?: { runs: number } }).begun ??= (() => {
          const { exports } = vscode.extensions.getExtension<TestApi>('gan-prior.gan-prior')!;
          const count = { runs: 0 };
          exports.onEvent(({ event }) => (count.runs += Number(event.kind === 'run' && event.event.kind === 'begun')));
          return count;
        })());
        return begun.runs;
      });
    await runs();
    // At the same moment: neither page can have heard of the other one's run.
    const moment = Date.now() + 500;
    const pressed = await Promise.all(
      editors.map((frame) =>
        frame.evaluate(
          (at) =>
            new Promise<boolean>((resolve) =>
              setTimeout(() => {
                const start = [...document.querySelectorAll<HTMLElement>('button, vscode-button')].find(
                  (button) => button.textContent?.trim() === 'Start',
                );
                start?.click();
                resolve(start !== undefined);
              }, at - Date.now()),
            ),
          moment,
        ),
      ),
    );
    assert.deepEqual(pressed, [true, true]);
    for (const frame of editors) {
      await until('the end of the run', async () =>
        /^Done: \d+ steps/.test((await frame.locator('.headline').textContent()) ?? ''),
      );
      assert.match((await frame.locator('.results').textContent())!, /^Result from .+, not saved$/, 'one result');
    }
    assert.equal(await runs(), 1);
    for (const frame of editors) assert.equal(await frame.locator('.problem-box:visible').count(), 0, 'no complaint');
  });
});
