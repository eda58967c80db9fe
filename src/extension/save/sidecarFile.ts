/** The sidecar on the picture's own file system. */
import * as vscode from 'vscode';
import { fileStore } from './fileStore.ts';
import { maskIn, parseSidecar, SIDECAR_SUFFIX, withMask, type Sidecar } from './sidecar.ts';
import { writeWhole } from './write.ts';

export const sidecarOf = (picture: vscode.Uri): vscode.Uri =>
  picture.with({ path: picture.path + SIDECAR_SUFFIX, query: '', fragment: '' });

/** The PNG file of a picture's saved mask, if there is one. @throws SidecarError */
export async function readSidecarMask(picture: vscode.Uri): Promise<Uint8Array | undefined> {
  const sidecar = await read(picture);
  return sidecar && maskIn(sidecar);
}

/**
 * Puts the mask (nothing: none) into the sidecar, and takes the file away when it says nothing else.
 * @throws SidecarError when a file of that name is none of ours: it is left alone
 */
export async function writeSidecar(picture: vscode.Uri, png: Uint8Array | undefined): Promise<void> {
  const before = await read(picture);
  const { path } = sidecarOf(picture);
  const store = fileStore(picture);
  const bytes = withMask(before, png);
  if (bytes) await writeWhole(store, path, bytes, before !== undefined);
  else if (before) await store.remove(path);
}

async function read(picture: vscode.Uri): Promise<Sidecar | undefined> {
  const uri = sidecarOf(picture);
  if (!(await fileStore(picture).exists(uri.path))) return undefined;
  return parseSidecar(await vscode.workspace.fs.readFile(uri), uri.path.slice(uri.path.lastIndexOf('/') + 1));
}
