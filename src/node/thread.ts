/** The host's side of its worker thread. */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Amendment } from '../engine/inversion/amendment.ts';
import type { Checkpoint, Job, Outcome, RunEvent } from '../engine/inversion/job.ts';
import type { Scene, TellShare } from '../engine/tasks/index.ts';
import { connect, RemoteError, type Params, type Remote, type Result } from '../shared/rpc.ts';
import type { News } from '../shared/study/row.ts';
import { threadContract, threadHostContract, type ThreadContract } from '../shared/threadProtocol.ts';
import { bundle } from './assets.ts';
import type { Device } from './backends.ts';
import { NATIVE_THREAD } from './nativeRuntime.ts';
import { portChannel } from './portChannel.ts';

type Method = keyof ThreadContract['requests'];

/** How long a thread of its own waits for the next piece of work, in milliseconds: to start one takes longer than most of it. */
const SPARE_MS = 30_000;

export interface ThreadRun {
  readonly job: Job;
  /** The prior's folder, as `priors.ts` has it. */
  readonly model: string;
  /** The folder of the perceptual network's package, where the job has one. */
  readonly network?: string;
  readonly device: Device;
  /** What its previews are composed with. */
  readonly scene?: Scene;
  readonly resumeFrom?: Checkpoint;
}

export interface RunHandle {
  control(action: 'pause' | 'resume' | 'stop'): void;
  /** @param scene what previews are composed with from now on */
  amend(amendment: Amendment, scene?: Scene): void;
  /** Rejects when the run fails or the thread dies. The outcome also arrives as the last event, `done`. */
  readonly outcome: Promise<Outcome>;
}

export interface StudyHandle {
  stop(): void;
  /** Rejects when it fails or the thread dies. */
  readonly outcome: Promise<Result<ThreadContract, 'study'>>;
}

interface Connection {
  readonly worker: Worker;
  readonly remote: Remote<ThreadContract>;
  /** Requests without an answer yet. */
  waiting: number;
}

/**
 * Starts the thread when it is first needed, and again after it died. What was waiting when it died is rejected with a
 * sentence for people.
 */
export class RunThread {
  readonly #runs = new Map<number, (event: RunEvent) => void>();
  /** Who hears how much of some work is done. */
  readonly #hearing = new Map<number, TellShare>();
  /** Who hears of a study. */
  readonly #studies = new Map<number, (news: News) => void>();
  /** A thread that has done its work apart, and may do more. */
  #spare: { readonly thread: RunThread; readonly timer: NodeJS.Timeout } | undefined;
  #connection: Connection | undefined;
  #nextRun = 1;
  #nextHeard = 1;
  #disposed = false;

  /** @param entry the thread's script, with options for tests that run it from sources */
  constructor(
    private readonly entry: string | URL = bundle('runThread.cjs'),
    private readonly options: WorkerOptions = {},
  ) {}

  inspect = (params: Params<ThreadContract, 'inspect'>): Promise<Result<ThreadContract, 'inspect'>> =>
    this.#request('inspect', params);

  thumbnail = (params: Params<ThreadContract, 'thumbnail'>): Promise<Result<ThreadContract, 'thumbnail'>> =>
    this.#request('thumbnail', params);

  distances = (params: Params<ThreadContract, 'distances'>): Promise<Result<ThreadContract, 'distances'>> =>
    this.#request('distances', params);

  /** Rejects when the thread is ended, as by the signal of `apart`. */
  faces = (params: Params<ThreadContract, 'faces'>, tell?: TellShare): Promise<Result<ThreadContract, 'faces'>> =>
    this.#hear(tell, (heard) => this.#request('faces', { ...params, ...heard }));

  prepare = (params: Params<ThreadContract, 'prepare'>): Promise<Result<ThreadContract, 'prepare'>> =>
    this.#request('prepare', params);

  finish = (params: Params<ThreadContract, 'finish'>, tell?: TellShare): Promise<Result<ThreadContract, 'finish'>> =>
    this.#hear(tell, (heard) => this.#request('finish', { ...params, ...heard }));

  encode = (params: Params<ThreadContract, 'encode'>, tell?: TellShare): Promise<Result<ThreadContract, 'encode'>> =>
    this.#hear(tell, (heard) => this.#request('encode', { ...params, ...heard }));

  explore = (params: Params<ThreadContract, 'explore'>): Promise<Result<ThreadContract, 'explore'>> =>
    this.#request('explore', params);

  draw = (params: Params<ThreadContract, 'draw'>): Promise<Result<ThreadContract, 'draw'>> =>
    this.#request('draw', params);

  tryOut = (params: Params<ThreadContract, 'tryOut'>): Promise<Result<ThreadContract, 'tryOut'>> =>
    this.#request('tryOut', params);

  thumbnails = (params: Params<ThreadContract, 'thumbnails'>): Promise<Result<ThreadContract, 'thumbnails'>> =>
    this.#request('thumbnails', params);

  viewPart = (params: Params<ThreadContract, 'viewPart'>): Promise<Result<ThreadContract, 'viewPart'>> =>
    this.#request('viewPart', params);

  readDirections = (
    params: Params<ThreadContract, 'readDirections'>,
  ): Promise<Result<ThreadContract, 'readDirections'>> => this.#request('readDirections', params);

  leave = (session: string): void => this.#connection?.remote.notify('leave', { session });

