/**
 * The models a person has: downloading, importing, checking and removing them, safe against other processes that do the
 * same in the same folder. Whoever changes a model holds its lock; a package appears and disappears in one step.
 */
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { ModelFormatError } from '../../engine/errors.ts';
import { describe } from '../../importers/package.ts';
import { makeFolder } from '../files.ts';
import { listModels } from '../models.ts';
import { checkpointName, ID, type CatalogEntry, type ModelKind } from './catalog.ts';
import { hashFile } from './check.ts';
import type { Conversion, Converter, Converting } from './convert.ts';
import { download, type DownloadEvent, type DownloadOptions } from './download.ts';
import { StoreError } from './errors.ts';
import { StoreLayout } from './layout.ts';
import { withLock, type LockOptions } from './lock.ts';
import type { Marker } from './marker.ts';
import { readPin, writePin } from './pins.ts';
import { glance, inspect, readPackage, type StoredPackage } from './package.ts';
import { SharedWork, type Caller } from './shared.ts';
import { markUse, usesOf } from './usage.ts';

export type StoreEvent =
  | DownloadEvent
  /** Another process is at the same model. */
  | { readonly kind: 'waiting'; readonly purpose: string }
  | { readonly kind: Converting; readonly fraction: number };

export interface Storing extends Caller<StoreEvent> {
  /** Stores weights as half floats. */
  readonly half?: boolean;
  /** Draws pictures with a generator, so that it can tell which ones it knows (default true). */
  readonly sample?: boolean;
}

export interface Downloading extends Storing {
  /** Keeps the checkpoint after its conversion. */
  readonly keepCheckpoint?: boolean;
}

export interface Importing extends Storing {
  readonly id?: string;
  readonly name?: string;
  /** Values that mean black and white. */
  readonly range?: readonly [number, number];
  /** Replaces a model of the same id. */
  readonly replace?: boolean;
}

/** For tests and for hosts with other needs. */
export interface StoreOptions extends Pick<LockOptions, 'freshness' | 'pollMs'> {
  readonly patience?: DownloadOptions['patience'];
  readonly freeSpace?: DownloadOptions['freeSpace'];
}

/** One of each folder that packages lie in: feed-forward networks lie with the generators. */
const KINDS: readonly ModelKind[] = ['generator', 'perceptual', 'detector'];

export class ModelStore {
  readonly layout: StoreLayout;
  readonly #work = new SharedWork<StoredPackage, StoreEvent>();

  /** @param embedded folder of the models that come with this installation, which are nobody's to change */
  constructor(
    root: string,
    private readonly embedded: string,
    private readonly converter: Converter,
    private readonly options: StoreOptions = {},
  ) {
    this.layout = new StoreLayout(root);
  }

  /** Folders of models' packages. */
  get roots(): string[] {
    return [this.embedded, this.layout.models];
  }

  /** Ids that are being downloaded or imported by this process. */
  get busy(): string[] {
    return this.#work.keys;
  }

  /** The package of this id, whichever kind it is. @throws FileError when its manifest is not sound */
  async find(id: string): Promise<StoredPackage | undefined> {
    for (const kind of KINDS) {
      const folder = this.layout.package(kind, id);
      if (ID.test(id) && (await exists(folder))) return readPackage(kind, folder);
    }
    return undefined;
  }

