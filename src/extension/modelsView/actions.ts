/** What a person can do to a model, with the questions and answers that belong to it. */
import * as vscode from 'vscode';
import type { ModelRow } from '../../node/store/inventory.ts';
import { formatBytes } from '../../node/store/sizes.ts';
import type { ModelManager } from './manager.ts';
import { progressOf, sizeOfDownload, titleOf } from './words.ts';

export class ModelActions {
  constructor(private readonly manager: ModelManager) {}

  /** Asks, with everything one should know first; then downloads. */
  async download(row: ModelRow): Promise<void> {
    const { entry } = row;
    if (!entry) return;
    const { title, goodFor, licence, page, url } = entry;
    const [yes, read] = [vscode.l10n.t('Download'), vscode.l10n.t('Open Its Page')];
    const detail = [
      goodFor,
      vscode.l10n.t('Size: {0}', sizeOfDownload(entry)),
      vscode.l10n.t('Licence: {0}', licence),
      vscode.l10n.t('Source: {0}', url),
      vscode.l10n.t('More: {0}', page),
    ].join('\n\n');
    const question = vscode.l10n.t('Download "{0}"?', title);
    const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, yes, read);
    if (answer === read) await vscode.env.openExternal(vscode.Uri.parse(page));
    if (answer !== yes) return;
    const stored = await this.#withProgress(entry.id, () => this.manager.download(entry));
    if (stored?.generator) await this.#offerAsDefault(stored.id, stored.name);
  }

  async importFile(): Promise<void> {
    const [file] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t('Import a Checkpoint'),
        filters: { [vscode.l10n.t('Checkpoints')]: ['pth', 'pt', 'safetensors', 'onnx'] },
      })) ?? [];
    if (!file) return;
    if (file.scheme !== 'file') {
      throw new Error(vscode.l10n.t('{0} is not on this disk. Copy it here first.', file.toString(true)));
    }
    const stored = await this.#withProgress(file.fsPath, () => this.manager.import(file.fsPath));
    if (stored?.generator) await this.#offerAsDefault(stored.id, stored.name);
  }

  async verify(row: ModelRow): Promise<void> {
    const found = await this.#withProgress(row.id, () => this.manager.verify(row.id));
    if (!found) return;
    if (found.problem === undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} is sound: every file is what it should be.', titleOf(row)),
      );
    } else if (row.entry) {
      const again = vscode.l10n.t('Download Again');
      // Awaited by nobody: the message may stay for long.
      void vscode.window.showErrorMessage(found.problem, again).then(async (answer) => {
        if (answer !== again) return;
        await this.manager.remove(row.id, undefined);
        await this.download(row);
      });
    } else void vscode.window.showErrorMessage(found.problem);
  }

  async reveal(row: ModelRow): Promise<void> {
    const folder = row.state === 'installed' ? row.package.folder : row.state === 'broken' ? row.folder : undefined;
    if (folder !== undefined) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(folder));
  }

  async remove(row: ModelRow): Promise<void> {
    const remove = vscode.l10n.t('Remove');
    const bytes = row.state === 'installed' ? row.bytes : row.state === 'available' ? row.received : 0;
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Remove "{0}"?', titleOf(row)),
      { modal: true, detail: bytes > 0 ? vscode.l10n.t('It frees {0}.', formatBytes(bytes)) : '' },
      remove,
    );
    if (answer === remove) await this.manager.remove(row.id, row.entry);
  }

  /** Writes the setting where it is set now: in the workspace if it is set there, else for the person. */
  async setDefault(id: string): Promise<void> {
    const configuration = vscode.workspace.getConfiguration('ganPrior');
    const inWorkspace = configuration.inspect('model')?.workspaceValue !== undefined;
    const { Global, Workspace } = vscode.ConfigurationTarget;
    await configuration.update('model', id, inWorkspace ? Workspace : Global);
  }

  cancel(id: string): void {
    this.manager.activity(id)?.controller.abort(new vscode.CancellationError());
  }

  async #offerAsDefault(id: string, name: string): Promise<void> {
    const use = vscode.l10n.t('Use by Default');
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} is ready.', name), use).then(async (answer) => {
      if (answer === use) await this.setDefault(id);
    });
  }

  /** Shows an activity in a notification, where it can be cancelled. */
  #withProgress<T>(id: string, work: () => Promise<T | undefined>): Thenable<T | undefined> {
    const working = work();
    const title = this.manager.activity(id)?.title ?? id;
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => this.cancel(id));
      const subscription = this.manager.onDidProgress((activity) => {
        if (activity.id === id) progress.report({ message: progressOf(activity.event) });
      });
      try {
        return await working;
      } finally {
        subscription.dispose();
      }
    });
  }
}
