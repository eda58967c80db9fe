import * as vscode from 'vscode';
import { fileProblem, FileProblem } from './fileProblem.ts';

/** No picture that can be worked on is larger, and none that is would fit into memory next to what is made of it. */
const MOST_BYTES = 1024 ** 3;

/** Reads a file on any file system. @throws FileProblem, before anything is read where it is too large */
export async function readFile(uri: vscode.Uri): Promise<Uint8Array> {
  const { fs } = vscode.workspace;
  try {
    const { size } = await fs.stat(uri);
    if (size > MOST_BYTES) throw new FileProblem(tooLarge(uri, size));
    return await fs.readFile(uri);
  } catch (error) {
    throw fileProblem(error, uri.path, 'read');
  }
}

const tooLarge = (uri: vscode.Uri, size: number): string =>
  vscode.l10n.t(
    '{0} has {1} GB: files of up to {2} GB can be opened.',
    uri.path.slice(uri.path.lastIndexOf('/') + 1),
    (size / 1024 ** 3).toFixed(1),
    MOST_BYTES / 1024 ** 3,
  );
