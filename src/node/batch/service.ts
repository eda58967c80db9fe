/**
 * Runs of many pictures, wherever they were asked for: a queue with priorities, of which some are made at a time. What is done is
 * skipped, what fails is named and the others go on, what another process makes is left to it. Whoever asks again, after whatever
 * ended it, goes on where it was. It holds names alone: pictures are in memory while they are made.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { RunAction } from '../../shared/run/control.ts';
import { sha256 } from '../sha256.ts';
import { Lease } from './lease.ts';
import type { BatchReport, Facts, Row } from './report.ts';

/** A picture that is to be made. */
export interface Item {
  /** Its file, which also names it in messages. */
  readonly name: string;
  readonly task: string;
}

/** elsewhere: another process makes it. */
export type Status = 'waiting' | 'running' | 'done' | 'failed' | 'elsewhere';

/** A picture and what became of it so far. */
export interface Job<T extends Item = Item> {
  readonly item: T;
  /** Those of a higher one come first; of one, who was asked for first. */
  readonly priority: number;
  readonly status: Status;
  /** Where its result goes; known from its turn on. */
  readonly output?: string | undefined;
  /** Its result was there before. */
  readonly found?: boolean;
  /** What is known of its result, where it was made here. */
  readonly facts?: Facts;
  /** Why it failed: a sentence. */
  readonly error?: string | undefined;
  /** Of its run, from 0 to 1, and what is left of that in milliseconds. */
  readonly fraction: number;
  readonly etaMs?: number | undefined;
}

/** What is asked of a run on its way. */
export type Order = RunAction;

/** How one is made. */
export interface Making {
  /** From now on `follow` is told what is asked of the run, and at once what was asked before. */
  obey(follow: (order: Order) => void): void;
  tell(fraction: number, etaMs?: number): void;
}

export interface Host<T extends Item> {
  /** Where the result goes; asked when its turn has come. */
  place(item: T): string | Promise<string>;
  /** Makes it and writes it. @returns nothing where it was stopped and there is no result: it waits again */
  make(item: T, output: string, making: Making): Promise<Facts | undefined>;
  /** An error as a sentence that names the file. */
  sentence(error: unknown, item: T): string;
  /** Told whatever happens to a job, and with nothing what happens to the queue. */
  changed(job: Job<T> | undefined): void;
}

export interface ServiceOptions {
  /** How many are made at one time: 1 where nothing is said. */
  readonly atOnce?: number;
  /** Make what is there already again. */
  readonly force?: boolean;
  readonly report?: BatchReport | undefined;
}

export interface Halt {
  readonly name: string;
  readonly reason: string;
}

type Entry<T extends Item> = { -readonly [K in keyof Job<T>]: Job<T>[K] };

export class RunService<T extends Item> {
  readonly #jobs: Entry<T>[] = [];
  /** What is to be begun, the next one last. */
  readonly #waiting: Entry<T>[] = [];
  readonly #running = new Map<Entry<T>, Orders>();
  /** Looked at once; their makers may die meanwhile. */
  #elsewhere: Entry<T>[] = [];
  #paused = false;
  #stopped = false;
  #halted: Halt | undefined;
  #idle: (() => void)[] = [];

  constructor(
    private readonly host: Host<T>,
    private readonly options: ServiceOptions = {},
  ) {}

