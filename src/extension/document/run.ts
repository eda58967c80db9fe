/** One run of a document, as the host remembers it whoever makes the steps. */
import type { TaskId } from '../../engine/generator/manifest.ts';
import { amend, type Amendment } from '../../engine/inversion/amendment.ts';
import type { Checkpoint, Job, Outcome, RunEvent } from '../../engine/inversion/job.ts';
import type { RunParams, Result, RunChange } from '../../shared/documentState.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import { reduce, type RunHappening } from '../../shared/run/reduce.ts';
import { isActive, type RunState } from '../../shared/run/state.ts';
import { DocumentError } from './documentError.ts';
import type { Execution, Executor } from './executor.ts';
import type { Composed, Plan } from './workshop.ts';

/** A part of a run that is made: one face of several. */
export interface MadePart {
  readonly plan: Plan;
  readonly outcome: Outcome;
}

/** What an observation was made with. */
export type Seen = Pick<Plan, 'mask' | 'scene'>;

export class Run {
  #state: RunState;
  #plan: Plan | undefined;
  /** What was made before, and what is to be made after this one: a run over faces makes one after the other. */
  readonly #earlier: MadePart[] = [];
  #waiting: readonly Plan[] = [];
  checkpoint: Checkpoint | undefined;
  /** The steps that are being made, and who makes them. */
  execution: { readonly by: Executor; readonly steps: Execution } | undefined;
  /** Something was painted while the plan was made, which it does not know. */
  painted = false;
  /** Why the executor before this one gave up. */
  failure: string | undefined;
  /** Where the steps up to the checkpoint were made, when the run moved on from there. */
  readonly #elsewhere: string[] = [];
  #lastBackend = '';
  /** Codes in memory at one time where the steps are made, when they are not all. */
  #codesAtOnce: number | undefined;
  #milliseconds = 0;
  /** The masks before the present one, by the version of their scene. */
  #masks: (MaskPatch | undefined)[] = [];

  constructor(
    readonly id: number,
    readonly task: TaskId,
    readonly params: RunParams,
    /** Nothing changes it on its way. */
    readonly fixed = false,
  ) {
    this.#state = reduce(undefined, id, { kind: 'begun', task, params })!;
  }

  get state(): RunState {
    return this.#state;
  }

  get active(): boolean {
    return isActive(this.#state);
  }

  /** As it is now: a run may be changed on its way. @throws DocumentError while it is not prepared */
  get plan(): Plan {
    if (!this.#plan) throw new DocumentError('This run is not prepared yet.');
    return this.#plan;
  }

  get prepared(): boolean {
    return this.#plan !== undefined;
  }

  /** Drawn progress, from 0 to 1. */
  get fraction(): number {
    const { step, iterations, part } = this.#state;
    const { at, of } = part ?? { at: 1, of: 1 };
    return (at - 1 + step / Math.max(1, iterations)) / of;
  }

  /** @returns whether it changed the state */
  happen(event: RunHappening): boolean {
    const before = this.#state;
    this.#state = reduce(before, this.id, event)!;
    return this.#state !== before;
  }

  /** @param waiting plans of the faces after the first one */
  prepare(plan: Plan, waiting: readonly Plan[] = []): void {
    this.#plan = plan;
    this.#waiting = waiting;
  }

  /** What was made of the faces before. */
  get earlier(): readonly MadePart[] {
    return this.#earlier;
  }

  /** Takes up the next face. @param outcome of this one @returns whether there is one */
  moveOn(outcome: Outcome): boolean {
    const [next, ...waiting] = this.#waiting;
    if (!next) return false;
    const { plan } = this;
    this.#earlier.push({ plan, outcome });
    this.#plan = next;
    this.#waiting = waiting;
    // It was planned when the run began.
    this.painted ||= next.mask !== plan.mask;
    this.#masks = [];
    this.checkpoint = undefined;
    this.#milliseconds = 0;
    return true;
  }

  /** Back to the face before, because nothing was made of this one. @returns what it came to; nothing: there is none before */
  fallBack(): Outcome | undefined {
    const last = this.#earlier.pop();
    if (last) this.#plan = last.plan;
    return last?.outcome;
  }

  /** Changes what is still to be done. @param seen what the amendment was observed with */
  amend(amendment: Amendment, change: Omit<RunChange, 'step'>, seen?: Seen): RunChange {
    const made = { step: this.#state.step, ...change };
    const { job, manifest, changes, mask, scene } = this.plan;
    if (seen) this.#masks.push(mask);
    this.#plan = {
      ...this.plan,
      job: amend(job, manifest, amendment),
      changes: [...changes, made],
      ...(seen?.mask && { mask: seen.mask }),
      scene: { ...(seen?.scene ?? scene), version: this.#masks.length },
    };
    // What is painted is another thing for every face: see `moveOn`.
    if (!seen) {
      this.#waiting = this.#waiting.map((plan) => ({
        ...plan,
        job: amend(plan.job, manifest, amendment),
        changes: [...plan.changes, { ...made, step: 0 }],
      }));
    }
    return made;
  }

