/**
 * The run of a document, one at a time: who makes its steps, what becomes of a wish, who goes on when somebody fails. Every
 * change of its state is told; the pages make the same of it.
 */
import type { TaskId } from '../../engine/generator/manifest.ts';
import { notesOfFaces } from '../../engine/faces/notes.ts';
import type { Amendment } from '../../engine/inversion/amendment.ts';
import type { Outcome, RunEvent } from '../../engine/inversion/job.ts';
import { needsHost } from '../../engine/prior.ts';
import type { FACTORS } from '../../engine/tasks/superResolve.ts';
import type { LiveParams, RunParams, Result, RunChange } from '../../shared/documentState.ts';
import { regionFor } from '../../shared/chosenRegion.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import { answerTo, type RunAction } from '../../shared/run/control.ts';
import type { RunHappening } from '../../shared/run/reduce.ts';
import { isOpen, type Reason } from '../../shared/run/state.ts';
import { DocumentError } from './documentError.ts';
import type { DocumentEvent } from './events.ts';
import { threadExecutor, type Executor, type Fault } from './executor.ts';
import type { KeptWork } from './keptWork.ts';
import { Latest } from './latest.ts';
import { Run, type Seen } from './run.ts';
import type { Plan, Workshop } from './workshop.ts';

/** A run takes up what is painted once nobody has painted for this long, in milliseconds. */
const OBSERVE_MS = 150;

/** What a run may be told beside its parameters. */
export interface Terms {
  /** Inpainting: what is to be filled; absent: what is painted now. */
  readonly mask?: Promise<MaskPatch> | undefined;
  /** Nothing that is painted or typed changes it on its way. */
  readonly fixed?: boolean;
  /** The size of its result need not be asked about. */
  readonly agreed?: boolean;
}

export interface RunnerServices {
  readonly workshop: Workshop;
  /** The mask, the region and what is chosen. */
  readonly kept: KeptWork;
  tell(event: DocumentEvent): void;
  /** The picture of a finished run is composed. */
  finished(result: Result, run: Run, outcome: Outcome): Promise<void>;
}

export class Runner {
  #run: Run | undefined;
  readonly #thread: Executor;
  /** Pages that can make steps. */
  readonly #pages = new Set<Executor>();
  readonly #observer = new Latest(OBSERVE_MS, () => this.#observe());
  #composing: AbortController | undefined;

  #last = 0;

  constructor(private readonly services: RunnerServices) {
    this.#thread = threadExecutor(services.workshop);
  }

  get run(): Run | undefined {
    return this.#run;
  }

  /** A number for a result that is no run's own. */
  nextId(): number {
    return ++this.#last;
  }

