/** The command that opens a study: of the picture that is named, the one in front, or one that is chosen. */
import * as vscode from 'vscode';
import { activeImage, askForImage } from '../editor/activeImage.ts';
import type { Studies } from './studies.ts';

export const registerStudies = (studies: Studies): vscode.Disposable =>
  vscode.commands.registerCommand('ganPrior.study', async (uri: unknown) => {
    try {
      const picture = uri instanceof vscode.Uri ? uri : (activeImage() ?? (await askForImage()));
      if (picture) await studies.open(picture);
    } catch (error) {
      void vscode.window.showErrorMessage((error as Error).message);
    }
  });
