/** From a result to a file: where it goes, what is asked, what a person sees afterwards. */
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { resultFormat, type ResultFormat } from '../../node/codecs/formats.ts';
import { besideResult, placeRecord, type RecordPlace } from '../../node/recordPlace.ts';
import type { Result } from '../../shared/documentState.ts';
import { parseRecord } from '../../node/record.ts';
import { fileProblem } from './fileProblem.ts';
import { fileStore, isWritable } from './fileStore.ts';
import { fileVariables, isAbsolute, outputPath } from './outputName.ts';
import { pathOf, placeAt } from './places.ts';
import { sameFile, writeAsking, type Answer, type FileStore } from './write.ts';

/** What of a result its file's name may say. */
type Named = Pick<Result, 'task' | 'model' | 'layer' | 'codes' | 'steps' | 'seed'>;

/** Where `ganPrior.output` puts a result of this picture. @throws OutputTemplateError */
export async function outputUri(template: string, picture: vscode.Uri, result: Named): Promise<vscode.Uri> {
  const source = workingCopyOf(picture);
  const file = fileVariables(pathOf(source));
  const folder = vscode.workspace.getWorkspaceFolder(source)?.uri;
  const workspaceFolder = folder ? pathOf(folder) : file.fileDirname;
  const userHome = vscode.Uri.file(homedir()).path;
  const uriOf = (path: string): vscode.Uri => {
    const absolute = isAbsolute(path) ? path : `${workspaceFolder}/${path}`;
    return source.with({ ...placeAt(absolute, source, userHome), query: '', fragment: '' });
  };
  const path = await outputPath(
    template,
    {
      ...{ ...file, workspaceFolder, userHome },
      task: result.task,
      model: result.model,
      layer: result.layer,
      codes: result.codes,
      steps: result.steps,
      seed: result.seed,
    },
    (candidate) => {
      const uri = uriOf(candidate);
      return exists(fileStore(uri), uri.path);
    },
  );
  return uriOf(path);
}

/** Git's version of a picture is read-only; what is made of it goes beside the one on the disk. */
const workingCopyOf = (picture: vscode.Uri): vscode.Uri =>
  picture.scheme === 'git' ? picture.with({ scheme: 'file', query: '', fragment: '' }) : picture;

/** Makes the result's file in a format, with the record in it (if given). */
export type Encode = (format: ResultFormat, quality: number, record: string | undefined) => Promise<Uint8Array>;

export interface Writing {
  readonly encode: Encode;
  /** Of JPEG and WebP. */
  readonly quality: number;
  readonly place: RecordPlace;
  /** Asked before an existing file is replaced. */
  readonly ask: (target: vscode.Uri) => Promise<Answer>;
  /** A file dialog has asked about the result's own file already. */
  readonly asked: boolean;
}

/**
 * Writes the result to `target`, and its record (JSON), where it has one, where it belongs.
 * @returns what was written, if anything was
 */
export async function writeResult(
  target: vscode.Uri,
  source: vscode.Uri,
  record: string | undefined,
  { encode, quality, place, ask, asked }: Writing,
): Promise<vscode.Uri | undefined> {
  if (!isWritable(target)) {
    throw new Error(vscode.l10n.t('Files cannot be written to {0}. Choose another place with Save As.', target.scheme));
  }
  const format = formatOf(target);
  if (asked && target.scheme === source.scheme && sameFile(target.path, source.path)) {
    throw new Error(vscode.l10n.t('The picture itself is never replaced: choose another name.'));
  }
  const { embedded, beside } = record === undefined ? {} : placeRecord(record, { format, quality }, place);
  const bytes = await encode(format, quality, embedded);
  const store = fileStore(target);
  const at = (path: string): vscode.Uri => target.with({ path });
  const existed = await exists(store, target.path);
  const written = await writeAsking(
    store,
    target.path,
    bytes,
    (path) => (asked ? Promise.resolve('replace') : ask(at(path))),
    source.path,
  );
  if (written === undefined) return undefined;
  if (beside) await writeRecord(store, written, beside, existed && written === target.path, (path) => ask(at(path)));
  return at(written);
}

/**
 * The record of the picture that was replaced goes with it. Any other file of that name is asked about; where it is to stay, the
 * record gets the next free name.
 */
async function writeRecord(
  store: FileStore,
  result: string,
  record: Uint8Array,
  replaced: boolean,
  ask: (path: string) => Promise<Answer>,
): Promise<void> {
  const path = besideResult(result);
  const goes = replaced && (await isRecord(store, path));
  const answer = async (taken: string): Promise<Answer> =>
    goes && taken === path ? 'replace' : ((await ask(taken)) ?? 'keepBoth');
  await writeAsking(store, path, record, answer, result);
}

async function isRecord(store: FileStore, path: string): Promise<boolean> {
  try {
    return parseRecord(new TextDecoder().decode(await store.read(path))) !== undefined;
  } catch {
    return false;
  }
}

async function exists(store: FileStore, path: string): Promise<boolean> {
  try {
    return await store.exists(path);
  } catch (error) {
    throw fileProblem(error, path, 'write');
  }
}

/** @throws an error for people when the name is none of a result's */
export function formatOf(target: vscode.Uri): ResultFormat {
  const format = resultFormat(target.path);
  if (format) return format;
  throw new Error(
    vscode.l10n.t('The result is a PNG, JPEG or WebP file: choose a name that ends in .png, .jpg or .webp.'),
  );
}

export async function askAboutExisting(target: vscode.Uri): Promise<Answer> {
  const replace = vscode.l10n.t('Replace');
  const keepBoth = vscode.l10n.t('Keep Both');
  const name = target.path.slice(target.path.lastIndexOf('/') + 1);
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} exists already.', name),
    { modal: true, detail: vscode.l10n.t('Keep Both saves the new picture under the next free name.') },
    replace,
    keepBoth,
  );
  return chosen === replace ? 'replace' : chosen === keepBoth ? 'keepBoth' : undefined;
}

export async function askToDiscard(picture: string): Promise<boolean> {
  const discard = vscode.l10n.t('Discard');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Discard this result of {0}?', picture),
    { modal: true, detail: vscode.l10n.t('It is in no file, and cannot be brought back.') },
    discard,
  );
  return chosen === discard;
}

/** Shows a file in the Explorer where it is part of the workspace, else says where it went. */
export async function reveal(uri: vscode.Uri): Promise<void> {
  if (vscode.workspace.getWorkspaceFolder(uri)) {
    await vscode.commands.executeCommand('revealInExplorer', uri);
    // The Explorer takes the focus, and whoever saves is in the editor.
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    return;
  }
  // Such a message may stay for hours, and whoever saves again is not to wait for it.
  void offerToOpen(uri);
}

async function offerToOpen(uri: vscode.Uri): Promise<void> {
  const open = vscode.l10n.t('Open');
  const path = uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t('Saved {0}', path), open);
  if (chosen === open) await vscode.commands.executeCommand('vscode.open', uri);
}
