/** The course of a run through its stages: one compiled inversion at a time, and the run's job as it is now. */
import type { Backend } from '../backends/backend.ts';
import type { Graph } from '../graph/graph.ts';
import { ParameterError } from '../errors.ts';
import { isGenerator, type Prior } from '../prior.ts';
import { fitIntoMemory } from './memoryPlan.ts';
import { amend, asksForStage, type Amendment } from './amendment.ts';
import { checkStarts } from './bankStart.ts';
import { carry } from './carry.ts';
import { Inversion } from './inversion.ts';
import type { Checkpoint, Job, Phase, Stage } from './job.ts';
import { lastStageOf } from './lastStage.ts';
import { belongsTo, stageJob, type StageJob } from './stage.ts';

export interface Context {
  readonly phi: Graph | undefined;
  /** Told what the course is about to do. */
  readonly phase: (name: Phase) => void;
  /** Told what a person should know. */
  readonly tell: (note: string) => void;
  /** Told what holds on where another layer or number of codes cannot be. */
  readonly refuse: (kept: Pick<Amendment, 'layer' | 'codes'>, reason: string) => void;
}

export class Course {
  #inversion: Inversion | undefined;

  private constructor(
    private readonly backend: Backend,
    private readonly prior: Prior,
    private readonly context: Context,
    private current: Job,
  ) {}

  /**
   * @param job as it fits into memory
   * @param amendment a change of the job that came before its first step
   */
  static async begin(
    backend: Backend,
    prior: Prior,
    job: Job,
    from: Checkpoint,
    context: Context,
    amendment?: Amendment,
  ): Promise<Course> {
    const course = new Course(backend, prior, context, job);
    await course.#enter(course.#next(from, amendment), from, 'compiling');
    return course;
  }

  /** The job as it is now. */
  get job(): Job {
    return this.current;
  }

  /** Steps taken so far. */
  get step(): number {
    return this.inversion.step;
  }

  /** The stage that the run is in. */
  get inversion(): Inversion {
    return this.#inversion!;
  }

  /** Steps until another stage is due, or the run is over. */
  get stepsLeft(): number {
    return this.inversion.job.iterations - this.step;
  }

  /** Enters the stage that is due, if another one is. @param amendment a change of the job */
  async proceed(amendment?: Amendment): Promise<void> {
    const { stage } = this.inversion;
    const job = this.#next(this.inversion, amendment);
    if (belongsTo(stage, job)) return amendment && this.inversion.amend(job);
    const checkpoint = await this.inversion.checkpoint();
    // Two compiled steps need not fit beside each other.
    await this.dispose();
    await this.#enter(job, checkpoint, stage.method === job.method ? 'refitting' : 'compiling');
  }

  async dispose(): Promise<void> {
    const inversion = this.#inversion;
    this.#inversion = undefined;
    await inversion?.dispose();
  }

  /**
   * The job of the stage that is due, as it fits into memory. A layer or number of codes that cannot be is refused before what
   * there is is given up for it.
   */
  #next(at: { readonly step: number; readonly stage: Stage }, amendment: Amendment = {}): StageJob {
    const { backend, prior, context } = this;
    const asked = asksForStage(amendment);
    const { learningRate, alphaLearningRate, ...others } = amendment;
    const last = lastStageOf(this.current);
    const entered = last !== undefined && at.stage.method === last.method;
    if (entered && (learningRate ?? alphaLearningRate) !== undefined) {
      context.refuse({}, last.refusal.rates);
      return this.#next(at, others);
    }
    try {
      if (entered && asked) throw new ParameterError(last.refusal.codes);
      const wanted = amend(this.current, prior.manifest, amendment);
      const job = stageJob(wanted, at.step, at.stage);
      if (asked && isGenerator(prior) && !belongsTo(at.stage, job)) checkStarts(prior, job);
      // A stage that has begun was made to fit when it began.
      const fitting = belongsTo(at.stage, job) ? job : fitIntoMemory(backend, prior, job, context.phi, context.tell);
      this.current = wanted;
      return fitting;
    } catch (error) {
      if (!asked || !(error instanceof ParameterError)) throw error;
      const { layer, codes, ...rest } = amendment;
      const { current } = this;
      context.refuse(
        { ...(layer !== undefined && { layer: current.layer }), ...(codes !== undefined && { codes: current.codes }) },
        error.message,
      );
      return this.#next(at, rest);
    }
  }

  async #enter(job: StageJob, from: Checkpoint, how: Phase): Promise<void> {
    const { backend, prior, context } = this;
    const { phi, phase } = context;
    phase(how);
    this.#inversion = await Inversion.create(backend, prior, job, await carry(backend, prior, from, job), phi);
    phase('optimising');
  }
}
