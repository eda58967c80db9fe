/** What the suites about saving do with pictures. */
import type { Locator } from 'playwright-core';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import type { AutoSave, Suite } from './suite.ts';

export const openPicture = async (suite: Suite, name: string, command = 'ganPrior.openEditor'): Promise<EditorPage> => {
  await suite.workbench.host.run(
    async (vscode, id, path) => void (await vscode.commands.executeCommand(id, vscode.Uri.file(path))),
    command,
    suite.workspace.path(name),
  );
  return EditorPage.of(suite.workbench, name);
};

/** Runs what is chosen, and waits for one result more than there is. */
export async function runAgain(editor: EditorPage): Promise<void> {
  const before = await resultCount(editor);
  await editor.start();
  await until('the next result', async () => (await resultCount(editor)) === before + 1);
}

/** Has a picture reconstructed that has no result yet: a task that a command chooses is no change of the document. */
export async function reconstruct(suite: Suite, name: string): Promise<EditorPage> {
  const editor = await openPicture(suite, name, 'ganPrior.reconstruct');
  await until('the result', async () => (await resultCount(editor)) > 0);
  return editor;
}

export const command = (suite: Suite, id: string): Promise<void> =>
  suite.workbench.host.run(async (vscode, name) => void (await vscode.commands.executeCommand(name)), id);

/** What the page says of its results: "Result 2 of 3 from 02:05 PM, not saved"; nothing where there is none. */
export const results = async (editor: EditorPage): Promise<string> => {
  const bar = editor.frame.locator('.results');
  return (await bar.isVisible()) ? ((await bar.textContent()) ?? '') : '';
};

/** How many there are. */
export const resultCount = async (editor: EditorPage): Promise<number> => {
  const text = await results(editor);
  return text === '' ? 0 : Number(/^Result \d+ of (\d+)/.exec(text)?.[1] ?? 1);
};

/** The labels of the open editors, those with unsaved changes marked with a star. */
export const tabs = (suite: Suite): Promise<string[]> =>
  suite.workbench.host.run((vscode) =>
    vscode.window.tabGroups.all.flatMap(({ tabs: all }) =>
      all.map(({ label, isDirty }) => label + (isDirty ? '*' : '')),
    ),
  );

/**
 * Waits until VS Code has saved by itself what was changed, and `done` holds; where it saves nothing by itself, for `done` alone.
 * @param change what leaves a star at the tab, until that is saved
 */
export async function savedByItself(
  suite: Suite,
  autoSave: AutoSave,
  change: () => Promise<unknown>,
  done: () => Promise<boolean> | boolean = () => true,
): Promise<void> {
  const before = await starsGone(suite);
  await change();
  await until('what is saved by itself', async () => {
    if (autoSave === 'onFocusChange') await lookAway(suite);
    if (autoSave !== 'off') {
      if ((await starsGone(suite)) === before || (await tabs(suite)).some((tab) => tab.endsWith('*'))) return false;
    }
    return done();
  });
}

/** How often a star has gone from a tab of this window since this was first asked. */
const starsGone = (suite: Suite): Promise<number> =>
  suite.workbench.host.run((vscode) => {
    const stars = ((globalThis as { stars?: { gone: number } }).stars ??= (() => {
      const count = { gone: 0 };
      const starred = new Set<string>();
      vscode.window.tabGroups.onDidChangeTabs(({ changed }) => {
        for (const { label, isDirty } of changed) {
          if (isDirty) starred.add(label);
          else if (starred.delete(label)) count.gone += 1;
        }
      });
      return count;
    })());
    return stars.gone;
  });

/** Another editor, and back. That the focus has left a webview VS Code does not notice, so moving that would not do. */
export const lookAway = (suite: Suite): Promise<void> =>
  suite.workbench.host.run(async (vscode, path) => {
    await vscode.window.showTextDocument(vscode.Uri.file(path));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  }, suite.workspace.path('notes.txt'));

export const notice = async (editor: EditorPage): Promise<string> =>
  (await editor.frame.locator('.notices').textContent()) ?? '';

/** The workbench's own file dialog, once it proposes something. */
export async function fileDialog(suite: Suite, proposal: RegExp): Promise<Locator> {
  const input = suite.workbench.page.locator('.quick-input-widget input').first();
  await input.waitFor();
  await until('the proposal', async () => proposal.test(await input.inputValue()));
  return input;
}
