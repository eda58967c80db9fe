import type * as vscode from 'vscode';

/** A file in the folder of a picture; of Git's version of one, which is read-only, in that of the one on the disk. */
export function fileBeside(picture: vscode.Uri, name: string): vscode.Uri {
  const scheme = picture.scheme === 'git' ? 'file' : picture.scheme;
  const path = `${picture.path.slice(0, picture.path.lastIndexOf('/') + 1)}${name}`;
  return picture.with({ scheme, path, query: '', fragment: '' });
}
