/** Save, as people press it: what is new of the picture in front, whatever it is. */
import * as vscode from 'vscode';
import type { EditorProvider } from '../editor/provider.ts';
import type { OpenImage } from '../editor/openImage.ts';

export function registerResultCommands(editors: EditorProvider): vscode.Disposable {
  return vscode.commands.registerCommand('ganPrior.saveResult', async () => {
    const image = editors.activeImage;
    if (image) return save(image);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a picture in the GAN Prior editor and run a task first: then there is a result to save.'),
    );
  });
}

async function save(image: OpenImage): Promise<void> {
  try {
    await image.saveNew();
  } catch (error) {
    const saveAs = vscode.l10n.t('Save As…');
    const chosen = await vscode.window.showErrorMessage((error as Error).message, saveAs);
    if (chosen !== saveAs) return;
    await image.saveResultAs().catch((again: Error) => void vscode.window.showErrorMessage(again.message));
  }
}
