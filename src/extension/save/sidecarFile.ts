/** The sidecar on the picture's own file system, and whether somebody else has changed it. */
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { FileProblem, fileProblem } from './fileProblem.ts';
import { fileStore, isWritable } from './fileStore.ts';
import { keptIn, parseSidecar, SIDECAR_SUFFIX, withKept, type Kept } from './sidecar.ts';
import { writeWhole } from './write.ts';
import { Turns } from '../turns.ts';

export class SidecarFile {
  readonly uri: vscode.Uri;
  /** Who looks at the file while it is written would take it for somebody else's. */
  readonly #turns = new Turns();
  /** Masks in the file that this version cannot make out: they stay in it. */
  #damaged: Uint8Array[] = [];
  /** SHA-256 of the file as this editor last read or wrote it; nothing: there was none. */
  #known: string | undefined;

  constructor(private readonly picture: vscode.Uri) {
    this.uri = picture.with({ path: picture.path + SIDECAR_SUFFIX, query: '', fragment: '' });
  }

  get name(): string {
    return this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1);
  }

  get known(): string | undefined {
    return this.#known;
  }

  /** For a document that comes from a backup: the file it was based on. */
  set known(digest: string | undefined) {
    this.#known = digest;
  }

  /** What somebody else wrote may be written over: a person said so. */
  overrule(): Promise<void> {
    return this.#turns.take(async () => void (this.#known = digestOf(await this.#bytes())));
  }

  /** @throws SidecarError, FileProblem */
  read(): Promise<Kept> {
    return this.#turns.take(async () => {
      const bytes = await this.#bytes();
      this.#known = digestOf(bytes);
      this.#damaged = [];
      return bytes ? keptIn(parseSidecar(bytes, this.name)) : {};
    });
  }

  /** Whether the file is another one than this editor knows: edited, made or deleted by somebody else. */
  changedOutside(): Promise<boolean> {
    return this.#turns.take(async () => digestOf(await this.#bytes()) !== this.#known);
  }

  /** A mask that was read cannot be made out. */
  keepDamaged(mask: Uint8Array): void {
    this.#damaged.push(mask);
  }

  /**
   * Puts `kept` into the file, and takes the file away when it says nothing else.
   * @returns whether it was written: not when somebody else has changed the file meanwhile
   * @throws SidecarError when a file of that name is none of ours: it is left alone
   * @throws FileProblem
   */
  write(kept: Kept): Promise<boolean> {
    return this.#turns.take(() => this.#write(kept));
  }

  async #write(kept: Kept): Promise<boolean> {
    if (!isWritable(this.uri)) {
      throw new FileProblem(
        vscode.l10n.t(
          '{0} was not saved: nothing can be written to where the picture is ({1}).',
          this.name,
          this.uri.scheme,
        ),
      );
    }
    const bytes = await this.#bytes();
    const before = bytes && parseSidecar(bytes, this.name);
    if (digestOf(bytes) !== this.#known) return false;
    const after = withKept(before, { ...kept, otherMasks: [...(kept.otherMasks ?? []), ...this.#damaged] });
    const store = fileStore(this.picture);
    try {
      if (after) await writeWhole(store, this.uri.path, after);
      else if (bytes) await store.remove(this.uri.path);
    } catch (error) {
      throw fileProblem(error, this.uri.path, 'write');
    }
    this.#known = digestOf(after);
    return true;
  }

  async #bytes(): Promise<Uint8Array | undefined> {
    // Git's version of a picture, for one, has nothing beside it.
    if (!isWritable(this.uri)) return undefined;
    try {
      const store = fileStore(this.picture);
      return (await store.exists(this.uri.path)) ? await store.read(this.uri.path) : undefined;
    } catch (error) {
      throw fileProblem(error, this.uri.path, 'read');
    }
  }
}

/** Whose version of a sidecar is to stay; nothing: nobody has decided. */
export type Whose = 'mine' | 'theirs' | undefined;

export async function askAboutSidecar(picture: string, sidecar: string): Promise<Whose> {
  const load = vscode.l10n.t('Load from Disk');
  const keep = vscode.l10n.t('Keep Mine');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      '{0} was changed on disk by something else, and {1} has changes that are not saved. Keep Mine replaces the file when they are.',
      sidecar,
      picture,
    ),
    load,
    keep,
  );
  return chosen === load ? 'theirs' : chosen === keep ? 'mine' : undefined;
}

const digestOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && createHash('sha256').update(bytes).digest('hex');
