import * as vscode from 'vscode';

const IMAGE = /\.(png|jpe?g|webp|bmp)$/i;

/** The picture in the editor that has the focus, whichever editor shows it: the preview, this one, a diff, or text. */
export function activeImage(): vscode.Uri | undefined {
  const uri = uriOf(vscode.window.tabGroups.activeTabGroup.activeTab?.input);
  return uri && IMAGE.test(uri.path) ? uri : undefined;
}

function uriOf(input: unknown): vscode.Uri | undefined {
  if (input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText) return input.uri;
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  return undefined;
}

/** Lets the person choose a picture. */
export async function askForImage(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose a picture'),
    filters: { [vscode.l10n.t('Pictures')]: ['png', 'jpg', 'jpeg', 'webp', 'bmp'] },
  });
  return chosen?.[0];
}
