/** A picture open in VS Code: the document proper, and what VS Code needs to know of it. */
import * as vscode from 'vscode';
import type { OnDisk } from '../document/kept.ts';
import type { ImageDocument } from '../document/imageDocument.ts';
import { outputUri, reveal, writeResult, type Encode } from '../save/saveResult.ts';
import type { Result } from '../../shared/documentState.ts';
import type { Settings } from '../settings.ts';
import type { Backup } from './backup.ts';
import { askForMask, askWhereToSaveMask, writeMask } from '../save/maskFiles.ts';
import type { SidecarFile } from '../save/sidecarFile.ts';
import { askForTruth } from '../save/truthFile.ts';
import type { Answer } from '../save/write.ts';

export interface SaveServices {
  readonly encode: (result: Result, ...how: Parameters<Encode>) => ReturnType<Encode>;
  /** How results of this picture are written. */
  readonly settings: (picture: vscode.Uri) => Pick<Settings, 'output' | 'quality' | 'record'>;
  /** Whether VS Code saves unasked: see `savesByItself` in provider.ts. */
  readonly savesByItself: (uri: vscode.Uri) => boolean;
  readonly ask: (existing: vscode.Uri) => Promise<Answer>;
  /** The sidecar was changed by somebody else, and there are unsaved changes here: whether to take what it says now. */
  readonly askToReload: (picture: string, sidecar: string) => Promise<boolean>;
  /** The same when the unsaved changes are to be written: whether to replace the file. */
  readonly askToReplace: (sidecar: string) => Promise<boolean>;
  readonly saved: (source: vscode.Uri, file: vscode.Uri) => void;
}

export class OpenImage implements vscode.CustomDocument {
  readonly #subscriptions: vscode.Disposable[] = [];
  /** One look at the sidecar at a time: a question may be open. */
  #looking = false;
  /** What was taken from the sidecar is an edit to VS Code, which may save it by itself: nothing is to be written then. */
  #adopted = false;
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
    private readonly sidecar: SidecarFile,
    /** @throws an error for people when the sidecar cannot be read */
    readonly readDisk: () => Promise<OnDisk>,
    private readonly services: SaveServices,
  ) {
    // The pattern is a glob, which a file name like "a[1].png" is not.
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*'),
    );
    const changed = (file: vscode.Uri): void => {
      if (file.toString() === sidecar.uri.toString()) return void this.lookAtSidecar();
      if (file.toString() !== uri.toString()) return;
      this.version += 1;
      document.sourceChanged();
    };
    const deleted = (file: vscode.Uri): void => {
      if (file.toString() === sidecar.uri.toString()) void this.lookAtSidecar();
    };
    this.#subscriptions.push(
      watcher,
      watcher.onDidChange(changed),
      watcher.onDidCreate(changed),
      watcher.onDidDelete(deleted),
    );
  }

  get name(): string {
    return this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1);
  }

  /** Takes what somebody else wrote into the sidecar; asks first where something unsaved would be lost. */
  async lookAtSidecar(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      if (!(await this.sidecar.changedOutside())) return;
      const { document, services } = this;
      const unsaved = document.kept.changed;
      if (unsaved && !(await services.askToReload(this.name, this.sidecar.name))) return;
      const onDisk = await this.readDisk();
      if (this.sidecar.known === undefined) return document.kept.gone();
      this.#adopted = true;
      document.kept.adopt(onDisk);
      if (!unsaved) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('{0} was changed on disk: {1} shows it as it is there now.', this.sidecar.name, this.name),
        );
      }
    } catch (error) {
      void vscode.window.showWarningMessage((error as Error).message);
    } finally {
      this.#looking = false;
    }
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
      defaultUri: await outputUri(this.services.settings(this.uri).output, this.uri, result),
      filters: {
        [vscode.l10n.t('PNG picture')]: ['png'],
        [vscode.l10n.t('JPEG picture')]: ['jpg', 'jpeg'],
        [vscode.l10n.t('WebP picture')]: ['webp'],
      },
    });
    return this.#target && this.save();
  }

  /** Takes a picture file as the mask. Nothing happens when the person gives up. */
  async loadMask(): Promise<void> {
    const file = await askForMask(this.uri);
    if (file) await this.document.kept.loadMask(await vscode.workspace.fs.readFile(file), nameOf(file));
  }

  /** Takes a picture file as the original that results are compared with. Nothing happens when the person gives up. */
  async chooseTruth(): Promise<void> {
    const file = await askForTruth(this.uri);
    if (!file) return;
    const read = async () => vscode.workspace.fs.readFile(file);
    await this.document.chooseTruth({ name: nameOf(file), read });
  }

  /** Writes the mask as a picture of its own. @returns the file's name */
  async saveMask(): Promise<string | undefined> {
    const png = await this.document.kept.encodeMask();
    if (!png) throw new Error(vscode.l10n.t('There is no mask to save yet: nothing is painted.'));
    const target = await askWhereToSaveMask(this.uri);
    if (!target) return undefined;
    await writeMask(target, this.uri, png);
    return nameOf(target);
  }

  /** Writes what is not saved: the sidecar, the result's file. @throws CancellationError when the person gives up */
  async write(): Promise<void> {
    this.#writes += 1;
    const edited = this.document.kept.changed;
    const adopted = this.#adopted;
    this.#adopted = false;
    if (edited) await this.#writeSidecar();
    const { result } = this.document;
    // Undoing a saved result leaves nothing to write, and nothing to complain about.
    if (!result) return;
    // Whoever saves a mask or settings does not ask for the result once more, and auto save never asks for it.
    const due = result.savedAs === undefined && !this.services.savesByItself(this.uri);
    if ((edited || adopted) && !due && !this.#wanted) return;
    const target = this.#target;
    this.#target = undefined;
    if (target) return this.writeTo(target);
    const wanted = await outputUri(this.services.settings(this.uri).output, this.uri, result);
    const written = await this.#writeResult(wanted, result, this.services.ask);
    if (!written) throw new vscode.CancellationError();
    await this.#wrote(written);
  }

  async writeTo(target: vscode.Uri): Promise<void> {
    const { result } = this.document;
    if (!result) throw new Error(vscode.l10n.t('There is no result to save yet: start a run first.'));
    // A file dialog has asked already.
    await this.#writeResult(target, result, undefined);
    await this.#wrote(target);
  }

  /** What would be lost if the window closed now. */
  backup(): Backup {
    const { known } = this.sidecar;
    return { ...this.document.unsaved, ...(known !== undefined && { sidecar: known }) };
  }

  async #writeSidecar(): Promise<void> {
    const { toKeep } = this.document.kept;
    const { region, choices } = toKeep;
    const mask = await this.document.kept.encodeMask();
    const written = await this.sidecar.write({ mask, region, choices }, () =>
      this.services.askToReplace(this.sidecar.name),
    );
    if (!written) throw new vscode.CancellationError();
    this.document.kept.keptOnDisk(toKeep);
  }

  #writeResult(
    target: vscode.Uri,
    result: Result,
    ask: SaveServices['ask'] | undefined,
  ): Promise<vscode.Uri | undefined> {
    const { encode, settings } = this.services;
    const { quality, record } = settings(this.uri);
    return writeResult(target, this.uri, result, {
      encode: (...how) => encode(result, ...how),
      quality,
      place: record,
      ask,
    });
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
