/** The picture file that a person says is the original. */
import * as vscode from 'vscode';
import { READABLE_EXTENSIONS } from '../../node/codecs/formats.ts';

export async function askForTruth(picture: vscode.Uri): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    defaultUri: vscode.Uri.joinPath(picture, '..'),
    title: vscode.l10n.t('Choose the original: a picture of the same size as the result'),
    openLabel: vscode.l10n.t('Compare'),
    filters: { [vscode.l10n.t('Pictures')]: [...READABLE_EXTENSIONS] },
  });
  return chosen?.[0];
}
