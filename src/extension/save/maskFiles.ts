/** Masks as picture files of their own. */
import * as vscode from 'vscode';
import { percent } from '../../engine/tasks/index.ts';
import { READABLE_EXTENSIONS } from '../../node/codecs/formats.ts';
import type { MaskAlpha, MaskQuestion } from '../../node/maskMeaning.ts';
import { fileStore } from './fileStore.ts';
import { fileVariables } from './outputName.ts';
import { sameFile, writeWhole } from './write.ts';

export async function askForMask(picture: vscode.Uri): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    defaultUri: vscode.Uri.joinPath(picture, '..'),
    title: vscode.l10n.t('Choose a mask: what marks the part to be filled'),
    openLabel: vscode.l10n.t('Load Mask'),
    filters: { [vscode.l10n.t('Pictures and NumPy arrays')]: [...READABLE_EXTENSIONS, 'npy'] },
  });
  return chosen?.[0];
}

/** A mask that may be meant either way. @returns nothing when the person gives up */
export async function askWhatIsMasked(name: string, { shares }: MaskQuestion): Promise<MaskAlpha | undefined> {
  const fill = vscode.l10n.t('The Transparent Part');
  const keep = vscode.l10n.t('The Painted Part');
  const detail = vscode.l10n.t(
    'It is transparent in part and of one colour, so it may be meant either way. Its transparent part is {0} of the picture, its painted part {1}.',
    percent(shares.fill),
    percent(shares.keep),
  );
  const question = vscode.l10n.t('Which part of {0} marks what is to be filled?', name);
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, fill, keep);
  return answer === fill ? 'fill' : answer === keep ? 'keep' : undefined;
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
