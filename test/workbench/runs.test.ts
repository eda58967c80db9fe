/** Runs and the editors that show them: which one Stop means, and what becomes of one whose editor is closed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

describe('runs and their editors', () => {
  const suite = openedWorkbench({ iterations: 100_000 });

  const command = (name: string, file?: string): Promise<unknown> =>
    suite.workbench.host.run(
      async (vscode, id, path) => vscode.commands.executeCommand(id!, ...(path ? [vscode.Uri.file(path)] : [])),
      name,
      file && suite.workspace.path(file),
    );
  const show = async (file: string): Promise<EditorPage> => {
    await command('ganPrior.openEditor', file);
    return EditorPage.of(suite.workbench, file);
  };
  const grows = async (editor: EditorPage): Promise<void> => {
    const before = await editor.step();
    await until('a later step', async () => (await editor.step()) > before, 60_000);
  };

  test('Stop in an idle editor stops nothing', async () => {
    await command('ganPrior.reconstruct', 'upright.png');
    const running = await EditorPage.of(suite.workbench, 'upright.png');
    await running.waitForHeadline(/^Step \d+ of 100000$/);
    const idle = await show('other.png');
    await idle.waitForHeadline(/^Ready/);
    const { page } = suite.workbench;
    await page.locator('.editor-actions .action-label[aria-label*="Stop"]').waitFor({ state: 'detached' });
    await command('ganPrior.cancel');
    await grows(await show('upright.png'));
    await page.locator('.editor-actions .action-label[aria-label*="Stop"]').waitFor();
  });

  test('a run goes on when its editor is closed, and is there again in the next one', async () => {
    const before = await (await show('upright.png')).step();
    await command('workbench.action.closeActiveEditor');
    const { page } = suite.workbench;
    await page.locator('.tab', { hasText: 'upright.png' }).waitFor({ state: 'detached' });
    await page.locator('.statusbar-item', { hasText: 'GAN Prior' }).first().waitFor();
    const again = await show('upright.png');
    await again.waitForHeadline(/^Step \d+ of 100000$/);
    assert.ok((await again.step()) > before);
    await grows(again);
    await command('workbench.action.closeActiveEditor');
    await page.locator('.tab', { hasText: 'upright.png' }).waitFor({ state: 'detached' });
    await command('ganPrior.cancel', 'upright.png');
    await until('the word about the result', async () =>
      (await suite.workbench.notifications()).some((text) => text.startsWith('The run of upright.png is over')),
    );
    const result = await show('upright.png');
    await until('its result', async () => (await result.button('Save').count()) === 1);
  });

  test('the status bar lists what runs, shows the one that is picked, and stops the one whose button is pressed', async () => {
    const { page } = suite.workbench;
    await command('workbench.action.closeAllEditors');
    for (const file of ['other.png', 'turned.jpg']) {
      await command('ganPrior.reconstruct', file);
      await (await EditorPage.of(suite.workbench, file)).waitForHeadline(/^Step \d+ of 100000$/);
    }
    const item = page.locator('.statusbar-item', { hasText: /GAN Prior \d+ %/ });
    const row = (file: string) => page.locator('.quick-input-list .monaco-list-row', { hasText: file });
    await item.click();
    for (const file of ['other.png', 'turned.jpg']) {
      await row(file).waitFor();
      assert.match((await row(file).textContent())!, /step \d+ of 100000 on /);
    }
    await row('other.png').click();
    const shown = await EditorPage.of(suite.workbench, 'other.png');
    await page.locator('.tab.active', { hasText: 'other.png' }).waitFor();
    await item.click();
    await row('other.png').hover();
    await row('other.png').locator('.codicon-debug-stop').click();
    await shown.waitForHeadline(/^Stopped after \d+ steps/);
    await row('other.png').waitFor({ state: 'detached' });
    await row('turned.jpg').waitFor();
    await page.keyboard.press('Escape');
    await command('ganPrior.cancel', 'turned.jpg');
    await (await show('turned.jpg')).waitForHeadline(/^Stopped after \d+ steps/);
    await item.waitFor({ state: 'detached' });
  });
});
