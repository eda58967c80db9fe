/** One run of a document, as the host remembers it whichever side makes the steps. */
import type { TaskId } from '../../engine/generator/manifest.ts';
import { amend, type Amendment } from '../../engine/inversion/amendment.ts';
import type { Checkpoint, Job, Outcome, RunEvent } from '../../engine/inversion/job.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { Params, Result, RunChange, RunState } from '../../shared/documentState.ts';
import { placement } from './placement.ts';
import type { Composed, HostRun, Plan } from './workshop.ts';

/** Identifies a page; two editors of one document are two pages. */
export type Page = object;

export class Run {
  status: RunState['status'] = 'prepared';
  message: string | undefined;
  checkpoint: Checkpoint | undefined;
  host: HostRun | undefined;
  #backend = '';
  /** Where the steps up to the checkpoint were made, when the run moved on from there. */
  readonly #earlier: string[] = [];
  /** Codes in memory at one time where the steps are made, when they are not all. */
  #codesAtOnce: number | undefined;
  #step = 0;
  #losses: number[] = [];
  #milliseconds = 0;
  #plan: Plan;

  constructor(
    readonly id: number,
    readonly task: TaskId,
    readonly params: Params,
    plan: Plan,
    /** The page that makes the steps, unless the host does. */
    public page: Page | undefined,
  ) {
    this.#plan = plan;
  }

  /** As it is now: a run may be changed on its way. */
  get plan(): Plan {
    return this.#plan;
  }

  /** Whether a change still makes a difference. */
  get open(): boolean {
    return this.status !== 'finished';
  }

  /** Changes what is still to be done. @param mask the mask that the amendment was observed with */
  amend(amendment: Amendment, change: Omit<RunChange, 'step'>, mask?: MaskPatch): RunChange {
    const made = { step: this.#step, ...change };
    const { job, manifest, changes } = this.#plan;
    this.#plan = {
      ...this.#plan,
      job: amend(job, manifest, amendment),
      changes: [...changes, made],
      ...(mask && { mask }),
    };
    return made;
  }

  /** Whether steps are being made, or would be but for a pause. */
  get active(): boolean {
    return this.status === 'running' || this.status === 'paused';
  }

  /** Takes in an event; returns the outcome when it is the last one. */
  apply(event: RunEvent): Outcome | undefined {
    switch (event.kind) {
      case 'phase':
        // A run that begins anew elsewhere keeps nothing of what it was.
        if (this.checkpoint && this.#backend && this.#backend !== event.backend) this.#earlier.push(this.#backend);
        this.#backend = event.backend;
        this.#codesAtOnce = event.codesAtOnce;
        this.status = event.phase === 'paused' ? 'paused' : 'running';
        return undefined;
      case 'progress':
        this.#step = event.step;
        this.#milliseconds += event.msPerStep * event.losses.length;
        // A resumed run repeats the steps since its checkpoint.
        this.#losses.length = Math.min(this.#losses.length, event.step - event.losses.length);
        this.#losses.push(...event.losses);
        return undefined;
      case 'refused':
        this.amend(event.kept, event.kept);
        return undefined;
      case 'note':
      case 'preview':
        return undefined;
      case 'checkpoint':
        this.checkpoint = event.checkpoint;
        return undefined;
      case 'done':
        this.status = 'finishing';
        this.#step = event.outcome.steps;
        return { ...event.outcome, backend: this.#madeOn(event.outcome.backend) };
    }
  }

  fail(message: string): void {
    this.status = 'failed';
    this.message = message;
  }

  /** Every backend that made steps which the state came from, in order. */
  #madeOn(last: string): string {
    return [...this.#earlier, last].join(', then ');
  }

  /** Drawn progress, from 0 to 1. */
  get fraction(): number {
    return this.#step / this.plan.job.iterations;
  }

  get state(): RunState {
    const { job } = this.plan;
    return {
      run: this.id,
      task: this.task,
      params: this.params,
      where: this.host ? 'host' : 'page',
      status: this.status,
      ...(this.message !== undefined && { message: this.message }),
      backend: this.#backend,
      step: this.#step,
      iterations: job.iterations,
      seed: job.seed,
      losses: [...this.#losses],
      changes: [...this.plan.changes],
      placement: placement(this.plan.frame),
    };
  }

  /**
   * The plan that comes to what a snapshot after `step` steps shows, so that its record does: the state then, where the run
   * itself may end with the best one that it passed.
   */
  planAt(step: number): Plan {
    const { job } = this.#plan;
    const isResult = (this.status === 'finishing' || this.status === 'finished') && step === this.#step;
    return job.keep !== 'best' || isResult ? this.#plan : { ...this.#plan, job: { ...job, keep: 'last' } };
  }

  /** What the run would have come to, had it been stopped after `step` steps, when x looked like this. */
  outcomeAt(step: number, x: Outcome['x']): Outcome {
    const made = Math.min(step, this.#step);
    return {
      x,
      parameters: {},
      steps: made,
      losses: this.#losses.slice(0, made),
      ...(this.#codesAtOnce !== undefined && { codesAtOnce: this.#codesAtOnce }),
      stopped: true,
      backend: this.#madeOn(this.#backend),
      milliseconds: (this.#milliseconds * made) / Math.max(1, this.#step),
    };
  }

  /** The finished run as Save and the page want it. */
  result(outcome: Outcome, { png, width, height, record }: Composed): Result {
    const { job, manifest, changes } = this.plan;
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
      steps: outcome.steps,
      stopped: outcome.stopped,
      perceptual: perceptualName(job),
      backend: outcome.backend,
      milliseconds: outcome.milliseconds,
      ...(changes.length > 0 && { changes: [...changes] }),
    };
  }
}

/** A network by its name, else "multi-scale" or "none". */
function perceptualName({ perceptual }: Job): string {
  if (!perceptual || perceptual.weight === 0) return 'none';
  return perceptual.kind === 'network' ? perceptual.network : perceptual.kind;
}
