/** An animation or a filmstrip, as a file beside the picture. */
import * as vscode from 'vscode';
import { fileStore } from './fileStore.ts';
import { fileVariables } from './outputName.ts';
import { sameFile, writeWhole } from './write.ts';

const NAMES = { png: 'PNG', gif: 'GIF', webm: 'WebM' } as const;
type Format = keyof typeof NAMES;

export interface AnimationTarget {
  readonly uri: vscode.Uri;
  readonly format: Format;
}

/** @param of what it shows, in the name @param formats what can be made here, the first one to be suggested */
export async function askForAnimation(
  picture: vscode.Uri,
  of: 'run' | 'changes',
  formats: readonly Format[],
): Promise<AnimationTarget | undefined> {
  const { fileDirname, fileBasenameNoExtension } = fileVariables(picture.path);
  const path = `${fileDirname}/${fileBasenameNoExtension}.${of}.${formats[0]}`;
  const uri = await vscode.window.showSaveDialog({
    defaultUri: picture.with({ path, query: '', fragment: '' }),
    saveLabel: vscode.l10n.t('Export Animation'),
    filters: Object.fromEntries(formats.map((format) => [NAMES[format], [format]])),
  });
  return uri && targetOf(uri, picture, formats);
}

/** @throws an Error for people when no animation can be written there */
export function targetOf(uri: vscode.Uri, picture: vscode.Uri, formats: readonly Format[]): AnimationTarget {
  const format = formats.find((one) => uri.path.toLowerCase().endsWith(`.${one}`));
  if (!format) {
    const endings = formats.map((one) => `.${one}`).join(', ');
    throw new Error(vscode.l10n.t('The animation can be one of {0}: choose a name that ends so.', endings));
  }
  if (uri.scheme === picture.scheme && sameFile(uri.path, picture.path)) {
    throw new Error(vscode.l10n.t('The picture itself is never replaced: choose another name.'));
  }
  return { uri, format };
}

/** Writes where the file dialog said, which has asked already. */
export const writeAnimation = ({ uri }: AnimationTarget, bytes: Uint8Array): Promise<void> =>
  writeWhole(fileStore(uri), uri.path, bytes);
