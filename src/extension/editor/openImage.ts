/** A picture open in VS Code: the document proper, and what VS Code needs to know of it. */
import * as vscode from 'vscode';
import type { OnDisk } from '../document/kept.ts';
import type { PlainResult, ReportFormat } from '../document/workshop.ts';
import type { ImageDocument } from '../document/imageDocument.ts';
import { formatOf, outputUri, reveal, writeResult, type Encode } from '../save/saveResult.ts';
import { resultFormat } from '../../node/codecs/formats.ts';
import type { Result } from '../../shared/documentState.ts';
import type { Settings } from '../settings.ts';
import { withPatience } from '../patience.ts';
import type { Backup } from './backup.ts';
import type { MaskAlpha, MaskQuestion } from '../../node/maskMeaning.ts';
import { askForMask, askWhatIsMasked, askWhereToSaveMask, writeMask } from '../save/maskFiles.ts';
import { askWhereToSaveCompared, askWhereToSaveReport, writeReport } from '../save/comparisonFiles.ts';
import { fileStore, isWritable } from '../save/fileStore.ts';
import { readFile } from '../save/readFile.ts';
import { SidecarFile, type Whose } from '../save/sidecarFile.ts';
import { askForTruth } from '../save/truthFile.ts';
import { sameFile, writeWhole, type Answer } from '../save/write.ts';

export interface SaveServices {
  /** A picture's file, as a file of another format; with the record in it, if given. */
  readonly encode: (picture: Uint8Array, ...how: Parameters<Encode>) => ReturnType<Encode>;
  /** How results of this picture are written. */
  readonly settings: (picture: vscode.Uri) => Pick<Settings, 'output' | 'quality' | 'record'>;
  readonly ask: (existing: vscode.Uri) => Promise<Answer>;
  /** The sidecar was changed by somebody else, and there are unsaved changes here: whose are to stay. */
  readonly askAboutSidecar: (picture: string, sidecar: string) => Promise<Whose>;
  /** Whether a result that is in no file may go for good. */
  readonly askToDiscard: (picture: string) => Promise<boolean>;
  readonly saved: (source: vscode.Uri, file: vscode.Uri) => void;
}

export class OpenImage implements vscode.CustomDocument {
  readonly #subscriptions: vscode.Disposable[] = [];
  /** One look at the sidecar at a time: a question may be open. */
  #looking = false;
  readonly #disposed = new vscode.EventEmitter<void>();
  readonly onDidDispose = this.#disposed.event;
  /** Grows when the file changes on disk, so that pages load it anew. */
  version = 0;
  /** Number of a result -> the file that it was last saved as. */
  readonly #files = new Map<number, vscode.Uri>();
  /** A result is saved once, however often that is asked for meanwhile. */
  #saving: Promise<string | undefined> | undefined;
  /** Of the picture's file, as it was when pages were last told of it. */
  #stamp: Promise<string | undefined>;

  constructor(
    readonly uri: vscode.Uri,
    readonly document: ImageDocument,
    private readonly sidecar: SidecarFile,
    /** @throws an error for people when the sidecar cannot be read */
    readonly readDisk: () => Promise<OnDisk>,
    private readonly services: SaveServices,
  ) {
    this.#stamp = stampOf(uri);
    // The pattern is a glob, which a file name like "a[1].png" is not.
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*'),
    );
    const changed = (file: vscode.Uri): void => {
      if (file.toString() === sidecar.uri.toString()) return void this.lookAtSidecar();
      if (file.toString() === uri.toString()) void this.#lookAtPicture();
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

  /** The file that the result which is shown was last saved as. */
  get savedUri(): vscode.Uri | undefined {
    const { result } = this.document;
    return result && this.#files.get(result.run);
  }

  get name(): string {
    return this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1);
  }

  /** Tells of another picture; that one which was written just before it was opened is told of late is no change. */
  async #lookAtPicture(): Promise<void> {
    const [before, now] = [await this.#stamp, await stampOf(this.uri)];
    this.#stamp = Promise.resolve(now);
    if (now !== undefined && now === before) return;
    this.version += 1;
    this.document.sourceChanged();
  }

