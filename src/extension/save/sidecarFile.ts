/** The sidecar on the picture's own file system, and whether somebody else has changed it. */
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { fileStore } from './fileStore.ts';
import { keptIn, parseSidecar, SIDECAR_SUFFIX, withKept, type Kept } from './sidecar.ts';
import { writeWhole } from './write.ts';

export class SidecarFile {
  readonly uri: vscode.Uri;
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

  /** @throws SidecarError */
  async read(): Promise<Kept> {
    const bytes = await this.#bytes();
    this.#known = digestOf(bytes);
    return bytes ? keptIn(parseSidecar(bytes, this.name)) : {};
  }

  /** Whether the file is another one than this editor knows: edited, made or deleted by somebody else. */
  async changedOutside(): Promise<boolean> {
    return digestOf(await this.#bytes()) !== this.#known;
  }

  /**
   * Puts `kept` into the file, and takes the file away when it says nothing else.
   * @param replace asked when somebody else has changed the file
   * @returns whether it was written
   * @throws SidecarError when a file of that name is none of ours: it is left alone
   */
  async write(kept: Kept, replace: () => Promise<boolean>): Promise<boolean> {
    const bytes = await this.#bytes();
    const before = bytes && parseSidecar(bytes, this.name);
    if (digestOf(bytes) !== this.#known && !(await replace())) return false;
    const after = withKept(before, kept);
    const store = fileStore(this.picture);
    // Known before it is there: whoever watches the folder finds nothing new.
    this.#known = digestOf(after);
    try {
      if (after) await writeWhole(store, this.uri.path, after, bytes !== undefined);
      else if (bytes) await store.remove(this.uri.path);
    } catch (error) {
      this.#known = digestOf(bytes);
      throw error;
    }
    return true;
  }

  async #bytes(): Promise<Uint8Array | undefined> {
    if (!(await fileStore(this.picture).exists(this.uri.path))) return undefined;
    return vscode.workspace.fs.readFile(this.uri);
  }
}

/** @returns whether to give up what is not saved here for what somebody else wrote */
export async function askToReload(picture: string, sidecar: string): Promise<boolean> {
  const load = vscode.l10n.t('Load from Disk');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} was changed on disk, and {1} has changes that are not saved.', sidecar, picture),
    load,
    vscode.l10n.t('Keep Mine'),
  );
  return chosen === load;
}

/** @returns whether to write over what somebody else wrote */
export async function askToReplace(sidecar: string): Promise<boolean> {
  const replace = vscode.l10n.t('Replace');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} was changed on disk by something else.', sidecar),
    { modal: true, detail: vscode.l10n.t('Replace saves your mask and settings over what is there now.') },
    replace,
  );
  return chosen === replace;
}

const digestOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && createHash('sha256').update(bytes).digest('hex');