  /**
   * Starts a run. Where the same one is going already, it is what was asked for: two editors of a picture may both be told to.
   * @param asking the page that asks, as an executor once it knows whether it is one
   * @param terms of a run that is one of several
   * @returns its number
   * @throws DocumentError while another one is active
   */
  start(task: TaskId, given: RunParams, asking: Promise<Executor | undefined>, terms: Terms = {}): number {
    const { kept } = this.services;
    const params: RunParams = { ...(kept.region && !given.faces && { region: regionFor(kept.region) }), ...given };
    const going = this.#run;
    if (going?.active) {
      if (going.task === task && sameParams(going.params, params)) return going.id;
      throw new DocumentError('A run of this picture is going. Stop it first.');
    }
    // As it is now, whatever is painted while it is packed.
    const mask = task === 'inpaint' ? (terms.mask ?? kept.maskToFill()) : undefined;
    this.#observer.cancel();
    const run = (this.#run = new Run(this.nextId(), task, params, terms.fixed));
    this.#tell(run, { kind: 'begun', task, params });
    void this.#prepare(run, mask, asking, terms.agreed);
    return run.id;
  }

  /** What a person wants of the run; nothing happens where it means nothing. @param id of the run that is meant */
  control(action: RunAction, id = this.#run?.id): void {
    const run = this.#run;
    if (!run || run.id !== id) return;
    switch (answerTo(run.state, action)) {
      case 'tell':
        return run.execution?.steps.control(action);
      case 'stop':
        return this.#stop(run);
      case 'cancel':
        return this.#cancel(run);
      case 'continue':
        // One that was never prepared has nothing to go on from.
        return run.prepared ? this.#assign(run, this.#pick(run)) : undefined;
      case 'conclude':
        this.#assign(run, this.#pick(run));
        return this.#stop(run);
      case 'nothing':
    }
  }

  /** Changes a run that goes, wherever it is. @throws DocumentError when there is nothing left to change */
  amend(id: number, params: LiveParams): void {
    const run = this.current(id);
    if (!isOpen(run.state)) throw new DocumentError('This run is over, so nothing can be changed.');
    if (run.fixed) throw new DocumentError('What is compared is run as it was when the comparison began.');
    this.#amend(run, params, params);
  }

  /** @throws DocumentError when the run is another one */
  current(id: number): Run {
    if (this.#run?.id !== id) throw new DocumentError('This run was replaced by another one.');
    return this.#run;
  }

  /** A page is there. @param page nothing: it cannot make steps. An interrupted run goes on. */
  join(page: Executor | undefined): void {
    if (page) this.#pages.add(page);
    this.#takeOver();
  }

  /** A page is gone, and with it the steps it made. @param returns it is about to be there again */
  leave(page: Executor, returns = false): void {
    this.#pages.delete(page);
    const run = this.#run;
    if (run?.execution?.by !== page) return;
    const stopping = run.state.status === 'stopping';
    run.execution = undefined;
    this.#happen(run, { kind: 'lost' });
    if (!returns || stopping) this.#takeOver();
    if (stopping) this.control('stop');
  }

  /** Something was painted: a run that fills takes it up. */
  painted(): void {
    if (this.#fillable) this.#observer.changed();
  }

  dispose(): void {
    this.#observer.cancel();
    this.#composing?.abort();
    this.#run?.execution?.steps.abandon();
  }

  async #prepare(
    run: Run,
    mask: Promise<MaskPatch> | undefined,
    asking: Promise<Executor | undefined>,
    known = false,
  ): Promise<void> {
    const { workshop } = this.services;
    const waits = () => run === this.#run && run.state.status === 'preparing';
    try {
      const [plan, ...waiting] = await this.#plans(run, await mask);
      if (!waits() || !plan) return;
      run.prepare(plan, waiting);
      this.#happen(run, preparedAs(plan, waiting));
      if (run.painted) this.#observer.changed();
      const agreed = known || (await workshop.agree(plan));
      if (!waits()) return;
      if (!agreed) return this.#cancel(run);
      const page = await asking;
      if (waits()) this.#assign(run, this.#pick(run, page), page || this.#onHost(run) ? undefined : { why: 'noGpu' });
    } catch (error) {
      this.#fail(run, messageOf(error));
    }
  }

  /** One plan, or one for each face. All of them begin with the seed of the first, and are enlarged as it is: they make one picture. */
  async #plans({ task, params: { faces, rest, ...params } }: Run, mask: MaskPatch | undefined): Promise<Plan[]> {
    const { workshop } = this.services;
    if (!faces) return [await workshop.prepare(task, params, mask)];
    const plans: Plan[] = [];
    for (const region of faces) {
      const alike = plans[0] && likeThis(task, plans[0]);
      const plan = await workshop.prepare(task, { ...params, region, ...alike }, mask);
      plans.push({ ...plan, ...(rest && task === 'super-resolve' && { rest }) });
    }
    return plans;
  }

  /** One pass of small networks is over before a page has compiled it. */
  #onHost({ plan }: Run): boolean {
    return this.services.workshop.device === 'cpu' || needsHost(plan.manifest, plan.job);
  }

  /**
   * A page is on the machine in front of the person, also when the workspace is remote. The host is the one who knows
   * whether it has a GPU of its own, and refuses "webgpu" if it has not.
   */
  #pick(run: Run, preferred?: Executor): Executor {
    if (this.#onHost(run)) return this.#thread;
    const [other] = this.#pages;
    return (preferred && this.#pages.has(preferred) ? preferred : other) ?? this.#thread;
  }

  #assign(run: Run, by: Executor, because?: Reason): void {
    const { plan, checkpoint, state } = run;
    const { status } = state;
    run.execution?.steps.abandon();
    this.#happen(run, { kind: 'assigned', on: by.on, ...(because && { because }) });
    const mine = () => run.execution?.by === by && run.execution.steps === steps;
    const steps = by.execute(
      { run: run.id, plan, ...(checkpoint && { checkpoint }) },
      {
        event: (event) => mine() && this.#take(run, event),
        broken: (fault, message) => mine() && this.#broken(run, fault, message),
      },
    );
    run.execution = { by, steps };
    if (status === 'paused') steps.control('pause');
    if (status === 'stopping') steps.control('stop');
  }