  /** Remembers what only the host needs of an executor's event. To be told before the state changes. */
  remember(event: RunEvent): void {
    if (event.kind === 'checkpoint') this.checkpoint = event.checkpoint;
    if (event.kind === 'progress') this.#milliseconds += event.msPerStep * event.losses.length;
    if (event.kind !== 'phase') return;
    // A run that begins anew elsewhere keeps nothing of what it was.
    if (this.checkpoint && this.#lastBackend && this.#lastBackend !== event.backend)
      this.#elsewhere.push(this.#lastBackend);
    this.#lastBackend = event.backend;
    this.#codesAtOnce = event.codesAtOnce;
  }

  /** Every backend that made steps which the state came from, in order. */
  madeOn(last = this.#lastBackend): string {
    return [...this.#elsewhere, last].join(', then ');
  }

  /**
   * The plan that comes to what a snapshot after `step` steps shows, so that its record does: the state then, where the run
   * itself may end with the best one that it passed, and the mask then.
   * @param version of the scene that it was composed with
   */
  planAt(step: number, version: number): Plan {
    const mask = this.#masks[version];
    const plan = mask ? { ...this.plan, mask } : this.plan;
    const { job } = plan;
    const { status } = this.#state;
    const isResult = (status === 'composing' || status === 'finished') && step === this.#state.step;
    return job.keep !== 'best' || isResult ? plan : { ...plan, job: { ...job, keep: 'last' } };
  }

  /** What the run would have come to, had it been stopped after `step` steps, when x looked like this. */
  outcomeAt(step: number, x: Outcome['x']): Outcome {
    const { step: reached, losses } = this.#state;
    const made = Math.min(step, reached);
    return {
      x,
      parameters: {},
      steps: made,
      losses: losses.slice(0, made),
      ...(this.#codesAtOnce !== undefined && { codesAtOnce: this.#codesAtOnce }),
      stopped: true,
      backend: this.madeOn(),
      milliseconds: (this.#milliseconds * made) / Math.max(1, reached),
    };
  }

  /** The finished run as Save and the page want it. */
  result(outcome: Outcome, { png, width, height, record }: Composed): Result {
    const { job, manifest } = this.plan;
    const parts = [...this.#earlier.map(({ plan, outcome }) => ({ plan, outcome })), { plan: this.plan, outcome }];
    const changes = parts.flatMap(({ plan }) => plan.changes);
    const sum = (of: (outcome: Outcome) => number): number => parts.reduce((all, part) => all + of(part.outcome), 0);
    return {
      run: this.id,
      task: this.task,
      record,
      png,
      width,
      height,
      model: manifest.id,
      layer: job.layer,
      codes: job.codes,
      seed: job.seed,
      steps: sum(({ steps }) => steps),
      stopped: outcome.stopped || this.#waiting.length > 0,
      ...(this.params.faces && { faces: parts.length }),
      perceptual: perceptualName(job),
      backend: outcome.backend,
      milliseconds: sum(({ milliseconds }) => milliseconds),
      ...(changes.length > 0 && { changes: [...changes] }),
    };
  }
}

/** A network by its name, else "multi-scale" or "none". */
function perceptualName({ perceptual }: Job): string {
  if (!perceptual || perceptual.weight === 0) return 'none';
  return perceptual.kind === 'network' ? perceptual.network : perceptual.kind;
}
