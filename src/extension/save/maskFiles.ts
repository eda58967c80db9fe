/** Masks as picture files of their own. */
import * as vscode from 'vscode';
import { READABLE_EXTENSIONS } from '../../node/codecs/formats.ts';
import { fileStore } from './fileStore.ts';
import { fileVariables } from './outputName.ts';
import { sameFile, writeWhole } from './write.ts';

export async function askForMask(picture: vscode.Uri): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    defaultUri: vscode.Uri.joinPath(picture, '..'),
    title: vscode.l10n.t('Choose a mask: white where the picture is to be filled'),
    openLabel: vscode.l10n.t('Load Mask'),
    filters: { [vscode.l10n.t('Pictures')]: [...READABLE_EXTENSIONS] },
  });
  return chosen?.[0];
}

export async function askWhereToSaveMask(picture: vscode.Uri): Promise<vscode.Uri | undefined> {
  const { fileDirname, fileBasenameNoExtension } = fileVariables(picture.path);
  return vscode.window.showSaveDialog({
    defaultUri: picture.with({ path: `${fileDirname}/${fileBasenameNoExtension}.mask.png`, query: '', fragment: '' }),
    saveLabel: vscode.l10n.t('Save Mask'),
    filters: { [vscode.l10n.t('PNG picture')]: ['png'] },
  });
}

/** Writes where the file dialog said, which has asked already. */
export async function writeMask(target: vscode.Uri, picture: vscode.Uri, png: Uint8Array): Promise<void> {
  if (!/\.png$/i.test(target.path))
    throw new Error(vscode.l10n.t('The mask is a PNG file: choose a name that ends in .png.'));
  if (target.scheme === picture.scheme && sameFile(target.path, picture.path)) {
    throw new Error(vscode.l10n.t('The picture itself is never replaced: choose another name.'));
  }
  await writeWhole(fileStore(target), target.path, png);
}