  /** Takes what somebody else wrote into the sidecar; asks first where something unsaved would be lost. */
  async lookAtSidecar(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      if (!(await this.sidecar.changedOutside())) return;
      const { document, services } = this;
      const unsaved = document.kept.changed;
      if (unsaved) {
        const whose = await services.askAboutSidecar(this.name, this.sidecar.name);
        if (whose === 'mine') await this.sidecar.overrule();
        if (whose !== 'theirs') return;
      }
      const onDisk = await this.readDisk();
      if (this.sidecar.known === undefined) return document.kept.gone();
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

  /**
   * VS Code's Save, by hand or by itself: the mask, the region and what is chosen go into the sidecar. Nobody is asked anything.
   * @throws CancellationError when the sidecar was changed by somebody else, which is asked about beside it
   */
  async save(): Promise<void> {
    const { kept } = this.document;
    // VS Code takes for saved what is changed until it hears of the end, so that is in the file by then.
    while (kept.changed) {
      const { toKeep } = kept;
      const { region, choices } = toKeep;
      const [mask, otherMasks] = await Promise.all([kept.encodeMask(), kept.encodeOtherMasks()]);
      if (!(await this.sidecar.write({ mask, otherMasks, region, choices }))) {
        void this.lookAtSidecar();
        throw new vscode.CancellationError();
      }
      kept.keptOnDisk(toKeep);
    }
  }

  /**
   * VS Code's Save As: what was made of the picture goes to `target`, and the mask along with it. What is not saved of this picture
   * is saved as well, since VS Code goes on with the other one.
   */
  async saveAs(target: vscode.Uri): Promise<void> {
    await this.save();
    if (isSame(target, this.uri)) return;
    const { result } = this.document;
    // A file dialog has asked already.
    if (result) await this.#write(target, result, true);
    else await this.#copyTo(target);
    await this.#copySidecarTo(target);
    // A large result takes its time, in which more may have been painted.
    await this.save();
  }

  /**
   * Writes the file of the result that is shown, where the setting says, and saves the document, too.
   * @returns the file's name; nothing when the person gave up
   */
  saveResult(): Promise<string | undefined> {
    return this.#saveResult(async (result) =>
      this.#write(await outputUri(this.services.settings(this.uri).output, this.uri, result), result, false),
    );
  }

  /** Saves the document, and writes the file of the result that is shown unless it is in one. */
  async saveNew(): Promise<void> {
    const { result } = this.document;
    if (result && result.savedAs === undefined) await this.saveResult();
    else await this.saveDocument();
  }

