/**
 * Joins the host, the engine and the state: every message and every wish of the person ends as a `Change`. Knows no
 * DOM; `main.ts` draws.
 */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Preview } from '../engine/tasks/index.ts';
import type { Glimpse, Snapshot } from './history/history.ts';
import type { ChosenRegion } from '../shared/chosenRegion.ts';
import type { MaskPatch } from '../shared/mask/patch.ts';
import type { Choices, LiveParams, MaskEdit, Params, Source } from '../shared/documentState.ts';
import type { Explorable, Exploration, Part, Thumbnails, View } from '../shared/exploration.ts';
import type { Assignment, HostContract, PageContract, Place } from '../shared/protocol.ts';
import type { Handlers, Remote } from '../shared/rpc.ts';
import type { RunAction } from '../shared/run/control.ts';
import type { Welcome } from '../shared/welcome.ts';
import type { Format, Subject } from './animation/animation.ts';
import { GpuExecution, type Surroundings, type WorkerLike } from './engine.ts';
import { clock } from './format.ts';
import { Reporter } from './reporter.ts';
import { initialState, reduce, type Change, type Gpu, type PageState } from './state.ts';
import { isBusy } from './status.ts';
import { strings } from './strings.ts';

/** Least time between two progress reports to the host, in milliseconds. */
const REPORT_MS = 300;

/** Of what is tried out: what would be kept of it, and whether that is drawn whole. */
interface Answer {
  readonly shown: Preview;
  readonly whole: boolean;
}

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
  /** The run as it is now. */
  preview(glimpse: Glimpse): void;
  /** The picture and its mask as the host has them. Told after the first drawing, and again with every welcome. */
  maskLoaded(source: Source, mask: MaskPatch | undefined): void;
  /** The mask was changed elsewhere. */
  maskChanged(patch: MaskPatch): void;
  /** A command asks for the animation of the run. */
  exportAnimation(): void;
  /** A command asks for the choice of methods to compare. */
  compareMethods(): void;
  /** A command asks for the picture on the clipboard. */
  copyPicture(): void;
}

export class Controller {
  #state: PageState = initialState;
  #maskWorker = '';
  /** The steps that this page makes. */
  #execution: { readonly id: number; readonly steps: GpuExecution } | undefined;
  /** A start that the host has not answered yet. */
  #start: Promise<{ readonly run: number }> | undefined;

  /** What the host tells. */
  readonly #handlers: Handlers<PageContract> = {
    execute: (assignment) => this.#execute(assignment),
    control: ({ execution, action }) => this.#stepsOf(execution)?.control(action),
    amend: ({ execution, amendment, scene }) => this.#stepsOf(execution)?.amend(amendment, scene),
    abandon: ({ execution }) => this.#stepsOf(execution) && this.#end(),
    exportAnimation: () => this.outside.exportAnimation(),
    copyPicture: () => this.outside.copyPicture(),
    notice: ({ message }) => this.tell(message),
    runEvent: ({ run, event }) => this.#apply({ kind: 'run', run, event }),
    preview: ({ run, ...glimpse }) => {
      if (run === this.#state.run?.id) this.outside.preview(glimpse);
    },
    hostBackend: (hostBackend) => this.#apply({ kind: 'hostBackend', hostBackend }),
    result: ({ result }) => this.#apply({ kind: 'result', result: result ?? undefined }),
    saved: ({ run, name }) => this.#apply({ kind: 'saved', run, name }),
    maskChanged: ({ patch }) => this.outside.maskChanged(patch),
    regionChanged: ({ region }) => this.#apply({ kind: 'region', region: region ?? undefined }),
    facesChanged: ({ faces }) => this.#apply({ kind: 'faces', faces: faces ?? undefined }),
    choicesChanged: (choices) => this.#apply({ kind: 'choices', choices }),
    truthChanged: ({ truth }) => this.#apply({ kind: 'truth', truth: truth ?? undefined }),
    comparisonChanged: ({ comparison }) => this.#apply({ kind: 'comparison', comparison }),
    comparedPicture: (picture) => this.#apply({ kind: 'compared', ...picture }),
    compareMethods: () => this.outside.compareMethods(),
    pacesChanged: ({ paces }) => this.#apply({ kind: 'paces', paces }),
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

  /** Learns everything from the host, and tells it whether steps can be made here. */
  async begin(): Promise<void> {
    const gpu = this.outside.findGpu();
    await this.#learn();
    this.#foundGpu(await gpu);
  }

  /** @returns whether the picture can be shown */
  async #learn(): Promise<boolean> {
    try {
      const welcome = await this.#host.request('ready', { page: this.outside.page });
      this.outside.welcomed(welcome);
      this.#maskWorker = welcome.maskWorker;
      const before = this.#state.result?.run;
      this.#apply({ kind: 'welcomed', welcome });
      if (welcome.result?.run !== before) this.#tellOfRestored(welcome.result);
      this.outside.maskLoaded(welcome.source, welcome.mask);
      if (welcome.compare) this.outside.compareMethods();
      return true;
    } catch (error) {
      this.#apply({ kind: 'unreadable', message: messageOf(error) });
      return false;
    }
  }