  compareWithTruth = (
    params: Params<ThreadContract, 'compareWithTruth'>,
  ): Promise<Result<ThreadContract, 'compareWithTruth'>> => this.#request('compareWithTruth', params);

  plain = (params: Params<ThreadContract, 'plain'>): Promise<Result<ThreadContract, 'plain'>> =>
    this.#request('plain', params);

  report = (params: Params<ThreadContract, 'report'>): Promise<Result<ThreadContract, 'report'>> =>
    this.#request('report', params);

  samples = (params: Params<ThreadContract, 'samples'>): Promise<Result<ThreadContract, 'samples'>> =>
    this.#request('samples', params);

  packMask = (params: Params<ThreadContract, 'packMask'>): Promise<Result<ThreadContract, 'packMask'>> =>
    this.#request('packMask', params);

  decodeMask = (params: Params<ThreadContract, 'decodeMask'>): Promise<Result<ThreadContract, 'decodeMask'>> =>
    this.#request('decodeMask', params);

  readMask = (params: Params<ThreadContract, 'readMask'>): Promise<Result<ThreadContract, 'readMask'>> =>
    this.#request('readMask', params);

  encodeMask = (params: Params<ThreadContract, 'encodeMask'>): Promise<Result<ThreadContract, 'encodeMask'>> =>
    this.#request('encodeMask', params);

  /** The name of the backend that runs on this device would use. */
  backend = async (device: Device): Promise<string> => (await this.#request('backend', { device })).name;

  /** Starts a run. @param emit takes its events, in order */
  run(run: ThreadRun, emit: (event: RunEvent) => void): RunHandle {
    const id = this.#nextRun++;
    this.#runs.set(id, emit);
    const outcome = this.#request('run', { run: id, ...run })
      .then((result) => {
        emit({ kind: 'done', outcome: result });
        return result;
      })
      .finally(() => this.#runs.delete(id));
    return {
      outcome,
      control: (action) => this.#connection?.remote.notify('control', { run: id, action }),
      amend: (amendment, scene) =>
        this.#connection?.remote.notify('amend', { run: id, amendment, ...(scene && { scene }) }),
    };
  }

  /** @param tell hears of it on the way, in order @returns what it came to, and how to stop it, which keeps what is done */
  study(params: Omit<Params<ThreadContract, 'study'>, 'study'>, tell: (news: News) => void): StudyHandle {
    const study = this.#nextRun++;
    this.#studies.set(study, tell);
    const outcome = this.#request('study', { study, ...params }).finally(() => this.#studies.delete(study));
    return { outcome, stop: () => this.#connection?.remote.notify('stopStudy', { study }) };
  }

  /**
   * Does work in a thread of its own, so that nothing else waits for it and it can be given up.
   * @param signal ends the thread, and with it the work
   */
  async apart<T>(work: (thread: RunThread) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const thread = this.#takeSpare() ?? new RunThread(this.entry, this.options);
    const giveUp = (): void => void thread.dispose();
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      return await work(thread);
    } finally {
      signal?.removeEventListener('abort', giveUp);
      if (signal?.aborted || this.#spare || this.#disposed) await thread.dispose();
      else this.#spare = { thread, timer: setTimeout(() => void this.#takeSpare()?.dispose(), SPARE_MS).unref() };
    }
  }

  #takeSpare(): RunThread | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    clearTimeout(spare?.timer);
    return spare?.thread;
  }

  /** Ends the thread; whatever still waits is rejected. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#takeSpare()?.dispose();
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.remote.close('The work was given up because its window is closing.');
    await connection?.worker.terminate();
  }

  async #hear<T>(tell: TellShare | undefined, work: (heard: { readonly heard?: number }) => Promise<T>): Promise<T> {
    if (!tell) return work({});
    const heard = this.#nextHeard++;
    this.#hearing.set(heard, tell);
    try {
      return await work({ heard });
    } finally {
      this.#hearing.delete(heard);
    }
  }

  async #request<M extends Method>(method: M, params: Params<ThreadContract, M>): Promise<Result<ThreadContract, M>> {
    if (this.#disposed) throw new RemoteError('The worker thread has been shut down.');
    const connection = (this.#connection ??= this.#start());
    // Only a thread that owes an answer keeps its process alive.
    if (connection.waiting++ === 0) connection.worker.ref();
    try {
      return await connection.remote.request(method, params);
    } finally {
      if (--connection.waiting === 0) connection.worker.unref();
    }
  }

  #start(): Connection {
    const worker = new Worker(this.entry, { ...NATIVE_THREAD, ...this.options });
    const remote = connect(
      portChannel(worker),
      threadHostContract,
      {
        runEvent: ({ run, event }) => this.#runs.get(run)?.(event),
        studyNews: ({ study, news }) => this.#studies.get(study)?.(news),
        share: ({ heard, share }) => this.#hearing.get(heard)?.(share),
      },
      threadContract,
      (problem) => this.#lost(worker, remote, `it sent ${problem}`),
    );
    worker.once('error', (error) => this.#lost(worker, remote, error.message));
    worker.once('exit', (code) => this.#lost(worker, remote, `it ended with code ${code}`));
    return { worker, remote, waiting: 0 };
  }

  #lost(worker: Worker, remote: Remote<ThreadContract>, why: string): void {
    if (this.#connection?.worker === worker) this.#connection = undefined;
    remote.close(`The worker thread stopped (${why}). Try again; it starts anew.`);
    void worker.terminate();
  }
}
