/** The pages that come with the extension, which its page in VS Code cannot link to. */
import * as vscode from 'vscode';
import { DOCUMENTS } from './documents.ts';

/** Lets the person choose a page, and shows it. */
export async function readDocumentation(extensionUri: vscode.Uri): Promise<void> {
  const items = DOCUMENTS.map(({ file, title }) => ({ label: title(), file }));
  const page = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('What do you want to read?') });
  if (!page) return;
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.joinPath(extensionUri, page.file));
}
