/** What goes on, in the status bar: the runs with their progress, and a way to stop them. */
import * as vscode from 'vscode';
import type { EditorProvider } from './editor/provider.ts';
import type { OpenImage } from './editor/openImage.ts';

export function showRuns(editors: EditorProvider): vscode.Disposable {
  const progress = vscode.window.createStatusBarItem('ganPrior.progress', vscode.StatusBarAlignment.Left, 1);
  const stop = vscode.window.createStatusBarItem('ganPrior.stop', vscode.StatusBarAlignment.Left, 0.9);
  progress.name = vscode.l10n.t('GAN Prior: Progress');
  stop.name = vscode.l10n.t('GAN Prior: Stop');
  stop.text = '$(debug-stop)';
  stop.tooltip = vscode.l10n.t('Stop and keep what there is');
  stop.command = 'ganPrior.cancel';
  stop.accessibilityInformation = { label: vscode.l10n.t('Stop GAN Prior run'), role: 'button' };
  let running = false;

  const update = (): void => {
    const busy = editors.images.filter(({ document }) => document.run?.active);
    if (running !== busy.length > 0) {
      running = busy.length > 0;
      void vscode.commands.executeCommand('setContext', 'ganPrior.running', running);
    }
    const [first] = busy;
    if (!first) {
      progress.hide();
      stop.hide();
      return;
    }
    const done = busy.reduce((sum, { document }) => sum + document.run!.fraction, 0) / busy.length;
    const paused = busy.every(({ document }) => document.run!.status === 'paused');
    progress.text = `$(${paused ? 'debug-pause' : 'loading~spin'}) GAN Prior ${Math.floor(100 * done)} %`;
    progress.tooltip = busy.map(describe).join('\n');
    progress.command = { command: 'ganPrior.openEditor', title: '', arguments: [first.uri] };
    progress.show();
    stop.show();
  };

  const opened = editors.onDidOpen(({ document }) => document.listen(update));
  const closed = editors.onDidClose(update);
  return vscode.Disposable.from(progress, stop, opened, closed);
}

const describe = ({ name, document }: OpenImage): string => {
  const { step, iterations, backend } = document.run!.state;
  return vscode.l10n.t('{0}: step {1} of {2} on {3}', name, step, iterations, backend);
};
