/**
 * Joins the host, the executors and the state: every message and every wish of the person ends as a `Change`. Knows no
 * DOM; `main.ts` draws.
 */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { RunEvent } from '../engine/inversion/job.ts';
import type { Region } from '../engine/tasks/index.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { MaskPatch } from '../shared/mask/patch.ts';
import type { Choices, LiveParams, MaskEdit, Params, Source, Welcome } from '../shared/documentState.ts';
import type { HostContract, PageContract, Place, Prepared, RunAction } from '../shared/protocol.ts';
import type { Handlers, Remote } from '../shared/rpc.ts';
import type { Format } from './animation/animation.ts';
import {
  chooseExecutor,
  GpuExecutor,
  HostExecutor,
  type Executor,
  type Surroundings,
  type WorkerLike,
} from './engine.ts';
import { clock } from './format.ts';
import { Reporter } from './reporter.ts';
import { initialState, reduce, type Change, type Gpu, type PageState } from './state.ts';
import { isBusy } from './status.ts';
import { strings } from './strings.ts';

/** Least time between two progress reports to the host, in milliseconds. */
const REPORT_MS = 300;

export interface Outside {
  /** A random text that tells this load of the page from any other. */
  readonly page: string;
  connect(handlers: Handlers<PageContract>): Remote<HostContract>;
  readonly surroundings: Surroundings;
  findGpu(): Promise<Gpu>;
  /** Told before the first drawing: the language, for one. */
  welcomed(welcome: Welcome): void;
  /** Draws. Called after every change. */
  changed(state: PageState): void;
  /** x after this many steps, [1, 3, R, R] in [-1, 1]. */
  preview(step: number, x: Tensor<'float32'>): void;
  /** The picture and its mask as the host has them. Told after the first drawing, and again with every welcome. */
  maskLoaded(source: Source, mask: MaskPatch | undefined): void;
  /** The mask was changed elsewhere. */
  maskChanged(patch: MaskPatch): void;
  /** A command asks for the animation of the run. */
  exportAnimation(): void;
  /** A command asks for the picture on the clipboard. */
  copyPicture(): void;
}

export class Controller {
  #state: PageState = initialState;
  #assets: Welcome['assets'] = { worker: '', maskWorker: '', wasm: '' };
  #executor: Executor | undefined;
  /** The newest run this page has heard of. */
  #newest = -1;
  /** Grows with every start; an answer to an earlier one is ignored. */
  #attempt = 0;