  /** Somebody goes on with an interrupted run, if anybody can. */
  #takeOver(): void {
    const run = this.#run;
    if (run?.state.status !== 'interrupted') return;
    const by = this.#pick(run);
    // Whoever wants a GPU waits for a page that has one.
    if (by.on === 'host' && this.services.workshop.device === 'webgpu') return;
    const because = { why: 'pageGone', step: run.checkpoint?.step ?? 0 } as const;
    this.#assign(run, by, by.on === 'host' ? because : undefined);
  }

  #take(run: Run, event: RunEvent): void {
    run.remember(event);
    switch (event.kind) {
      case 'checkpoint':
        return;
      case 'preview': {
        const { kind, step, shown, x } = event;
        if (shown) this.services.tell({ kind, run, step, shown, ...(x && { x }) });
        return;
      }
      case 'refused':
        this.services.kept.correct(run.plan.job, event.kept);
        run.amend(event.kept, event.kept);
        return this.#happen(run, event);
      case 'phase': {
        const { kind, phase, backend } = event;
        return this.#happen(run, { kind, phase, backend });
      }
      case 'progress':
        return this.#happen(run, { ...event, losses: [...event.losses] });
      case 'note':
        return this.#happen(run, event);
      case 'done': {
        const outcome = { ...event.outcome, backend: run.madeOn(event.outcome.backend) };
        const { by } = run.execution!;
        run.execution = undefined;
        if (!outcome.stopped && run.moveOn(outcome)) return this.#takeNext(run, by);
        return this.#end(run, outcome, event.outcome.backend);
      }
    }
  }

  /** @param by whoever made the face before: a device that gave up is not asked again */
  #takeNext(run: Run, by: Executor): void {
    this.#happen(run, { kind: 'next' });
    if (run.painted) this.#observer.changed();
    this.#assign(run, by);
  }

  #end(run: Run, outcome: Outcome, backend = outcome.backend): void {
    this.#happen(run, { kind: 'ended', step: outcome.steps, backend });
    void this.#compose(run, outcome);
  }

  /** A page's device gave up: the host goes on from the last checkpoint. Nobody goes on where the host fails, too. */
  #broken(run: Run, fault: Fault, message: string): void {
    const { by } = run.execution!;
    run.execution = undefined;
    if (fault === 'job' || by === this.#thread) {
      return this.#fail(run, [run.failure, message].filter(Boolean).join(' '));
    }
    run.failure = message;
    const because = { why: 'gpuFailed', detail: message, step: run.checkpoint?.step ?? 0 } as const;
    this.#assign(run, this.#thread, because);
  }

  #stop(run: Run): void {
    const before = run.state.step === 0 ? run.fallBack() : undefined;
    if (before) {
      run.execution?.steps.abandon();
      run.execution = undefined;
      return this.#end(run, before);
    }
    run.execution?.steps.control('stop');
    this.#happen(run, { kind: 'stopped' });
  }

  #cancel(run: Run): void {
    run.execution?.steps.abandon();
    run.execution = undefined;
    this.#composing?.abort();
    this.#happen(run, { kind: 'cancelled' });
  }

  async #compose(run: Run, outcome: Outcome): Promise<void> {
    const { workshop, finished } = this.services;
    const { signal } = (this.#composing = new AbortController());
    const waits = () => run === this.#run && run.state.status === 'composing';
    try {
      // What was painted last counts, even when no step was made with it.
      await this.#observer.settle();
      if (!waits()) return;
      const tell = (share: number): void => this.#happen(run, { kind: 'composing', share });
      const composed = await workshop.compose(run.plan, outcome, { signal, tell, earlier: run.earlier });
      if (!waits()) return;
      await finished(run.result(outcome, composed), run, outcome);
      this.#happen(run, { kind: 'composed' });
    } catch (error) {
      this.#fail(run, messageOf(error));
    }
  }

  #fail(run: Run, message: string): void {
    this.#happen(run, { kind: 'failed', message });
  }

  /** The run that the mask belongs to, if there is one. */
  get #fillable(): Run | undefined {
    const run = this.#run;
    const taken = run?.task === 'inpaint' && !run.fixed && (isOpen(run.state) || run.state.status === 'composing');
    return taken ? run : undefined;
  }

  /** Makes the run fill what is painted now. With a mask that cannot be filled it goes on as it was. */
  async #observe(): Promise<void> {
    const run = this.#fillable;
    if (!run) return;
    if (!run.prepared) return void (run.painted = true);
    const { workshop, kept, tell } = this.services;
    try {
      const { job, mask, scene } = await workshop.observe(run.plan, await kept.maskToFill());
      if (run !== this.#fillable) return;
      this.#amend(
        run,
        { target: job.target, ...(job.known && { known: job.known }) },
        { mask: true },
        { ...(mask && { mask }), scene },
      );
    } catch (error) {
      tell({ kind: 'notice', message: `The run goes on with the mask as it was. ${messageOf(error)}` });
    }
  }

  #amend(run: Run, amendment: Amendment, change: Omit<RunChange, 'step'>, seen?: Seen): void {
    const made = run.amend(amendment, change, seen);
    run.execution?.steps.amend(amendment, seen && run.plan.scene);
    this.#happen(run, { kind: 'changed', change: made });
  }

  #happen(run: Run, event: RunHappening): void {
    if (run.happen(event)) this.#tell(run, event);
  }

  #tell(run: Run, event: RunHappening): void {
    this.services.tell({ kind: 'run', run, event });
  }
}

/** What all faces of a run have in common with the first one. */
const likeThis = (task: TaskId, { job: { seed, factor } }: Plan): Pick<RunParams, 'seed' | 'factor'> => ({
  seed,
  ...(task === 'super-resolve' && { factor: factor as (typeof FACTORS)[number] }),
});

const preparedAs = ({ job, notes }: Plan, waiting: readonly Plan[]): RunHappening => ({
  kind: 'prepared',
  iterations: job.iterations,
  seed: job.seed,
  notes: notesOfFaces([notes, ...waiting.map((plan) => plan.notes)]),
});

/** Pages may name the parameters in any order. */
const sameParams = (a: RunParams, b: RunParams): boolean => canonical(a) === canonical(b);
const canonical = (params: RunParams): string =>
  JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
