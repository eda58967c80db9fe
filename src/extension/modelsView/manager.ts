/** The window's models: its store, what the catalogues offer, and what is being done to which model. */
import * as vscode from 'vscode';
import type { Boundary, CatalogEntry } from '../../node/store/catalog.ts';
import { allBoundaries, allEntries } from '../../node/store/catalogs.ts';
import type { Converter } from '../../node/store/convert.ts';
import { diskUse, type DiskUse } from '../../node/store/diskUse.ts';
import { inventory, type ModelRow } from '../../node/store/inventory.ts';
import type { StoredPackage } from '../../node/store/package.ts';
import { ModelStore, type StoreEvent } from '../../node/store/store.ts';
import { readStoreSettings } from './storeSettings.ts';

/** Least time between two progress events, in milliseconds: a person reads them. */
const PROGRESS_MS = 250;

export interface Activity {
  readonly id: string;
  readonly title: string;
  readonly controller: AbortController;
  event: StoreEvent | undefined;
}

export interface ManagerServices {
  readonly log: vscode.LogOutputChannel;
  /** Folder of the models that come with the extension. */
  readonly embedded: string;
  /** Where models are kept unless a setting says otherwise. */
  readonly storage: string;
  readonly convert: Converter;
}

export class ModelManager implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #progressed = new vscode.EventEmitter<Activity>();
  readonly #activities = new Map<string, Activity>();
  readonly #told = new Set<string>();
  #store: ModelStore | undefined;
  #watcher: vscode.FileSystemWatcher | undefined;
  #entries: Promise<CatalogEntry[]> | undefined;
  /** Models are there, or gone. */
  readonly onDidChange = this.#changed.event;
  readonly onDidProgress = this.#progressed.event;

  constructor(private readonly services: ManagerServices) {}

  get activities(): Activity[] {
    return [...this.#activities.values()];
  }

  activity(id: string): Activity | undefined {
    return this.#activities.get(id);
  }

  cancel(id: string): void {
    this.activity(id)?.controller.abort(new vscode.CancellationError());
  }

  /** The store in the folder that is set now. */
  get store(): ModelStore {
    const root = readStoreSettings().folder ?? this.services.storage;
    if (this.#store?.layout.root === root) return this.#store;
    const { embedded, convert } = this.services;
    this.#store = new ModelStore(root, embedded, convert, { patience: { progressMs: PROGRESS_MS } });
    this.#watch(root);
    return this.#store;
  }

  /** What is installed, broken and available. */
  async rows(): Promise<ModelRow[]> {
    this.#entries ??= allEntries(readStoreSettings().catalogs, (problem) => this.#complain(problem));
    return inventory(this.store, await this.#entries);
  }

  /** The boundaries of all catalogues. */
  boundaries(): Promise<Boundary[]> {
    return allBoundaries(readStoreSettings().catalogs, (problem) => this.#complain(problem));
  }

  /** Bytes that the store takes. */
  diskUse(): Promise<DiskUse> {
    return diskUse(this.store.layout);
  }

  /** Looks at the folder and the catalogues anew. */
  refresh(): void {
    this.#entries = undefined;
    this.#told.clear();
    this.#changed.fire();
  }

  download(entry: CatalogEntry): Promise<StoredPackage | undefined> {
    const { keepCheckpoints: keepCheckpoint, halfPrecision: half, sampleModels: sample } = readStoreSettings();
    const title = vscode.l10n.t('Downloading {0}', entry.title);
    return this.#perform(entry.id, title, (caller) =>
      this.store.download(entry, { keepCheckpoint, half, sample, ...caller }),
    );
  }

  /** @param range output values that mean black and white, where a person has said them */
  import(file: string, range?: readonly [number, number]): Promise<StoredPackage | undefined> {
    const { halfPrecision: half, sampleModels: sample } = readStoreSettings();
    const title = vscode.l10n.t('Importing {0}', file.replace(/^.*[\\/]/, ''));
    return this.#perform(file, title, (caller) =>
      this.store.import(file, { half, sample, ...(range && { range }), ...caller }),
    );
  }

  /** @returns what is wrong, in a sentence; undefined when nothing is, or when it was cancelled */
  async verify(id: string): Promise<{ readonly problem: string | undefined } | undefined> {
    const title = vscode.l10n.t('Verifying {0}', id);
    return this.#perform(id, title, async ({ signal, onEvent }) => {
      const progress = (fraction: number): void => onEvent({ kind: 'checking', fraction });
      return { problem: await this.store.verify(id, progress, signal) };
    });
  }

  async remove(id: string, entry: CatalogEntry | undefined): Promise<void> {
    await this.store.remove(id, entry);
    this.services.log.info(`Model ${id}: removed.`);
    this.#changed.fire();
  }

  dispose(): void {
    for (const { controller } of this.activities) controller.abort(new vscode.CancellationError());
    this.#watcher?.dispose();
    this.#changed.dispose();
    this.#progressed.dispose();
  }

  /** Does something lengthy to a model. @returns undefined when it was cancelled. @throws whatever it fails with */
  async #perform<T>(
    id: string,
    title: string,
    work: (caller: { signal: AbortSignal; onEvent: (event: StoreEvent) => void }) => Promise<T>,
  ): Promise<T | undefined> {
    const controller = new AbortController();
    const activity: Activity = { id, title, controller, event: undefined };
    const { log } = this.services;
    log.info(`${title}.`);
    this.#activities.set(id, activity);
    this.#progressed.fire(activity);
    try {
      const onEvent = (event: StoreEvent): void => {
        activity.event = event;
        if (event.kind === 'retry') log.warn(`${title}: ${event.problem}; again in ${event.delayMs} ms.`);
        this.#progressed.fire(activity);
      };
      return await work({ signal: controller.signal, onEvent });
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      log.error(`${title}: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    } finally {
      this.#activities.delete(id);
      this.#progressed.fire(activity);
      this.#changed.fire();
    }
  }

  /** Other windows, and the command line, change the same folder. */
  #watch(root: string): void {
    this.#watcher?.dispose();
    const pattern = new vscode.RelativePattern(vscode.Uri.file(root), 'v1/{models,networks}/*');
    this.#watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
    const changed = (): void => this.#changed.fire();
    this.#watcher.onDidCreate(changed);
    this.#watcher.onDidDelete(changed);
  }

  /** Tells of a catalogue that cannot be used, once. */
  #complain(problem: string): void {
    if (this.#told.has(problem)) return;
    this.#told.add(problem);
    this.services.log.warn(problem);
    void vscode.window.showWarningMessage(problem);
  }
}
