import * as vscode from 'vscode';
import { READABLE_EXTENSIONS } from '../../node/codecs/formats.ts';
import { isReadable } from '../pictureFiles.ts';

export const EDITOR = 'ganPrior.editor';

/** The picture in the editor that has the focus, whichever editor shows it: the preview, this one, a diff, or text. */
export function activeImage(): vscode.Uri | undefined {
  const uri = activeFile();
  return uri && isReadable(uri.path) ? uri : undefined;
}

/** The file in the editor that has the focus, picture or not. */
export const activeFile = (): vscode.Uri | undefined => uriOf(vscode.window.tabGroups.activeTabGroup.activeTab?.input);

/** The picture that this editor shows in the group that has the focus. */
export function imageInEditor(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === EDITOR ? input.uri : undefined;
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
    filters: { [vscode.l10n.t('Pictures')]: [...READABLE_EXTENSIONS] },
  });
  return chosen?.[0];
}
