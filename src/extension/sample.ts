/** The sample picture of the walkthrough, where it can be worked on. */
import * as vscode from 'vscode';

/**
 * Copies the sample out of the extension, which is read-only, into the extension's storage: nothing is put into the folders of a
 * person who only wants to try. A copy from before stays, with what was painted on it.
 */
export async function openSample({ extensionUri, globalStorageUri }: vscode.ExtensionContext): Promise<vscode.Uri> {
  const sample = vscode.Uri.joinPath(globalStorageUri, 'sample', 'cat.png');
  const there = await vscode.workspace.fs.stat(sample).then(
    () => true,
    () => false,
  );
  if (!there) {
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(extensionUri, 'media/sample/cat-64.png'), sample);
  }
  return sample;
}