  /**
   * Downloads and converts a model; callers that ask for the same one share the work, and one that is there already is
   * left as it is.
   * @throws DownloadError, ModelFormatError, FileError; the signal's reason when it is cancelled
   */
  download(entry: CatalogEntry, options: Downloading = {}): Promise<StoredPackage> {
    return this.#join(entry.id, 'downloading', options, async (signal, onEvent) => {
      const existing = await this.find(entry.id).catch(() => undefined);
      if (existing && (await glance(existing)) === undefined) return existing;
      const checkpoint = join(this.layout.downloads, checkpointName(entry));
      const sha256 = await this.#fetch(entry, checkpoint, signal, onEvent);
      const { id, kind, title: name, domain, licence, url, presets, alignment } = entry;
      const source = entry.sha256 === undefined ? `${url} (SHA-256 of the first download: ${sha256})` : url;
      const said = { name, domain, licence, source, presets, ...(alignment && { alignment }) };
      const conversion = { checkpoint, id, ...said, ...howOf(options) };
      try {
        const stored = await this.#convert(conversion, kind, signal, onEvent);
        // Not before: what a broken server sent instead is nothing to compare with.
        if (entry.sha256 === undefined) await writePin(this.layout.pin(id), url, sha256);
        if (!options.keepCheckpoint) await rm(checkpoint, { force: true });
        return stored;
      } catch (error) {
        // What cannot be read now cannot be read later; after anything else the file saves a download.
        if (error instanceof ModelFormatError) await rm(checkpoint, { force: true });
        throw error;
      }
    });
  }

  /**
   * Converts a checkpoint of one's own.
   * @throws StoreError when there is a model of this id; ModelFormatError, FileError
   */
  async import(file: string, options: Importing = {}): Promise<StoredPackage> {
    const { id } = describe({ fileName: file, ...(options.id !== undefined && { id: options.id }) });
    if (!ID.test(id)) {
      throw new StoreError(
        `"${id}" is no id: it is made of a-z, 0-9, "-", "_" and ".", and begins with one of the first.`,
      );
    }
    return this.#join(id, 'importing', options, async (signal, onEvent) => {
      if (await this.#isEmbedded(id))
        throw new StoreError(`${id} is the id of a model that comes along. Choose another one.`);
      const taken = KINDS.map((kind) => this.layout.package(kind, id));
      if (!options.replace && (await Promise.all(taken.map(exists))).includes(true)) {
        throw new StoreError(`There is a model ${id} already. Remove it first, or choose another id.`);
      }
      if (options.replace) await this.#refuseWhileUsed(id);
      const { name, range } = options;
      const said = { ...(name !== undefined && { name }), ...(range && { range: [...range] as [number, number] }) };
      return this.#convert({ checkpoint: file, id, ...said, ...howOf(options) }, undefined, signal, onEvent);
    });
  }

  /** Reads every file of a model. @returns what is wrong, in a sentence; undefined when nothing is */
  async verify(id: string, progress?: (fraction: number) => void, signal?: AbortSignal): Promise<string | undefined> {
    let stored: StoredPackage | undefined;
    try {
      stored = (await this.find(id)) ?? (await this.#embeddedPackage(id));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    if (!stored) throw new StoreError(`There is no model ${id} here.`);
    return inspect(stored, progress, signal);
  }

  /**
   * Removes a model, and whatever of its download is left.
   * @param entry its entry in a catalogue, if it has one
   * @throws StoreError while it is in use or being changed, when it comes along, or when there is nothing
   */
  async remove(id: string, entry?: CatalogEntry): Promise<void> {
    if (await this.#isEmbedded(id)) throw new StoreError(`${id} comes with the installation and stays.`);
    if (!ID.test(id)) throw new StoreError(`There is no model ${id} here.`);
    const refuse = (holder: Marker | undefined): Error =>
      new StoreError(`${id} cannot be removed now: ${by(holder)} is ${holder?.purpose ?? 'changing'} it.`);
    await withLock(this.layout.lock(id), { ...this.options, purpose: 'removing', refuse }, async () => {
      const folders = KINDS.map((kind) => this.layout.package(kind, id));
      const leftovers = entry ? this.#leftovers(entry) : [];
      const there = (await Promise.all([...folders, ...leftovers].map(exists))).includes(true);
      if (!there) throw new StoreError(`There is no model ${id} here.`);
      await this.#refuseWhileUsed(id);
      for (const folder of folders) await this.#withdraw(id, folder);
      for (const file of leftovers) await rm(file, { force: true });
    });
  }

  /**
   * Says that a model is in use, for as long as the process lives or until the returned function is called.
   * Folders outside the store need no such care.
   */
  async use(folder: string, purpose: string): Promise<() => Promise<void>> {
    const id = basename(folder);
    const inside = [this.layout.models, this.layout.networks].some((root) => relative(root, folder) === id);
    return inside ? markUse(this.layout.use(id), purpose, this.options.freshness) : () => Promise.resolve();
  }

  /** The kept checkpoint and the unfinished download of an entry. */
  #leftovers(entry: CatalogEntry): string[] {
    const checkpoint = join(this.layout.downloads, checkpointName(entry));
    return [checkpoint, `${checkpoint}.part`, `${checkpoint}.part.json`];
  }

  #join(
    id: string,
    purpose: string,
    caller: Storing,
    work: (signal: AbortSignal, onEvent: (event: StoreEvent) => void) => Promise<StoredPackage>,
  ): Promise<StoredPackage> {
    return this.#work.join(id, caller, (signal, onEvent) => {
      const waiting = (holder: Marker | undefined): void =>
        onEvent({ kind: 'waiting', purpose: holder?.purpose ?? 'changing' });
      const lock = { ...this.options, purpose, signal, waiting };
      return withLock(this.layout.lock(id), lock, () => work(signal, onEvent));
    });
  }

  /** The hash that the entry's file has to have, as its catalogue says or as it first came; undefined before that. */
  hashOf = async ({ id, url, sha256 }: CatalogEntry): Promise<string | undefined> =>
    sha256 ?? readPin(this.layout.pin(id), url);

  /** Makes sure that the entry's checkpoint is here. @returns its hash */
  async #fetch(
    entry: CatalogEntry,
    checkpoint: string,
    signal: AbortSignal,
    onEvent: (event: StoreEvent) => void,
  ): Promise<string> {
    const { url, bytes, approximate } = entry;
    const wanted = await this.hashOf(entry);
    if (await exists(checkpoint)) {
      const hash = await hashFile(checkpoint, undefined, signal);
      if (hash.startsWith(wanted ?? '')) return hash;
      await rm(checkpoint);
    }
    const { patience, freeSpace } = this.options;
    const { sha256 } = await download(
      {
        url,
        file: checkpoint,
        quarantine: this.layout.quarantine,
        ...(wanted !== undefined && { sha256: wanted }),
        ...(entry.sha256 === undefined && { pin: this.layout.pin(entry.id) }),
        ...(approximate ? { limit: 4 * bytes } : { bytes }),
        // A generator's package is at most as large as its checkpoint; of a perceptual network little is kept.
        spareBytes: entry.kind === 'generator' ? bytes : 0,
      },
      { signal, onEvent, patience, freeSpace },
    );
    return sha256;
  }

  /** Converts into a folder aside, then gives it its name. */
  async #convert(
    conversion: Omit<Conversion, 'folder'>,
    expected: ModelKind | undefined,
    signal: AbortSignal,
    onEvent: (event: StoreEvent) => void,
  ): Promise<StoredPackage> {
    const { id, checkpoint } = conversion;
    await this.#sweep(id);
    const folder = join(this.layout.staging, `${id}.${randomUUID()}`);
    try {
      onEvent({ kind: 'converting', fraction: 0 });
      const progress = (fraction: number, kind: Converting): void => onEvent({ kind, fraction });
      const { kind } = await this.converter({ ...conversion, folder }, progress, signal);
      signal.throwIfAborted();
      if (expected && kind !== expected) {
        throw new ModelFormatError(`${checkpoint} is a ${kind} network, but its catalogue says ${expected}.`);
      }
      const target = this.layout.package(kind, id);
      for (const other of KINDS) await this.#withdraw(id, this.layout.package(other, id));
      await makeFolder(dirname(target));
      await rename(folder, target);
      return await readPackage(kind, target);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Takes a package away in one step, then deletes it. */
  async #withdraw(id: string, folder: string): Promise<void> {
    if (!(await exists(folder))) return;
    const aside = join(this.layout.staging, `${id}.${randomUUID()}`);
    await makeFolder(this.layout.staging);
    await rename(folder, aside);
    // Somebody may have begun to use it since it was asked.
    await this.#refuseWhileUsed(id).catch(async (error: unknown) => {
      await rename(aside, folder);
      throw error;
    });
    await rm(aside, { recursive: true, force: true });
  }

  /** Deletes what an earlier conversion that was killed left; the caller holds the lock. */
  async #sweep(id: string): Promise<void> {
    const names = await readdir(this.layout.staging).catch(() => []);
    const left = names.filter((name) => name.slice(0, name.lastIndexOf('.')) === id);
    await Promise.all(left.map((name) => rm(join(this.layout.staging, name), { recursive: true, force: true })));
  }

  async #refuseWhileUsed(id: string): Promise<void> {
    const [use] = await usesOf(this.layout.use(id), this.options.freshness);
    if (!use) return;
    const doing = `${by(use.marker)} is ${use.marker?.purpose ?? 'reading it'}`;
    throw new StoreError(`${id} is in use: ${doing}. Wait for it, or stop it.`);
  }

  async #isEmbedded(id: string): Promise<boolean> {
    return (await this.#embeddedPackage(id)) !== undefined;
  }

  async #embeddedPackage(id: string): Promise<StoredPackage | undefined> {
    const models = await listModels([this.embedded]);
    const found = models.find((model) => 'manifest' in model && model.manifest.id === id);
    return found && readPackage('generator', found.folder);
  }
}

const howOf = ({ half = false, sample = true }: Storing) => ({ half, sample });

const by = (marker: Marker | undefined): string =>
  marker?.pid === process.pid ? 'this window' : `process ${marker?.pid ?? 'of somebody else'}`;

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