  /** The same where the person says. */
  saveResultAs(): Promise<string | undefined> {
    return this.#saveResult(async (result) => {
      const wanted = await outputUri(this.services.settings(this.uri).output, this.uri, result);
      const target = await vscode.window.showSaveDialog({
        ...(isWritable(wanted) && { defaultUri: wanted }),
        filters: {
          [vscode.l10n.t('PNG picture')]: ['png'],
          [vscode.l10n.t('JPEG picture')]: ['jpg', 'jpeg'],
          [vscode.l10n.t('WebP picture')]: ['webp'],
        },
      });
      return target && this.#write(target, result, true);
    });
  }

  #saveResult(write: (result: Result) => Promise<vscode.Uri | undefined>): Promise<string | undefined> {
    return (this.#saving ??= (async () => {
      try {
        await this.saveDocument();
        const { result } = this.document;
        if (!result) throw new Error(vscode.l10n.t('There is no result to save yet: start a run first.'));
        const file = await write(result);
        return file && nameOf(file);
      } catch (error) {
        // The person gave it up while the file was made.
        if (error instanceof vscode.CancellationError) return undefined;
        throw error;
      } finally {
        this.#saving = undefined;
      }
    })());
  }

  /** Lets VS Code save the document, so that its editor is no longer marked as changed. */
  async saveDocument(): Promise<void> {
    try {
      await vscode.workspace.save(this.uri);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'Canceled')) throw error;
    }
  }

  /** Forgets the result that is shown, if that is what the person wants. */
  async discardResult(run: number): Promise<void> {
    const { result, results } = this.document;
    if (result?.run !== run) return;
    if (result.savedAs === undefined && !(await this.services.askToDiscard(this.name))) return;
    await results.discard(run);
  }

  /** Takes a picture file as the mask. Nothing happens when the person gives up. */
  async loadMask(): Promise<void> {
    const file = await askForMask(this.uri);
    if (file) {
      const ask = (question: MaskQuestion): Promise<MaskAlpha | undefined> => askWhatIsMasked(nameOf(file), question);
      await this.document.kept.loadMask(await readFile(file), nameOf(file), ask);
    }
  }

  /** Takes a picture file as the original that results are compared with. Nothing happens when the person gives up. */
  async chooseTruth(): Promise<void> {
    const file = await askForTruth(this.uri);
    if (!file) return;
    const read = (): Promise<Uint8Array> => readFile(file);
    await this.document.chooseTruth({ name: nameOf(file), read });
  }

  /** Writes the mask as a picture of its own. @returns the file's name */
  async saveMask(): Promise<string | undefined> {
    const png = await withPatience(vscode.l10n.t('Saving the mask'), (signal) => this.document.kept.encodeMask(signal));
    if (!png) throw new Error(vscode.l10n.t('There is no mask to save yet: nothing is painted.'));
    const target = await askWhereToSaveMask(this.uri);
    if (!target) return undefined;
    await writeMask(target, this.uri, png);
    return nameOf(target);
  }

  /** Writes the picture of one method of a comparison where the person says. @returns the file's name */
  async saveCompared(comparison: number, method: string): Promise<string | undefined> {
    const { comparer } = this.document;
    const made = this.#comparison(comparison) && comparer.made(method);
    if (!made) throw new Error(vscode.l10n.t('There is no such picture any more.'));
    const target = await askWhereToSaveCompared(this.uri, comparer.state!.task, method);
    if (!target) return undefined;
    const file = await this.#write(target, made, true);
    if (!file) return undefined;
    comparer.savedAs(method, nameOf(file));
    return nameOf(file);
  }

  /** Writes the sheet or the page of a comparison where the person says. @returns the file's name */
  async saveComparison(comparison: number, format: ReportFormat): Promise<string | undefined> {
    if (!this.#comparison(comparison)) throw new Error(vscode.l10n.t('There is no such comparison any more.'));
    const { task } = this.document.comparer.state!;
    const report = await this.document.comparer.report(this.name);
    const target = await askWhereToSaveReport(this.uri, task, format);
    if (!target) return undefined;
    const title = vscode.l10n.t('Saving the comparison');
    const bytes = await withPatience(title, (signal) => this.document.report(format, report, signal));
    await writeReport(target, bytes);
    await reveal(target);
    return nameOf(target);
  }

  #comparison(id: number): boolean {
    return this.document.comparer.state?.id === id;
  }

  /** What would be lost of the document if the window closed now. */
  async backup(): Promise<Backup> {
    const { known } = this.sidecar;
    return { ...(await this.document.kept.unsaved()), ...(known !== undefined && { sidecar: known }) };
  }

  /** @param asked a file dialog has asked whether to replace the file */
  async #write(target: vscode.Uri, result: Result | PlainResult, asked: boolean): Promise<vscode.Uri | undefined> {
    const { ask, encode, settings, saved } = this.services;
    const { quality, record } = settings(this.uri);
    // What no run has made has no record.
    const run = 'run' in result ? result : undefined;
    const file = await writeResult(target, this.uri, run?.record, {
      encode: (...how) => encode(result.png, ...how),
      quality,
      place: record,
      ask,
      asked,
    });
    if (!file) return undefined;
    if (run) {
      this.#files.set(run.run, file);
      await this.document.saved(run.run, nameOf(file));
    }
    saved(this.uri, file);
    await reveal(file);
    return file;
  }

  /** The picture itself under another name, and in another format where that asks for one. */
  async #copyTo(target: vscode.Uri): Promise<void> {
    const format = formatOf(target);
    const bytes = await readFile(this.uri);
    const { quality } = this.services.settings(this.uri);
    const same = resultFormat(this.uri.path) === format;
    const copy = same ? bytes : await this.services.encode(bytes, format, quality, undefined);
    await writeWhole(fileStore(target), target.path, copy);
  }

  /** What belongs to this picture fits one of the same size, too. A sidecar that is there already is left alone. */
  async #copySidecarTo(target: vscode.Uri): Promise<void> {
    const { kept, result } = this.document;
    const size = await this.document.inspect();
    if (result && (result.width !== size.width || result.height !== size.height)) return;
    const sidecar = new SidecarFile(target);
    if ((await sidecar.changedOutside()) || !kept.any) return;
    const { region, choices } = kept.toKeep;
    await sidecar.write({ mask: await kept.encodeMask(), region, choices });
  }

  /** The last editor is closed. A run that goes outlives it: see `Outliving`. */
  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#disposed.fire();
    this.#disposed.dispose();
  }
}

/** Another one for every version of a file; nothing where that cannot be told. */
async function stampOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    return mtime > 0 ? `${mtime} ${size}` : undefined;
  } catch {
    return undefined;
  }
}

const isSame = (a: vscode.Uri, b: vscode.Uri): boolean => a.scheme === b.scheme && sameFile(a.path, b.path);

const nameOf = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);
