/** Marks a downloaded model as used while a run goes on with it, so that no window removes it under the run. */
import type * as vscode from 'vscode';
import type { Plan } from '../document/workshop.ts';
import type { EditorProvider } from '../editor/provider.ts';
import type { ModelManager } from './manager.ts';

type Release = () => Promise<void>;

const foldersOf = ({ folder, network }: Plan): string[] => [folder, ...(network ? [network.folder] : [])];

export function markModelsInUse(
  editors: EditorProvider,
  manager: ModelManager,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  /** Model folder -> its mark, being made or made. */
  const marks = new Map<string, Promise<Release>>();
  const failed = (error: unknown): void => log.warn(`A model cannot be marked as used: ${String(error)}`);

  const update = (): void => {
    const running = editors.images.flatMap(({ document: { run } }) =>
      run?.active && run.prepared ? foldersOf(run.plan) : [],
    );
    for (const folder of new Set(running)) {
      if (marks.has(folder)) continue;
      const mark = manager.store.use(folder, 'restoring a picture');
      marks.set(folder, mark);
      mark.catch(failed);
    }
    for (const [folder, mark] of marks) {
      if (running.includes(folder)) continue;
      marks.delete(folder);
      mark.then((release) => release()).catch(failed);
    }
  };
  const opened = editors.onDidOpen(({ document }) => document.listen(update));
  const closed = editors.onDidClose(update);
  return {
    dispose: () => {
      opened.dispose();
      closed.dispose();
      for (const mark of marks.values()) mark.then((release) => release()).catch(failed);
    },
  };
}
