/** What takes long is shown and can be given up; what will take very long is asked about first. */
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Size, TellShare } from '../engine/tasks/index.ts';

/** What takes longer is shown, in milliseconds. */
const PATIENCE_MS = 1000;

/**
 * @param work may tell how much of it is done; its signal says that the person has given it up
 * @throws CancellationError when they have
 */
export async function withPatience<T>(
  title: string,
  work: (signal: AbortSignal, tell: TellShare) => Promise<T>,
): Promise<T> {
  const given = new AbortController();
  let done = 0;
  let show: (() => void) | undefined;
  const working = work(given.signal, (share) => {
    done = share;
    show?.();
  });
  const over = working.then(
    () => true,
    () => true,
  );
  if (!(await Promise.race([over, delay(PATIENCE_MS, false)]))) {
    const location = vscode.ProgressLocation.Notification;
    await vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
      token.onCancellationRequested(() => given.abort());
      let shown = 0;
      show = () => {
        progress.report({ increment: 100 * (done - shown), message: `${Math.round(100 * done)} %` });
        shown = done;
      };
      if (done > 0) show();
      return over;
    });
  }
  if (given.signal.aborted) throw new vscode.CancellationError();
  return working;
}

/** Whether a person wants a result of this size, which is said before the run. */
export async function agreeToSize(name: string, { width, height }: Size): Promise<boolean> {
  const start = vscode.l10n.t('Start');
  const detail = vscode.l10n.t(
    'That is {0} megapixels: it will take minutes to put together and to save. A smaller enlargement takes less, and a region makes detail where it matters.',
    Math.round((width * height) / 1e6),
  );
  const question = vscode.l10n.t('The result of {0} will have {1} × {2} pixels.', name, width, height);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, start)) === start;
}