  get jobs(): readonly Job<T>[] {
    return this.#jobs;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Why no further one is begun, such as a full disk, and which one met it: that one waits again. */
  get halted(): Halt | undefined {
    return this.#halted;
  }

  /** Whether something is made, or about to be. */
  get active(): boolean {
    return this.#running.size > 0 || (this.#mayBegin && this.#waiting.length > 0);
  }

  add(items: readonly T[], priority = 0): readonly Job<T>[] {
    const added = items.map((item): Entry<T> => ({ item, priority, status: 'waiting', fraction: 0 }));
    this.#jobs.push(...added);
    this.#queue(added);
    return added;
  }

  /** Takes up what is known from before: what waits is queued, everything else is as it was. */
  remember(jobs: readonly Pick<Job<T>, 'item' | 'status' | 'output' | 'error'>[]): void {
    const known = jobs.map((job): Entry<T> => ({ ...job, priority: 0, fraction: job.status === 'done' ? 1 : 0 }));
    this.#jobs.push(...known);
    this.#queue(known.filter(({ status }) => status === 'waiting'));
  }

  /** Those that are being made wait between two steps, and no further one is begun. */
  pause(): void {
    this.#paused = true;
    for (const orders of this.#running.values()) orders.give('pause');
    this.host.changed(undefined);
  }

  /** Goes on after a pause, a stop, or what halted it. */
  resume(): void {
    this.#paused = this.#stopped = false;
    this.#halted = undefined;
    for (const orders of this.#running.values()) orders.give('resume');
    this.host.changed(undefined);
    this.#pump();
  }

  /** Those that are being made end with what there is, and no further one is begun. */
  stop(): void {
    this.#stopped = true;
    for (const orders of this.#running.values()) orders.give('stop');
    this.host.changed(undefined);
  }

  /** Tries again what failed, or was left to another process. */
  retry(jobs: readonly Job<T>[]): void {
    const chosen = new Set(jobs);
    const again = this.#jobs.filter((job) => chosen.has(job) && ['failed', 'elsewhere'].includes(job.status));
    for (const job of again) this.#set(job, { status: 'waiting', error: undefined });
    this.#queue(again);
  }

  /** Takes out what is not to be made, or to be known, any more. One that is being made ends first. */
  remove(jobs: readonly Job<T>[]): void {
    const chosen = new Set(jobs);
    const kept = (job: Entry<T>): boolean => !chosen.has(job);
    for (const [job, orders] of this.#running) if (!kept(job)) orders.give('stop');
    for (const list of [this.#jobs, this.#waiting]) list.splice(0, list.length, ...list.filter(kept));
    this.#elsewhere = this.#elsewhere.filter(kept);
    this.host.changed(undefined);
  }

  /** Resolves when nothing is being made, and nothing can be begun. */
  settled(): Promise<void> {
    return this.active ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  get #mayBegin(): boolean {
    return !this.#paused && !this.#stopped && this.#halted === undefined;
  }

  #queue(jobs: readonly Entry<T>[]): void {
    for (const priority of new Set(jobs.map((job) => job.priority))) {
      const those = jobs.filter((job) => job.priority === priority).reverse();
      const later = this.#waiting.findIndex((job) => job.priority >= priority);
      this.#waiting.splice(later < 0 ? this.#waiting.length : later, 0, ...those);
    }
    this.host.changed(undefined);
    this.#pump();
  }

  #pump(): void {
    while (this.#mayBegin && this.#running.size < (this.options.atOnce ?? 1)) {
      const job = this.#waiting.pop() ?? this.#lookAgain();
      if (!job) break;
      const orders = new Orders();
      this.#running.set(job, orders);
      void this.#one(job, orders).finally(() => {
        this.#running.delete(job);
        this.#pump();
      });
    }
    if (this.active) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
    this.host.changed(undefined);
  }

  /** The next of those that others were making, once there is nothing else to do. */
  #lookAgain(): Entry<T> | undefined {
    return this.#running.size === 0 ? this.#elsewhere.shift() : undefined;
  }

  async #one(job: Entry<T>, orders: Orders): Promise<void> {
    const { item } = job;
    const { report } = this.options;
    // It is looked at twice at most.
    const second = job.status === 'elsewhere';
    let lease: Lease | undefined;
    try {
      const output = await this.host.place(item);
      this.#set(job, { output });
      if (this.#isThere(output) && (!report || report.has(item.name))) {
        await Lease.sweep(output);
        return this.#set(job, { status: 'done', found: true, fraction: 1 });
      }
      lease = await Lease.take(output);
      if (!lease) {
        if (!second) this.#elsewhere.push(job);
        return this.#set(job, { status: 'elsewhere' });
      }
      // Whoever made it may have ended between the two looks; who was killed then had no time for its row.
      if (this.#isThere(output)) {
        if (report && !report.has(item.name)) report.add(await foundRow(item, output));
        return this.#set(job, { status: 'done', found: true, fraction: 1 });
      }
      if (this.#stopped) return this.#waitAgain(job);
      this.#set(job, { status: 'running' });
      const tell = (fraction: number, etaMs?: number): void => this.#set(job, { fraction, etaMs });
      const facts = await this.host.make(item, output, { obey: (follow) => orders.obey(follow), tell });
      if (!facts) return this.#waitAgain(job);
      report?.add({ input: item.name, output, status: 'done', task: item.task, ...facts });
      this.#set(job, { status: 'done', found: false, facts, fraction: 1 });
    } catch (error) {
      this.#fail(job, error);
    } finally {
      await lease?.end().catch(() => undefined);
    }
  }

  #fail(job: Entry<T>, error: unknown): void {
    const { item } = job;
    const sentence = this.host.sentence(error, item);
    if (isFull(error)) return this.#halt(job, sentence);
    try {
      this.options.report?.add({ input: item.name, status: 'failed', task: item.task, error: sentence });
    } catch (problem) {
      // Without its rows nobody knows what there is.
      return this.#halt(job, this.host.sentence(problem, item));
    }
    this.#set(job, { status: 'failed', error: sentence, fraction: 0, etaMs: undefined });
  }

  #halt(job: Entry<T>, reason: string): void {
    this.#halted = { name: job.item.name, reason };
    this.#waitAgain(job);
  }

  #waitAgain(job: Entry<T>): void {
    if (this.#jobs.includes(job)) this.#waiting.push(job);
    this.#set(job, { status: 'waiting', fraction: 0, etaMs: undefined });
  }

  #isThere(output: string): boolean {
    return !this.options.force && existsSync(output);
  }

  #set(job: Entry<T>, changes: Partial<Entry<T>>): void {
    Object.assign(job, changes);
    this.host.changed(job);
  }
}

/** Orders to one run, kept until somebody follows them. */
class Orders {
  #follow: ((order: Order) => void) | undefined;
  readonly #given: Order[] = [];

  give(order: Order): void {
    if (this.#follow) this.#follow(order);
    else this.#given.push(order);
  }

  obey(follow: (order: Order) => void): void {
    this.#follow = follow;
    for (const order of this.#given.splice(0)) follow(order);
  }
}

/** What can be told of a result that was found. */
async function foundRow({ name, task }: Item, output: string): Promise<Row> {
  const [made, source] = await Promise.all([hashOf(output), hashOf(name)]);
  const hashes = { ...(source && { inputSha256: source }), ...(made && { outputSha256: made }) };
  return { input: name, output, status: 'done', task, ...hashes };
}

const hashOf = (file: string): Promise<string | undefined> => readFile(file).then(sha256, () => undefined);

/** Then nothing that follows has room either. */
const isFull = (error: unknown): boolean =>
  error instanceof Error &&
  (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '') || isFull(error.cause));
