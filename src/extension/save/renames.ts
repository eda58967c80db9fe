/** What belongs to a picture goes along when VS Code renames, moves or deletes it, or a folder above it. */
import * as vscode from 'vscode';
import type { RecoveryCopies } from '../results/recoveryCopies.ts';
import { fileStore } from './fileStore.ts';
import { SIDECAR_SUFFIX } from './sidecar.ts';

interface Move {
  readonly oldUri: vscode.Uri;
  readonly newUri: vscode.Uri;
}

/** The pictures that are open in an editor of ours. */
export interface OpenPictures {
  /** Saves what is not saved of these and of those in these folders. VS Code may go on with another editor. Never rejects. */
  saveBelow(uris: readonly vscode.Uri[]): Promise<void>;
  /** VS Code has closed the editors of a picture that was renamed. */
  reopen(before: vscode.Uri, after: vscode.Uri): Promise<void>;
}

/** Deleted sidecars are remembered so that Undo brings them back with their pictures: this many. */
const REMEMBERED = 50;

export class Renames implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable;
  /** Announced, and not followed yet. */
  readonly #announced = new Set<Move>();
  readonly #followed = new WeakMap<Move, Promise<void>>();
  /** A deleted picture -> its sidecar. */
  readonly #deleted = new Map<string, Uint8Array>();

  constructor(
    private readonly copies: RecoveryCopies,
    private readonly editors: OpenPictures,
    private readonly log: (line: string) => void,
  ) {
    const { workspace } = vscode;
    this.#subscriptions = vscode.Disposable.from(
      workspace.onWillRenameFiles((event) => {
        for (const move of event.files) this.#announced.add(move);
        event.waitUntil(this.editors.saveBelow(event.files.map(({ oldUri }) => oldUri)));
      }),
      workspace.onDidRenameFiles(({ files }) => void Promise.all(files.map((move) => this.#renamed(move)))),
      workspace.onDidDeleteFiles(({ files }) => void Promise.all(files.map((uri) => this.#forget(uri)))),
      workspace.onDidCreateFiles(({ files }) => void Promise.all(files.map((uri) => this.#bringBack(uri)))),
    );
  }

  /** To be awaited before a picture is opened: VS Code opens it under its new name before it says that it has got that. */
  async settled(picture: vscode.Uri): Promise<void> {
    for (const move of this.#announced) {
      if (!isBelow(picture, move.newUri)) continue;
      // A rename that failed is never taken back.
      if (!(await exists(move.oldUri))) await this.#follow(move);
    }
  }

  async #renamed(renamed: Move): Promise<void> {
    const announced = [...this.#announced].find(
      ({ oldUri, newUri }) => isSame(oldUri, renamed.oldUri) && isSame(newUri, renamed.newUri),
    );
    await this.#follow(announced ?? renamed);
    await this.editors.reopen(renamed.oldUri, renamed.newUri);
  }

  #follow(move: Move): Promise<void> {
    const followed = this.#followed.get(move) ?? this.#moveAlong(move);
    this.#followed.set(move, followed);
    return followed;
  }

  async #moveAlong(move: Move): Promise<void> {
    const { oldUri, newUri } = move;
    try {
      await this.copies.move(oldUri.toString(), newUri.toString());
      const [from, to] = [sidecarOf(oldUri), sidecarOf(newUri)];
      if (!(await exists(from)) || (await exists(oldUri))) return;
      if (await exists(to)) return this.log(`${from.path} stays where it is: there is one at ${to.path}.`);
      await vscode.workspace.fs.rename(from, to, { overwrite: false });
    } catch (error) {
      this.log(`What belongs to ${oldUri.path} did not go along to ${newUri.path}: ${String(error)}`);
    } finally {
      this.#announced.delete(move);
    }
  }

  async #forget(picture: vscode.Uri): Promise<void> {
    const sidecar = sidecarOf(picture);
    const { fs } = vscode.workspace;
    try {
      if (!(await exists(sidecar)) || (await exists(picture))) return;
      const bytes = await fs.readFile(sidecar);
      await fs.delete(sidecar, { useTrash: true });
      this.#deleted.set(picture.toString(), bytes);
      const [oldest] = this.#deleted.keys();
      if (this.#deleted.size > REMEMBERED) this.#deleted.delete(oldest!);
    } catch (error) {
      // Without a trash it is left where it is: nobody has said that the mask may go for good.
      this.log(`${sidecar.path} is left where it is: ${String(error)}`);
    }
  }

  async #bringBack(picture: vscode.Uri): Promise<void> {
    const key = picture.toString();
    const bytes = this.#deleted.get(key);
    this.#deleted.delete(key);
    const sidecar = sidecarOf(picture);
    if (bytes && !(await exists(sidecar))) await vscode.workspace.fs.writeFile(sidecar, bytes);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }
}

/** Whether a file is this one, or in this folder. */
export const isBelow = (uri: vscode.Uri, folder: vscode.Uri): boolean =>
  uri.toString() === folder.toString() || uri.toString().startsWith(`${folder.toString()}/`);

const sidecarOf = (picture: vscode.Uri): vscode.Uri => picture.with({ path: picture.path + SIDECAR_SUFFIX });
const isSame = (a: vscode.Uri, b: vscode.Uri): boolean => a.toString() === b.toString();

/** What cannot be looked at is not moved either. */
const exists = (uri: vscode.Uri): Promise<boolean> => fileStore(uri).exists(uri.path);
