/** A picture open in VS Code: the document proper, and what VS Code needs to know of it. */
import * as vscode from 'vscode';
import type { ImageDocument } from '../document/imageDocument.ts';
import { outputUri, reveal, writeResult, writeResultAs } from '../save/saveResult.ts';
import { askForMask, askWhereToSaveMask, writeMask } from '../save/maskFiles.ts';
import { writeSidecar } from '../save/sidecarFile.ts';
import type { Answer } from '../save/write.ts';

export interface SaveServices {
  readonly outputTemplate: (uri: vscode.Uri) => string;
  /** Whether VS Code saves unasked: see `savesByItself` in provider.ts. */
  readonly savesByItself: (uri: vscode.Uri) => boolean;
  readonly ask: (existing: vscode.Uri) => Promise<Answer>;
  readonly saved: (source: vscode.Uri, file: vscode.Uri) => void;
}

export class OpenImage implements vscode.CustomDocument {
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #disposed = new vscode.EventEmitter<void>();
  readonly onDidDispose = this.#disposed.event;
  /** Grows when the file changes on disk, so that pages load it anew. */
  version = 0;
  /** The file that the result was last saved as. */
  savedUri: vscode.Uri | undefined;
  /** Where the next save goes, once, instead of where the setting says. */
  #target: vscode.Uri | undefined;
  /** A person asked for the result's file, not just for what has changed. */
  #wanted = false;
  /** How often anything has been asked to be written. */
  #writes = 0;

  constructor(
    readonly uri: vscode.Uri,
    readonly document: ImageDocument,
    private readonly services: SaveServices,
  ) {
    // The pattern is a glob, which a file name like "a[1].png" is not.
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*'),
    );
    const changed = (file: vscode.Uri): void => {
      if (file.toString() !== uri.toString()) return;
      this.version += 1;
      document.sourceChanged();
    };
    this.#subscriptions.push(watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed));
  }

  get name(): string {
    return this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1);
  }

  /** Saves the result as VS Code's own Save does, so that the editor is no longer marked as changed. @returns the file's name */
  async save(): Promise<string | undefined> {
    if (!this.document.result) throw new Error(vscode.l10n.t('There is no result to save yet: start a run first.'));
    const writes = this.#writes;
    const before = this.savedUri;
    this.savedUri = undefined;
    this.#wanted = true;
    try {
      await vscode.workspace.save(this.uri);
      // A document without unsaved changes may not be worth a save to VS Code; the person asked for one.
      if (this.#writes === writes) await this.write();
      return this.savedUri && nameOf(this.savedUri);
    } catch (error) {
      if (error instanceof Error && error.name === 'Canceled') return undefined;
      throw error;
    } finally {
      this.#wanted = false;
      this.savedUri ??= before;
    }
  }

  /** Asks where to save the result. */
  async saveAs(): Promise<string | undefined> {
    const { result } = this.document;
    if (!result) return this.save();
    this.#target = await vscode.window.showSaveDialog({
      defaultUri: await outputUri(this.services.outputTemplate(this.uri), this.uri, result),
      filters: { [vscode.l10n.t('PNG picture')]: ['png'] },
    });
    return this.#target && this.save();
  }

  /** Takes a picture file as the mask. Nothing happens when the person gives up. */
  async loadMask(): Promise<void> {
    const file = await askForMask(this.uri);
    if (file) await this.document.loadMask(await vscode.workspace.fs.readFile(file), nameOf(file));
  }

  /** Writes the mask as a picture of its own. @returns the file's name */
  async saveMask(): Promise<string | undefined> {
    const png = await this.document.encodeMask();
    if (!png) throw new Error(vscode.l10n.t('There is no mask to save yet: nothing is painted.'));
    const target = await askWhereToSaveMask(this.uri);
    if (!target) return undefined;
    await writeMask(target, this.uri, png);
    return nameOf(target);
  }

  /** Writes what is not saved: the mask, the result's file. @throws CancellationError when the person gives up */
  async write(): Promise<void> {
    this.#writes += 1;
    const { maskChanged } = this.document;
    if (maskChanged) await this.#writeMask();
    const { result } = this.document;
    // Undoing a saved result leaves nothing to write, and nothing to complain about.
    if (!result) return;
    // Whoever saves a mask does not ask for the result once more, and auto save never asks for it.
    const due = result.savedAs === undefined && !this.services.savesByItself(this.uri);
    if (maskChanged && !due && !this.#wanted) return;
    const target = this.#target;
    this.#target = undefined;
    if (target) return this.writeTo(target);
    const wanted = await outputUri(this.services.outputTemplate(this.uri), this.uri, result);
    const written = await writeResult(wanted, this.uri, result, this.services.ask);
    if (!written) throw new vscode.CancellationError();
    await this.#wrote(written);
  }

  async writeTo(target: vscode.Uri): Promise<void> {
    const { result } = this.document;
    if (!result) throw new Error(vscode.l10n.t('There is no result to save yet: start a run first.'));
    await writeResultAs(target, this.uri, result);
    await this.#wrote(target);
  }

  async #writeMask(): Promise<void> {
    const version = this.document.maskVersion;
    await writeSidecar(this.uri, await this.document.encodeMask());
    this.document.maskSaved(version);
  }

  async #wrote(file: vscode.Uri): Promise<void> {
    this.savedUri = file;
    this.document.saved(nameOf(file));
    this.services.saved(this.uri, file);
    await reveal(file);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.document.dispose();
    this.#disposed.fire();
    this.#disposed.dispose();
  }
}

const nameOf = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);
