/** A comparison of methods as files: one of its pictures, its contact sheet, its page. Where to, a person says each time. */
import * as vscode from 'vscode';
import type { ReportFormat } from '../document/workshop.ts';
import { fileStore, isWritable } from './fileStore.ts';
import { fileVariables } from './outputName.ts';
import { sameFile, writeWhole } from './write.ts';

/** @param method its id, which becomes a part of the name */
export function askWhereToSaveCompared(
  picture: vscode.Uri,
  task: string,
  method: string,
): Promise<vscode.Uri | undefined> {
  return ask(picture, `${task}.${method.replace(/[^\w.-]+/g, '-')}.png`, {
    [vscode.l10n.t('PNG picture')]: ['png'],
    [vscode.l10n.t('JPEG picture')]: ['jpg', 'jpeg'],
    [vscode.l10n.t('WebP picture')]: ['webp'],
  });
}

export async function askWhereToSaveReport(
  picture: vscode.Uri,
  task: string,
  format: ReportFormat,
): Promise<vscode.Uri | undefined> {
  const name = format === 'png' ? vscode.l10n.t('PNG picture') : vscode.l10n.t('Page');
  const target = await ask(picture, `${task}.compared.${format}`, { [name]: [format] });
  if (target && !target.path.toLowerCase().endsWith(`.${format}`)) {
    throw new Error(vscode.l10n.t('This is a {0} file: choose a name that ends so.', `.${format}`));
  }
  if (target && target.scheme === picture.scheme && sameFile(target.path, picture.path)) {
    throw new Error(vscode.l10n.t('The picture itself is never replaced: choose another name.'));
  }
  return target;
}

/** Writes where the file dialog said, which has asked already. */
export const writeReport = (target: vscode.Uri, bytes: Uint8Array): Promise<void> =>
  writeWhole(fileStore(target), target.path, bytes);

async function ask(
  picture: vscode.Uri,
  ending: string,
  filters: Record<string, string[]>,
): Promise<vscode.Uri | undefined> {
  const { fileDirname, fileBasenameNoExtension } = fileVariables(picture.path);
  const path = `${fileDirname}/${fileBasenameNoExtension}.${ending}`;
  // Git's version of a picture is read-only, and so may be what it is in.
  const beside = picture.with({ ...(picture.scheme === 'git' && { scheme: 'file' }), path, query: '', fragment: '' });
  return vscode.window.showSaveDialog({ ...(isWritable(beside) && { defaultUri: beside }), filters });
}
