/** What somebody selected in the Explorer, as pictures that are restored together. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { TaskId } from '../../engine/generator/manifest.ts';
import { listPictures } from '../../node/batch/listing.ts';
import { sortInputs } from '../../node/batch/ownResults.ts';
import { isReadable } from '../pictureFiles.ts';
import { alikeAmong, type Picture } from './picture.ts';

/** More are asked about first. */
const MANY = 100;

/** What a command of the Explorer was given, when that is not one picture alone. */
export async function severalOf(uri: unknown, uris: unknown): Promise<readonly vscode.Uri[] | undefined> {
  const all = Array.isArray(uris) ? uris.filter((one): one is vscode.Uri => one instanceof vscode.Uri) : [];
  const chosen = all.length > 0 ? all : uri instanceof vscode.Uri ? [uri] : [];
  if (chosen.length > 1) return chosen;
  return chosen[0] && (await isFolder(chosen[0])) ? chosen : undefined;
}

/**
 * The pictures among them, and those in folders at any depth; what is a result of this program is left out.
 * @returns nothing when a person gives it up @throws an error for people when there are none
 */
export async function picturesOf(task: TaskId, uris: readonly vscode.Uri[]): Promise<Picture[] | undefined> {
  const local = uris.filter(({ scheme }) => scheme === 'file');
  if (local.length === 0) {
    throw new Error(vscode.l10n.t('Only pictures on a disk can be restored together: open these one by one.'));
  }
  const [folders, files]: [vscode.Uri[], vscode.Uri[]] = [[], []];
  for (const uri of local) ((await isFolder(uri)) ? folders : files).push(uri);
  const pictures = files.filter(({ path }) => isReadable(path));
  const found = await listPictures(
    [...pictures, ...folders].map(({ fsPath }) => fsPath),
    { recursive: true, exclude: ['**/node_modules/**'] },
  );
  const { images, results } = await sortInputs(found.map(({ path }) => path));
  if (images.length === 0) throw new Error(vscode.l10n.t('There is no picture among what is selected.'));
  tellLeftOut([...files.filter((file) => !pictures.includes(file)).map(({ fsPath }) => fsPath), ...results]);
  if (images.length > MANY && !(await askAboutMany(images.length))) return undefined;
  const alike = alikeAmong(images);
  return images.map((name) => ({ name, task, alike: alike.has(name) }));
}

function tellLeftOut(paths: readonly string[]): void {
  if (paths.length === 0) return;
  const shown = paths.slice(0, 5).map((path) => basename(path));
  const names = [...shown, ...(paths.length > 5 ? ['…'] : [])].join(', ');
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Left out, because they are results already or no pictures that can be read: {0}', names),
  );
}

async function askAboutMany(count: number): Promise<boolean> {
  const start = vscode.l10n.t('Start');
  const question = vscode.l10n.t('Restore {0} pictures?', count);
  return (await vscode.window.showWarningMessage(question, { modal: true }, start)) === start;
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  const stat = await vscode.workspace.fs.stat(uri).then(
    ({ type }) => type,
    () => vscode.FileType.Unknown,
  );
  return (stat & vscode.FileType.Directory) !== 0;
}
