/** Downloads and conversions in the status bar. */
import * as vscode from 'vscode';
import type { ModelManager } from './manager.ts';
import { progressOf } from './words.ts';

export function showActivities(manager: ModelManager): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('ganPrior.downloads', vscode.StatusBarAlignment.Left, 0.8);
  item.name = vscode.l10n.t('GAN Prior: Downloads');
  item.command = 'ganPrior.manageModels';
  const update = (): void => {
    const { activities } = manager;
    const [first] = activities;
    if (!first) return item.hide();
    const more = activities.length > 1 ? ` (+${activities.length - 1})` : '';
    item.text = `$(cloud-download) ${progressOf(first.event)}${more}`;
    item.tooltip = activities.map(({ title, event }) => `${title}: ${progressOf(event)}`).join('\n');
    item.show();
  };
  return vscode.Disposable.from(item, manager.onDidProgress(update));
}