  /** What the host tells. */
  readonly #handlers: Handlers<PageContract> = {
    start: ({ task }) => void this.startTask(task),
    control: ({ run, action }) => {
      if (run !== this.#state.run?.id || !this.#executor) return;
      this.#executor.control(action);
      if (action === 'stop') this.#apply({ kind: 'stopping' });
    },
    exportAnimation: () => this.outside.exportAnimation(),
    copyPicture: () => this.outside.copyPicture(),
    amend: ({ run, amendment }) => {
      if (run === this.#state.run?.id) this.#executor?.amend(amendment);
    },
    runChanged: ({ run, change }) => this.#apply({ kind: 'changed', run, change }),
    notice: ({ message }) => this.tell(message),
    runEvent: ({ run, event }) => {
      if (run === this.#state.run?.id) return this.#happened(run, event);
      // Another page started a run this one has never heard of.
      if (run > this.#newest && this.#state.status !== 'loading') void this.begin();
      this.#newest = Math.max(this.#newest, run);
    },
    runFailed: ({ run, message }) => this.#apply({ kind: 'failed', run, message }),
    runInterrupted: ({ run }) => this.#apply({ kind: 'interrupted', run }),
    result: ({ result }) => this.#apply({ kind: 'result', result: result ?? undefined }),
    saved: ({ run, name }) => this.#apply({ kind: 'saved', run, name }),
    maskChanged: ({ patch }) => this.outside.maskChanged(patch),
    regionChanged: ({ region }) => this.#apply({ kind: 'region', region: region ?? undefined }),
    choicesChanged: (choices) => this.#apply({ kind: 'choices', choices }),
    truthChanged: ({ truth }) => this.#apply({ kind: 'truth', truth: truth ?? undefined }),
    setupChanged: (setup) => this.#apply({ kind: 'setup', setup }),
    sourceChanged: () => void this.#sourceChanged(),
  };

  readonly #host: Remote<HostContract>;

  constructor(private readonly outside: Outside) {
    this.#host = outside.connect(this.#handlers);
  }

  get state(): PageState {
    return this.#state;
  }

  /** Learns everything from the host, and goes on with what it finds. */
  async begin(): Promise<void> {
    try {
      const { page, findGpu } = this.outside;
      const [welcome, gpu] = await Promise.all([this.#host.request('ready', { page }), findGpu()]);
      this.outside.welcomed(welcome);
      this.#assets = welcome.assets;
      this.#newest = Math.max(this.#newest, welcome.run?.run ?? -1);
      const before = this.#state.result?.run;
      this.#apply({ kind: 'welcomed', welcome, gpu });
      if (welcome.result?.run !== before) this.#tellOfRestored(welcome.result);
      this.outside.maskLoaded(welcome.source, welcome.mask);
      if (welcome.run?.status === 'interrupted' && !this.#executor) await this.#continue();
      else if (welcome.start) await this.startTask(welcome.start);
    } catch (error) {
      this.#apply({ kind: 'failed', message: messageOf(error) });
    }
  }

  /** A result that an earlier session did not save is no surprise to be found by looking. */
  #tellOfRestored(result: Welcome['result']): void {
    if (!result?.restored || result.savedAs !== undefined || result.made === undefined) return;
    this.tell(strings.resultBack(clock(result.made, Date.now()), (result.place?.of ?? 1) > 1));
  }

  /** The picture is another one now, which nobody should have to find out by looking. */
  async #sourceChanged(): Promise<void> {
    await this.begin();
    if (this.#state.status === 'failed') return;
    this.tell(this.#state.result ? strings.sourceChangedUnderResult() : strings.sourceChanged());
  }

  /**
   * As if the person had chosen this task and pressed Start; ignored while a run is going. Inpainting waits for the
   * person to paint, or to look at what is painted.
   */
  async startTask(task: TaskId): Promise<void> {
    if (isBusy(this.#state.status) || this.#state.status === 'loading') return;
    if (task === 'inpaint') return;
    await this.start(task, {});
  }

  async start(task: TaskId, params: Params): Promise<void> {
    if (isBusy(this.#state.status) || !this.#state.setup) return;
    this.#apply({ kind: 'starting', task, params });
    await this.#execute(() => this.#host.request('prepare', { task, params }));
  }

  control(action: RunAction): void {
    const { status, run } = this.#state;
    if (action === 'resume' && run?.interrupted) return void this.#continue();
    if (action === 'stop' && status === 'preparing' && (run?.id === undefined || run.where === 'here')) {
      return this.#cancel();
    }
    if (this.#executor) this.#executor.control(action);
    else if (run?.id !== undefined) this.#ask(this.#host.request('control', { run: run.id, action }));
    if (action === 'stop') this.#apply({ kind: 'stopping' });
  }

  /** Changes the run that goes, wherever it is. */
  amend(params: LiveParams): void {
    const run = this.#state.run?.id;
    if (run !== undefined && isBusy(this.#state.status)) this.#ask(this.#host.request('amend', { run, params }));
  }

  /** Makes a snapshot of the run the result. */
  keep(step: number, x: Tensor<'float32'>): void {
    const run = this.#state.run?.id;
    if (run !== undefined) this.#ask(this.#host.request('keep', { run, step, x }));
  }

  /** The person chose something in the form. */
  choose(choices: Choices): void {
    this.#host.notify('choose', choices);
  }

  askForAnimation = (formats: Format[]): Promise<{ format?: Format }> =>
    this.#host.request('askForAnimation', { formats });

  writeAnimation = (bytes: Uint8Array): Promise<{ name: string }> => this.#host.request('writeAnimation', { bytes });

  /** Starts the worker for masks: the page fetches its script, a webview starts none from elsewhere. */
  async createMaskWorker(): Promise<WorkerLike> {
    const { fetch, createWorker } = this.outside.surroundings;
    return createWorker(await fetch(this.#assets.maskWorker));
  }

  /** Tells a failure that changes nothing else. */
  complain(error: unknown): void {
    this.#apply({ kind: 'complaint', message: messageOf(error) });
  }

  /** Tells what is no failure. */
  tell(message: string): void {
    this.#apply({ kind: 'notice', message });
  }

  save(as: boolean): void {
    this.#ask(this.#host.request('save', { as }));
  }

  /** Shows the result before (-1) or after (1) the one that is shown. */
  stepResult(by: -1 | 1): void {
    this.#ask(this.#host.request('stepResult', { by }));
  }

  /** Forgets a result. */
  discardResult(run: number): void {
    this.#ask(this.#host.request('discardResult', { run }));
  }

  /** The person painted. What the host does not take is taken back here. */
  editMask(patch: MaskPatch, edit: MaskEdit): void {
    this.#ask(
      this.#host.request('editMask', { patch, edit }).catch((error: unknown) => {
        this.outside.maskChanged(patch);
        throw error;
      }),
    );
  }

  /** The person chose a region. What the host does not take is taken back here. */
  editRegion(region: Region | undefined): void {
    const before = this.#state.region;
    this.#apply({ kind: 'region', region });
    this.#ask(
      this.#host.request('editRegion', { region: region ?? null }).catch((error: unknown) => {
        this.#apply({ kind: 'region', region: before });
        throw error;
      }),
    );
  }

  loadMask(): void {
    this.#ask(this.#host.request('loadMask', {}));
  }

  saveMask(): void {
    this.#ask(this.#host.request('saveMask', {}));
  }

  /** Asks the person for the original of the picture. */
  chooseTruth(): void {
    this.#ask(this.#host.request('chooseTruth', {}));
  }

  forgetTruth(): void {
    this.#ask(this.#host.request('forgetTruth', {}));
  }

  show(what: Place): void {
    this.#host.notify('show', { what });
  }

  dismiss(what: 'complaint' | 'notice'): void {
    this.#apply({ kind: what, message: undefined });
  }

  /** Continues a run that lives on as a checkpoint. */
  async #continue(): Promise<void> {
    const run = this.#state.run?.id;
    if (run === undefined) return;
    this.#apply({ kind: 'continuing' });
    await this.#execute(() => this.#host.request('resume', { run }));
  }

  async #execute(prepare: () => Promise<Prepared>): Promise<void> {
    const attempt = ++this.#attempt;
    this.#executor?.dispose();
    this.#executor = undefined;
    let run: number | undefined;
    try {
      const prepared = await prepare();
      run = prepared.run;
      this.#newest = Math.max(this.#newest, run);
      if (attempt !== this.#attempt) return this.#abandon(run);
      const executor = this.#choose(run);
      this.#executor = executor;
      this.#apply({ kind: 'prepared', prepared, where: executor.where, ...this.#remark(executor.where) });
      await executor.start(prepared);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#fail(run, messageOf(error));
    }
  }

  #choose(run: number): Executor {
    const { device } = this.#state.setup!;
    if (chooseExecutor(device, this.#state.gpu !== undefined) === 'host') return new HostExecutor(this.#host);
    const host = this.#host;
    const reporter = new Reporter(
      (event) => host.notify('report', { run, event }),
      REPORT_MS,
      () => performance.now(),
    );
    return new GpuExecutor(this.#assets, this.outside.surroundings, {
      event: (event) => {
        reporter.report(event);
        this.#happened(run, event);
      },
      broken: (fault, message) => void (fault === 'job' ? this.#fail(run, message) : this.#moveToHost(run, message)),
    });
  }

  /** Why a run is not made on the GPU, when one might expect it. */
  #remark(where: Executor['where']): { note?: string } {
    if (where === 'here' || this.#state.gpu || this.#state.setup?.device === 'cpu') return {};
    return { note: strings.noAdapter(this.#state.hostBackend) };
  }

  /** The GPU gave up. The host has the last checkpoint and goes on from there; it is asked once. */
  async #moveToHost(run: number, reason: string): Promise<void> {
    const host = this.#host;
    host.notify('log', { level: 'warn', message: `Run ${run}: the page's GPU failed. ${reason}` });
    const note = this.#state.run?.step ? strings.gpuLost(reason) : strings.gpuLostRestart(reason);
    const executor = new HostExecutor(host);
    this.#executor = executor;
    this.#apply({ kind: 'moved', run, note });
    try {
      await executor.start({ run });
    } catch (error) {
      this.#fail(run, `${reason} ${messageOf(error)}`);
    }
  }

  /** Stop before the first step: nothing to keep. */
  #cancel(): void {
    const run = this.#state.run?.id;
    this.#attempt += 1;
    if (run !== undefined) this.#abandon(run);
    this.#executor?.dispose();
    this.#executor = undefined;
    this.#apply({ kind: 'cancelled' });
  }

  #abandon(run: number): void {
    this.#host.notify('failed', { run, message: strings.cancelled() });
  }

  #happened(run: number, event: RunEvent): void {
    if (event.kind === 'preview') return this.outside.preview(event.step, event.x);
    if (event.kind === 'done') this.outside.preview(event.outcome.steps, event.outcome.x);
    this.#apply({ kind: 'event', run, event });
  }

  #fail(run: number | undefined, message: string): void {
    if (run !== undefined && this.#executor?.where === 'here') this.#host.notify('failed', { run, message });
    this.#executor?.dispose();
    this.#executor = undefined;
    this.#apply({ kind: 'failed', ...(run !== undefined && { run }), message });
  }

  /** Shows why the host refused. */
  #ask(answer: Promise<unknown>): void {
    answer.catch((error: unknown) => this.complain(error));
  }

  #apply(change: Change): void {
    this.#state = reduce(this.#state, change);
    // A GPU executor frees itself with its last event, a host executor has nothing to free.
    if (!isBusy(this.#state.status)) this.#executor = undefined;
    this.outside.changed(this.#state);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