  /** A result that an earlier session did not save is no surprise to be found by looking. */
  #tellOfRestored(result: Welcome['result']): void {
    if (!result?.restored || result.savedAs !== undefined || result.made === undefined) return;
    this.tell(strings.resultBack(clock(result.made, Date.now()), (result.place?.of ?? 1) > 1));
  }

  #foundGpu(gpu: Gpu): void {
    this.#apply({ kind: 'gpu', gpu });
    this.#host.notify('gpu', { name: gpu?.name ?? null });
  }

  /** The picture is another one now, which nobody should have to find out by looking. */
  async #sourceChanged(): Promise<void> {
    if (!(await this.#learn())) return;
    this.tell(this.#state.result ? strings.sourceChangedUnderResult() : strings.sourceChanged());
  }

  /** Asks the host for a run; what becomes of it, the host tells. */
  async start(task: TaskId, params: Params): Promise<void> {
    if (isBusy(this.#state.status) || !this.#state.setup) return;
    this.#apply({ kind: 'asked' });
    this.#start = this.#host.request('start', { task, params });
    try {
      await this.#start;
    } catch (error) {
      this.complain(error);
    } finally {
      this.#start = undefined;
      this.#apply({ kind: 'answered' });
    }
  }

  control(action: RunAction): void {
    const { run, comparison } = this.#state;
    if (action === 'stop' && comparison?.going) return this.#expect(this.#host.request('stopComparing', {}));
    const tell = (id: number) => this.#expect(this.#host.request('control', { run: id, action }));
    // Whoever changes their mind before the host has answered means the run that is about to be.
    if (this.#start) void this.#start.then(({ run: id }) => tell(id)).catch(() => undefined);
    else if (run) tell(run.id);
  }

  /** Changes the run that goes, wherever it is. */
  amend(params: LiveParams): void {
    const run = this.#state.run?.id;
    if (run !== undefined && isBusy(this.#state.status)) this.#expect(this.#host.request('amend', { run, params }));
  }

  /** Runs several methods, one after the other. */
  compare(task: TaskId, params: Params, methods: string[]): void {
    if (!isBusy(this.#state.status)) this.#expect(this.#host.request('compare', { task, params, methods }));
  }

  skipCompared(comparison: number): void {
    this.#expect(this.#host.request('skipCompared', { comparison }));
  }

  /** Saves the picture of one method. @returns the file's name; nothing where the person gave up, or it failed and that is told */
  saveCompared = (comparison: number, method: string): Promise<string | undefined> =>
    this.#named(this.#host.request('saveCompared', { comparison, method }));

  saveComparison = (comparison: number, format: 'png' | 'html'): Promise<string | undefined> =>
    this.#named(this.#host.request('saveComparison', { comparison, format }));

  async #named(saving: Promise<{ readonly name?: string }>): Promise<string | undefined> {
    try {
      return (await saving).name;
    } catch (error) {
      this.complain(error);
      return undefined;
    }
  }

  /** Makes a snapshot of the run the result. */
  keep({ step, x, shown: { version } }: Snapshot): void {
    const run = this.#state.run?.id;
    if (run !== undefined) this.#expect(this.#host.request('keep', { run, step, version, x }));
  }

  /** Makes ready to try out changes of a finished run. */
  explore = (run: number): Promise<Explorable> => this.#host.request('explore', { run });

  tryOut = (run: number, exploration: Exploration, soon: boolean): Promise<Answer> =>
    this.#host.request('tryOut', { run, exploration, soon });

  thumbnails = async (run: number, part: Part, side: number): Promise<Thumbnails> =>
    (await this.#host.request('thumbnails', { run, part, side })).pictures;

  viewPart = async (run: number, part: Part, view: View): Promise<Preview> =>
    (await this.#host.request('viewPart', { run, part, view })).shown;

  moreDirections = async (run: number): Promise<Explorable | undefined> =>
    (await this.#host.request('moreDirections', { run })).explorable;

  keepTried = (run: number, exploration: Exploration): Promise<unknown> =>
    this.#host.request('keepTried', { run, exploration });

  leaveTrials(): void {
    this.#host.notify('leaveTrials', {});
  }

  /** The person chose something in the form. */
  choose(choices: Choices): void {
    this.#host.notify('choose', choices);
  }

  askForAnimation = (of: Subject, formats: Format[]): Promise<{ format?: Format }> =>
    this.#host.request('askForAnimation', { of, formats });

  writeAnimation = (bytes: Uint8Array): Promise<{ name: string }> => this.#host.request('writeAnimation', { bytes });

  /** Starts the worker for masks: the page fetches its script, a webview starts none from elsewhere. */
  async createMaskWorker(): Promise<WorkerLike> {
    const { fetch, createWorker } = this.outside.surroundings;
    return createWorker(await fetch(this.#maskWorker));
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
    this.#expect(this.#host.request('save', { as }));
  }

  /** Shows the result before (-1) or after (1) the one that is shown. */
  stepResult(by: -1 | 1): void {
    this.#expect(this.#host.request('stepResult', { by }));
  }

  /** Forgets a result. */
  discardResult(run: number): void {
    this.#expect(this.#host.request('discardResult', { run }));
  }

  /** The person painted. What the host does not take is taken back here. */
  editMask(patch: MaskPatch, edit: MaskEdit): void {
    this.#expect(
      this.#host.request('editMask', { patch, edit }).catch((error: unknown) => {
        this.outside.maskChanged(patch);
        throw error;
      }),
    );
  }

  /** The person chose a region. What the host does not take is taken back here. */
  editRegion(region: ChosenRegion | undefined): void {
    const { region: before, faces } = this.#state;
    this.#apply({ kind: 'region', region });
    // Whoever chooses a region means that: so does the host.
    this.#apply({ kind: 'faces', faces: undefined });
    this.#expect(
      this.#host.request('editRegion', { region: region ?? null }).catch((error: unknown) => {
        this.#apply({ kind: 'region', region: before });
        this.#apply({ kind: 'faces', faces });
        throw error;
      }),
    );
  }

  /** Looks for faces. @returns how many there are, or that there is no detector; nothing: it was given up, or has failed and that is told */
  async findFaces(): Promise<number | undefined | 'by hand'> {
    if (this.#state.finding) return undefined;
    this.#apply({ kind: 'finding', finding: true });
    try {
      const { found, byHand } = await this.#host.request('findFaces', {});
      return byHand ? 'by hand' : found;
    } catch (error) {
      this.complain(error);
      return undefined;
    } finally {
      this.#apply({ kind: 'finding', finding: false });
    }
  }

  /** Which of the faces a run is to work on. */
  chooseFaces(chosen: boolean[]): void {
    const { faces } = this.#state;
    if (faces?.length !== chosen.length) return;
    this.#apply({ kind: 'faces', faces: faces.map(({ landmarks }, i) => ({ landmarks, chosen: chosen[i]! })) });
    this.#host.notify('chooseFaces', { chosen });
  }

  forgetFaces(): void {
    this.#expect(this.#host.request('forgetFaces', {}));
  }

  loadMask(): void {
    this.#expect(this.#host.request('loadMask', {}));
  }

  saveMask(): void {
    this.#expect(this.#host.request('saveMask', {}));
  }

  /** Asks the person for the original of the picture. */
  chooseTruth(): void {
    this.#expect(this.#host.request('chooseTruth', {}));
  }

  forgetTruth(): void {
    this.#expect(this.#host.request('forgetTruth', {}));
  }

  show(what: Place): void {
    this.#host.notify('show', { what });
  }

  dismiss(what: 'complaint' | 'notice'): void {
    this.#apply({ kind: what, message: undefined });
  }

  #stepsOf(execution: number): GpuExecution | undefined {
    return this.#execution?.id === execution ? this.#execution.steps : undefined;
  }

  #execute(assignment: Assignment): void {
    this.#end();
    const { execution, run } = assignment;
    const host = this.#host;
    const reporter = new Reporter(
      (event) => host.notify('report', { execution, event }),
      REPORT_MS,
      () => performance.now(),
    );
    const steps = new GpuExecution(assignment, this.outside.surroundings, {
      event: (event) => {
        if (event.kind === 'preview' && event.shown) this.outside.preview({ ...event, shown: event.shown });
        reporter.report(event);
      },
      broken: (fault, message) => {
        host.notify('broken', { execution, fault, message });
        this.#end();
      },
    });
    this.#execution = { id: execution, steps };
    this.#apply({ kind: 'makes', run });
  }

  #end(): void {
    this.#execution?.steps.dispose();
    this.#execution = undefined;
    this.#apply({ kind: 'makes', run: undefined });
  }

  /** Shows why the host refused. */
  #expect(answer: Promise<unknown>): void {
    answer.catch((error: unknown) => this.complain(error));
  }

  #apply(change: Change): void {
    this.#state = reduce(this.#state, change);
    this.outside.changed(this.#state);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
