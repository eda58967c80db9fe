/** The command that opens the tab for draws: runs of the picture in front begin with what is picked there. */
import * as vscode from 'vscode';
import { activeImage } from '../editor/activeImage.ts';
import type { Drawings } from './drawings.ts';

export const registerDrawings = (drawings: Drawings): vscode.Disposable =>
  vscode.commands.registerCommand('ganPrior.draw', async (uri: unknown) => {
    try {
      await drawings.open(uri instanceof vscode.Uri ? uri : activeImage());
    } catch (error) {
      void vscode.window.showErrorMessage((error as Error).message);
    }
  });
