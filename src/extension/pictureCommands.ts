/** The commands of the editor's context menu, the sample, the documentation, and what there is to say about other formats. */
import * as vscode from 'vscode';
import type { OpenImage } from './editor/openImage.ts';
import type { EditorProvider } from './editor/provider.ts';
import { readDocumentation } from './documentation.ts';
import { explainFormats } from './otherFormats.ts';
import { openSample } from './sample.ts';

export function registerPictureCommands(
  editors: EditorProvider,
  context: vscode.ExtensionContext,
): vscode.Disposable[] {
  const register = (command: string, run: (uri: unknown) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (uri: unknown) => {
      try {
        await run(uri);
      } catch (error) {
        void vscode.window.showErrorMessage((error as Error).message);
      }
    });
  /** A command of the picture in front. */
  const registerInFront = (command: string, run: (image: OpenImage) => unknown): vscode.Disposable =>
    register(command, (): unknown => {
      const image = editors.activeImage;
      if (image) return run(image);
      const said = vscode.l10n.t('Open a picture in the GAN Prior editor first.');
      return void vscode.window.showInformationMessage(said);
    });
  return [
    register('ganPrior.explainFormats', async (uri) => {
      const picture = await explainFormats(uri instanceof vscode.Uri ? uri : undefined);
      if (picture) await editors.open(picture);
    }),
    register('ganPrior.trySample', async () => editors.open(await openSample(context), 'super-resolve')),
    register('ganPrior.readDocumentation', () => readDocumentation(context.extensionUri)),
    registerInFront('ganPrior.copyPicture', () => editors.copyPicture()),
    registerInFront('ganPrior.saveResultAs', (image) => image.saveResultAs()),
    registerInFront('ganPrior.openResult', ({ savedUri }) => {
      if (savedUri) return vscode.commands.executeCommand('vscode.open', savedUri);
      throw new Error(vscode.l10n.t('The result is not saved yet: save it first.'));
    }),
  ];
}
