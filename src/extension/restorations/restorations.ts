/** The pictures that are restored together in a window: the run service, what is kept for the next window, and when they give way. */
import * as vscode from 'vscode';
import { RunService, type Host } from '../../node/batch/service.ts';
import { parseKept, toKeep, type Picture, type Restoration } from './picture.ts';

const KEY = 'ganPrior.restorations';
/** Changes are kept so often at most, in milliseconds: there may be thousands of pictures. */
const KEEP_MS = 500;
/** A window that is back within this time was loaded again: its restorations go on by themselves. In milliseconds. */
const RELOAD_MS = 60_000;
/** What another process makes is looked at so often, in milliseconds. */
const LOOK_MS = 5000;

export class Restorations implements vscode.Disposable {
  readonly #service: RunService<Picture>;
  readonly #changed = new vscode.EventEmitter<Restoration | undefined>();
  /** Told of one, or of all of them. */
  readonly onDidChange = this.#changed.event;
  /** A person let them wait; a run in an editor came first. */
  readonly #reasons = new Set<'person' | 'editor'>();
  #keeping: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  /** When those that were made began, and how long they took together. */
  readonly #began = new Map<Restoration, number>();
  #spent = { milliseconds: 0, pictures: 0 };

  constructor(
    host: Omit<Host<Picture>, 'changed'>,
    private readonly storage: vscode.Memento,
    private readonly now: () => number = Date.now,
  ) {
    this.#service = new RunService<Picture>({ ...host, changed: (job) => this.#happened(job) });
  }

  get all(): readonly Restoration[] {
    return this.#service.jobs;
  }

  get active(): boolean {
    return this.#service.active;
  }

  /** Whether a person has to say that it goes on. */
  get paused(): boolean {
    return this.#reasons.has('person') || this.#service.halted !== undefined;
  }

  get waitsForEditor(): boolean {
    return this.#reasons.has('editor');
  }

  /** Why none is begun, such as a full disk. */
  get halted(): string | undefined {
    return this.#service.halted?.reason;
  }

  /** What is left, in milliseconds, as far as those that were made tell. */
  get etaMs(): number | undefined {
    const { milliseconds, pictures } = this.#spent;
    const left = this.all.filter(({ status }) => status === 'waiting').length;
    const going = this.all.filter(({ status }) => status === 'running');
    if (left > 0 && pictures === 0) return undefined;
    return going.reduce((sum, { etaMs = 0 }) => sum + etaMs, left > 0 ? (left * milliseconds) / pictures : 0);
  }

  add(pictures: readonly Picture[]): void {
    // Who asks for one again wants it made if it is not there: what is known of it says nothing of that.
    const asked = new Map(pictures.map((picture) => [keyOf(picture), picture]));
    const known = this.all.filter(({ item }) => asked.has(keyOf(item)));
    const goes = known.filter(({ status }) => status === 'waiting' || status === 'running');
    this.#service.remove(known.filter((job) => !goes.includes(job)));
    for (const { item } of goes) asked.delete(keyOf(item));
    this.#service.add([...asked.values()]);
  }

  pause(): void {
    this.#reasons.add('person');
    this.#service.pause();
  }

  resume(): void {
    this.#reasons.delete('person');
    this.#goOn();
  }

  /** A run in an editor, which somebody looks at, comes first. */
  giveWay(going: boolean): void {
    if (going === this.waitsForEditor) return;
    if (going) this.#reasons.add('editor');
    else this.#reasons.delete('editor');
    if (going) this.#service.pause();
    else this.#goOn();
  }

  #goOn(): void {
    if (this.#reasons.size === 0) this.#service.resume();
    else this.#changed.fire(undefined);
  }

  retry(jobs: readonly Restoration[]): void {
    this.#service.retry(jobs);
  }

  remove(jobs: readonly Restoration[]): void {
    this.#service.remove(jobs);
  }

  /** Takes up what an earlier window left. @returns how many wait for a person to say that they go on */
  restore(): number {
    const kept = parseKept(this.storage.get(KEY));
    if (!kept || kept.jobs.length === 0) return 0;
    const left = kept.jobs.filter(({ status }) => status === 'waiting').length;
    const reloaded = this.now() - kept.at < RELOAD_MS;
    if (left > 0 && (kept.paused || !reloaded)) this.pause();
    this.#service.remember(kept.jobs);
    return kept.paused || reloaded ? 0 : left;
  }

  dispose(): void {
    clearTimeout(this.#looking);
    this.#service.stop();
    this.#keep();
    this.#changed.dispose();
  }

  #happened(job: Restoration | undefined): void {
    if (job) this.#time(job);
    if (job?.status === 'elsewhere') this.#lookLater();
    this.#changed.fire(job);
    // What is being made says so ten times a second.
    if (job?.status !== 'running') this.#keeping ??= setTimeout(() => this.#keep(), KEEP_MS);
  }

  #time(job: Restoration): void {
    if (job.status === 'running') {
      if (!this.#began.has(job)) this.#began.set(job, this.now());
      return;
    }
    const began = this.#began.get(job);
    if (began === undefined) return;
    this.#began.delete(job);
    if (job.status !== 'done') return;
    this.#spent.milliseconds += this.now() - began;
    this.#spent.pictures += 1;
  }

  #lookLater(): void {
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      this.#service.retry(this.all.filter(({ status }) => status === 'elsewhere'));
    }, LOOK_MS);
  }

  #keep(): void {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    void this.storage.update(KEY, toKeep(this.all, this.#reasons.has('person'), this.now()));
  }
}

const keyOf = ({ task, name }: Picture): string => `${task} ${name}`;
