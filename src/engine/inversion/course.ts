/** The course of a run through its stages: one compiled inversion at a time, and the run's job as it is now. */
import type { Backend } from '../backends/backend.ts';
import type { Generator } from '../generator/generator.ts';
import type { Graph } from '../graph/graph.ts';
import { fitIntoMemory } from '../memory/plan.ts';
import { amend, type Amendment } from './amendment.ts';
import { carry } from './carry.ts';
import { Inversion } from './inversion.ts';
import type { Checkpoint, Job } from './job.ts';
import { belongsTo, stageJob } from './stage.ts';

interface Context {
  readonly phi: Graph | undefined;
  /** Told what the course is about to do. */
  readonly phase: (name: 'compiling' | 'optimising') => void;
  /** Told what a person should know. */
  readonly tell: (note: string) => void;
}

export class Course {
  #inversion: Inversion | undefined;

  private constructor(
    private readonly backend: Backend,
    private readonly generator: Generator,
    private readonly context: Context,
    private current: Job,
  ) {}

  static async begin(
    backend: Backend,
    generator: Generator,
    job: Job,
    from: Checkpoint,
    context: Context,
  ): Promise<Course> {
    const course = new Course(backend, generator, context, job);
    await course.#enter(from);
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

  /** Enters the stage that is due, if another one is. @param amendment a change of the job @throws ParameterError when it cannot be */
  async proceed(amendment?: Amendment): Promise<void> {
    if (amendment) this.current = amend(this.current, this.generator.manifest, amendment);
    const { stage } = this.inversion;
    const job = stageJob(this.current, this.step, stage);
    if (belongsTo(stage, job)) return amendment && this.inversion.amend(job);
    const checkpoint = await this.inversion.checkpoint();
    // Two compiled steps need not fit beside each other.
    await this.dispose();
    await this.#enter(checkpoint);
  }

  async dispose(): Promise<void> {
    const inversion = this.#inversion;
    this.#inversion = undefined;
    await inversion?.dispose();
  }

  async #enter(from: Checkpoint): Promise<void> {
    const { backend, generator, context } = this;
    const { phi, phase, tell } = context;
    phase('compiling');
    const job = fitIntoMemory(backend, generator, stageJob(this.current, from.step, from.stage), phi, tell);
    this.#inversion = await Inversion.create(backend, generator, job, await carry(backend, generator, from, job), phi);
    phase('optimising');
  }
}
