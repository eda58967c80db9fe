/** What the suites about saving do with pictures. */
import type { Locator } from 'playwright-core';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import type { Suite } from './suite.ts';

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

export const notice = async (editor: EditorPage): Promise<string> =>
  (await editor.frame.locator('.notices').textContent()) ?? '';

/** The workbench's own file dialog, once it proposes something. */
export async function fileDialog(suite: Suite, proposal: RegExp): Promise<Locator> {
  const input = suite.workbench.page.locator('.quick-input-widget input').first();
  await input.waitFor();
  await until('the proposal', async () => proposal.test(await input.inputValue()));
  return input;
}
