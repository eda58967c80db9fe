/** A compiled inversion: the step graph on a backend, and the state it works on. */
import type { Backend, DeviceTensor, Executable } from '../backends/backend.ts';
import { evaluate } from '../backends/evaluate.ts';
import { orDispose } from '../backends/orDispose.ts';
import { ParameterError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { levelWeights } from '../losses/coarse.ts';
import { writeModel } from '../onnx/write.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { rateAt } from '../optimizers/schedule.ts';
import type { Prior } from '../prior.ts';
import type { Noise } from '../untrained/noise.ts';
import { filled, float32, sameShape } from '../tensor.ts';
import { AlphaSteps, movesAll, stepsOfAll } from './alphaSteps.ts';
import { anchorInputs, OWN, ownShare } from './anchor.ts';
import { SHARE, shareOf } from './average.ts';
import { BEST_LOSS, bestOf, WORST_LOSS } from './best.ts';
import { drawingOf } from './drawing.ts';
import type { Checkpoint, Job, Parameters, Stage } from './job.ts';
import type { Keep } from './refinements.ts';
import { stageOf, type StageJob } from './stage.ts';
import { buildStepGraph, buildTargetGraph, next, NOISE, rateNames, type StepGraph } from './stepGraph.ts';

/** What a step leaves behind, still on the device; all of it belongs to the state before the step. */
export interface StepResult {
  readonly loss: DeviceTensor;
  /** The pixels' mean squared error, where the loss is another number. */
  readonly pixels: DeviceTensor | undefined;
  readonly image: DeviceTensor;
}

export class Inversion {
  #job: StageJob;
  #step: number;

  private constructor(
    private readonly backend: Backend,
    job: StageJob,
    /** What the parameters mean, and since when. */
    readonly stage: Stage,
    private readonly executable: Executable,
    private readonly alphaSteps: AlphaSteps | undefined,
    private readonly optimizer: Optimizer,
    /** Names of the parameters among the state. */
    private readonly moving: readonly string[],
    /** What a checkpoint holds, in bytes. */
    readonly stateBytes: number,
    private readonly noise: Noise | undefined,
    private readonly phi: Graph | undefined,
    /** What stays the same from step to step until the job is amended. */
    private fixed: Readonly<Record<string, DeviceTensor>>,
    private state: Readonly<Record<string, DeviceTensor>>,
    step: number,
  ) {
    this.#job = job;
    this.#step = step;
  }

  /** Compiles the step graph and places the state: from a checkpoint, or from a start with zero moments. */
  static async create(
    backend: Backend,
    prior: Prior,
    job: StageJob,
    from: Parameters | Checkpoint,
    phi?: Graph,
  ): Promise<Inversion> {
    const graph = buildStepGraph(prior, job, phi);
    const resumed = isCheckpoint(from);
    const initial = firstState(graph, resumed ? from.state : from);
    const fixed = await observation(backend, job, phi);
    const executable = await backend.compile(writeModel(graph.graph));
    const alphaSteps = await orDispose(AlphaSteps.create(backend, prior, job, phi), executable);
    const state = Object.fromEntries(Object.entries(initial).map(([name, value]) => [name, backend.upload(value)]));
    const bytes = Object.values(initial).reduce((sum, { data }) => sum + data.byteLength, 0);
    const moving = Object.keys(graph.state).filter((name) => graph.state[name]!.kind === 'parameter');
    const [stage, step] = resumed ? [from.stage, from.step] : [stageOf(job, 0), 0];
    return new Inversion(
      backend,
      job,
      stage,
      executable,
      alphaSteps,
      graph.optimizer,
      moving,
      bytes,
      drawingOf(prior, job).noise?.(),
      phi,
      fixed,
      state,
      step,
    );
  }

  /** The stage's job as it is now. */
  get job(): StageJob {
    return this.#job;
  }

  /** Steps taken so far. */
  get step(): number {
    return this.#step;
  }

  /** Goes on with a changed job of the same stage from the state that is reached. */
  async amend(job: StageJob): Promise<void> {
    if ((['target', 'known', 'draft'] as const).some((name) => job[name] !== this.#job[name])) {
      const before = this.fixed;
      this.fixed = await observation(this.backend, job, this.phi);
      for (const value of Object.values(before)) value.dispose();
      this.#forgetBest();
      if (this.optimizer.ofOneTarget) await this.#forgetMoments();
    }
    this.#job = job;
  }

  /** Takes one step. The caller disposes the result. */
  async advance(): Promise<StepResult> {
    const all = movesAll(this.#alphaSteps, this.#counted);
    const { results, state } = await this.#run(all ? this.executable : this.alphaSteps!, this.#step);
    for (const name of Object.keys(state)) this.state[name]!.dispose();
    this.state = { ...this.state, ...state };
    this.#step += 1;
    if (all) this.alphaSteps?.forget();
    return results;
  }

  /** The image and loss of the present state, or of the best one kept; the state does not change. */
  async look(at: Keep = 'last'): Promise<StepResult> {
    const { results, state } = await this.#run(this.executable, undefined, this.#parameters(at));
    for (const value of Object.values(state)) value.dispose();
    return results;
  }

  /** The lowest loss of the states that steps have been taken from, where the job keeps the best one. */
  async bestLoss(): Promise<number> {
    const loss = this.state[BEST_LOSS];
    return loss ? Number((await loss.read()).data[0]) : Infinity;
  }

  async checkpoint(): Promise<Checkpoint> {
    const entries = Object.entries(this.state).map(async ([name, value]) => [name, await value.read()] as const);
    const state = Object.fromEntries(await Promise.all(entries)) as Parameters;
    return { step: this.#step, stage: this.stage, state };
  }

  /** What is optimised, without the optimiser's moments: as it is now, or the best kept. */
  async parameters(at: Keep = 'last'): Promise<Parameters> {
    const entries = Object.entries(this.#parameters(at)).map(
      async ([name, value]) => [name, await value.read()] as const,
    );
    return Object.fromEntries(await Promise.all(entries)) as Parameters;
  }

  async dispose(): Promise<void> {
    for (const value of [...Object.values(this.state), ...Object.values(this.fixed)]) value.dispose();
    await this.executable.dispose();
    await this.alphaSteps?.dispose();
  }

  get #alphaSteps(): number {
    return this.alphaSteps?.count ?? 0;
  }

  /** The step about to be taken, counted from 1 since the moments were zero. */
  get #counted(): number {
    return this.#step - this.stage.began + 1;
  }

  /** Differences of gradients towards two targets are no curvature of either. */
  async #forgetMoments(): Promise<void> {
    const moments = Object.entries(this.state).filter(([name]) =>
      this.optimizer.moments.some((moment) => name.endsWith(`.${moment}`)),
    );
    for (const [name, before] of moments) {
      const { dims } = await before.read();
      this.state = { ...this.state, [name]: this.backend.upload(filled(dims, 0)) };
      before.dispose();
    }
  }

  /** The best loss was measured against another target. */
  #forgetBest(): void {
    const lowest = this.state[BEST_LOSS];
    if (!lowest) return;
    this.state = { ...this.state, [BEST_LOSS]: this.backend.upload(filled([1], WORST_LOSS)) };
    lowest.dispose();
  }

  /** The parameters' tensors by name. */
  #parameters(at: Keep): Record<string, DeviceTensor> {
    return Object.fromEntries(this.moving.map((name) => [name, this.state[at === 'best' ? bestOf(name) : name]!]));
  }

  /**
   * @param shaken the step that the noise is of; absent: at rest
   * @returns besides what a step leaves, the state that it changes
   */
  async #run(
    executable: Pick<Executable, 'run'>,
    shaken: number | undefined,
    parameters: Readonly<Record<string, DeviceTensor>> = {},
  ): Promise<{ results: StepResult; state: Record<string, DeviceTensor> }> {
    const given = {
      rates: float32([rateNames(this.optimizer, this.#job).length], this.#rates()),
      [SHARE]: float32([1], [shareOf(this.#counted)]),
      [OWN]: float32([1], [ownShare(this.#job, this.#step)]),
      ...(this.noise && { [NOISE]: this.noise.at(shaken) }),
    };
    const inputs = Object.entries(given).map(([name, value]) => [name, this.backend.upload(value)] as const);
    const outputs = await executable.run({
      ...{ ...this.state, ...parameters, ...this.fixed },
      ...Object.fromEntries(inputs),
    });
    for (const [, value] of inputs) value.dispose();
    const changed = Object.keys(this.state).filter((name) => outputs[next(name)]);
    const state = Object.fromEntries(changed.map((name) => [name, outputs[next(name)]!]));
    return { results: { loss: outputs['loss']!, pixels: outputs['pixels'], image: outputs['image']! }, state };
  }

  /** The numbers of the step about to be taken, in the order of `rateNames`. */
  #rates(): number[] {
    const { optimizer, iterations, coarse, scheduledFrom = 0 } = this.#job;
    const step = this.#step + 1;
    const scheduled = rateAt(optimizer.schedule, step - scheduledFrom, iterations - scheduledFrom);
    // The optimiser counts the steps of a parameter since its moments were zero; the schedule may have begun before that.
    const counts = [stepsOfAll(this.#alphaSteps, this.#counted), this.#counted];
    const [ofCodes, ofAlpha] = counts.map((count) => scheduled * this.optimizer.rateScale(count)) as [number, number];
    return [
      optimizer.learningRate * ofCodes,
      optimizer.alphaLearningRate * ofAlpha,
      ...counts.flatMap((count) => this.optimizer.scalarsAt(count)),
      ...(coarse ? levelWeights(coarse, step, iterations) : []),
    ];
  }
}

/**
 * The state before the first step: what is given, and what the optimiser and the run keep beside it.
 * @throws ParameterError when a parameter is missing or has another shape
 */
function firstState({ state }: StepGraph, given: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(state).map(([name, tensor]) => {
      const { kind, shape } = tensor;
      const value = given[name] ?? (kind === 'kept' ? filled(shape, tensor.first) : undefined);
      if (!value) throw new ParameterError(`The start has no "${name}", which this method needs.`);
      if (sameShape(value.dims, shape)) return [name, value];
      throw new ParameterError(
        `The initial "${name}" has shape [${value.dims.join(', ')}]; this prior, layer and number of codes need [${shape.join(', ')}].`,
      );
    }),
  );
}

const isCheckpoint = (from: Parameters | Checkpoint): from is Checkpoint => typeof from['step'] === 'number';

/** What the loss compares with, on the device: the target, its mask, and what the perceptual term sees of it. */
async function observation(backend: Backend, job: Job, phi: Graph | undefined): Promise<Record<string, DeviceTensor>> {
  const given = { target: job.target, ...(job.known && { known: job.known }) };
  const graph = buildTargetGraph(job, phi);
  const seen = graph && (await evaluate(backend, graph, given));
  return Object.fromEntries(
    Object.entries({ ...given, ...seen, ...anchorInputs(job) }).map(([name, value]) => [name, backend.upload(value)]),
  );
}
