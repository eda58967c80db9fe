/** What the models' actions ask and tell a person; an interface, so that tests can be the person. */
import * as vscode from 'vscode';

export interface Item<T> {
  readonly label: string;
  readonly description?: string;
  readonly value: T;
}

export interface Dialogs {
  /** A question that waits for its answer. @returns one of the answers, or undefined when it is declined */
  ask<A extends string>(
    severity: 'question' | 'warning',
    question: string,
    detail: string,
    ...answers: readonly A[]
  ): Promise<A | undefined>;
  /** A message that may stay for long; whoever needs no answer need not wait. */
  tell<A extends string>(severity: 'news' | 'error', message: string, ...answers: readonly A[]): Promise<A | undefined>;
  pick<T>(title: string, items: readonly Item<T>[]): Promise<T | undefined>;
  /** @returns the path of a file of this machine. @throws Error when the file chosen is elsewhere */
  chooseFile(title: string, kind: string, extensions: readonly string[]): Promise<string | undefined>;
  openPage(url: string): Promise<void>;
  reveal(folder: string): Promise<void>;
  /** Shows that something goes on, and lets it be cancelled. */
  progress<T>(title: string, work: (report: (message: string) => void) => Promise<T>, cancel: () => void): Promise<T>;
}

export const vscodeDialogs: Dialogs = {
  async ask(severity, question, detail, ...answers) {
    const { showInformationMessage, showWarningMessage } = vscode.window;
    const show = severity === 'warning' ? showWarningMessage : showInformationMessage;
    return show(question, { modal: true, detail }, ...answers);
  },

  async tell(severity, message, ...answers) {
    const { showInformationMessage, showErrorMessage } = vscode.window;
    return (severity === 'error' ? showErrorMessage : showInformationMessage)(message, ...answers);
  },

  async pick(title, items) {
    return (await vscode.window.showQuickPick(items, { placeHolder: title, matchOnDescription: true }))?.value;
  },

  async chooseFile(title, kind, extensions) {
    const [file] = (await vscode.window.showOpenDialog({ title, filters: { [kind]: [...extensions] } })) ?? [];
    if (file && file.scheme !== 'file') {
      throw new Error(vscode.l10n.t('{0} is not on this disk. Copy it here first.', file.toString(true)));
    }
    return file?.fsPath;
  },

  async openPage(url) {
    await vscode.env.openExternal(vscode.Uri.parse(url));
  },

  async reveal(folder) {
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(folder));
  },

  async progress(title, work, cancel) {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(cancel);
      return work((message) => progress.report({ message }));
    });
  },
};
