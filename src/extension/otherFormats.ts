/** What a person hears who tries a picture of a format that is not read. */
import * as vscode from 'vscode';
import { otherFormat } from './pictureFiles.ts';
import { activeFile, askForImage } from './editor/activeImage.ts';

/** Says which formats are read, and what to do with one that is not. @returns a picture that is chosen instead */
export async function explainFormats(uri: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const file = uri ?? activeFile();
  const format = file && otherFormat(file.path);
  const read = vscode.l10n.t(
    'GAN Prior reads PNG, JPEG, WebP and BMP pictures (.png, .jpg, .jpeg, .jpe, .jfif, .webp, .bmp).',
  );
  const message = format
    ? vscode.l10n.t(
        '{0} is a {1} picture. {2} Save a copy of it as PNG in the program that shows it, and use the copy.',
        file.path.slice(file.path.lastIndexOf('/') + 1),
        format,
        read,
      )
    : read;
  const other = vscode.l10n.t('Choose Another Picture...');
  return (await vscode.window.showInformationMessage(message, other)) === other ? askForImage() : undefined;
}
