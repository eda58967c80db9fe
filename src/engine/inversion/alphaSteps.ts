/**
 * Steps that move only the importances. As long as the codes stay, so do their feature maps F_n, the costly part of a step: they
 * are drawn once after every step of the codes, and the steps between run G2 alone, forward and backward.
 *
 * G1 is in the memory twice then, and G2 too: sessions do not share weights.
 */
import type { Backend, DeviceTensor, Executable } from '../backends/backend.ts';
import { orDispose } from '../backends/orDispose.ts';
import type { Graph, TypedGraph } from '../graph/graph.ts';
import { writeModel } from '../onnx/write.ts';
import type { Prior } from '../prior.ts';
import { drawingOf } from './drawing.ts';
import type { Job } from './job.ts';
import { buildAlphaStepGraph, buildCacheGraph } from './stepGraph.ts';

type Tensors = Readonly<Record<string, DeviceTensor>>;

/** Whether everything moves in a step. @param counted the step about to be taken, from 1 */
export const movesAll = (alphaSteps: number, counted: number): boolean => (counted - 1) % (alphaSteps + 1) === 0;

/** How many of so many steps moved everything. */
export const stepsOfAll = (alphaSteps: number, counted: number): number => Math.ceil(counted / (alphaSteps + 1));

/** What the steps run, on the device beside a whole step; nothing where the job has none, or its method nothing that stays. */
export function alphaStepGraphs(
  prior: Prior,
  job: Job,
  phi: Graph | undefined,
): Record<'cache' | 'step', TypedGraph> | undefined {
  if (!job.alphaSteps || !drawingOf(prior, job).cached) return undefined;
  return { cache: buildCacheGraph(prior, job), step: buildAlphaStepGraph(prior, job, phi) };
}

export class AlphaSteps {
  #cached: Tensors | undefined;

  private constructor(
    /** Of them follow one step of everything. */
    readonly count: number,
    private readonly cache: Executable,
    private readonly step: Executable,
  ) {}

  /** @returns nothing where the job has none, or its method nothing that stays */
  static async create(
    backend: Backend,
    prior: Prior,
    job: Job,
    phi: Graph | undefined,
  ): Promise<AlphaSteps | undefined> {
    const graphs = alphaStepGraphs(prior, job, phi);
    if (!graphs) return undefined;
    const cache = await backend.compile(writeModel(graphs.cache.graph));
    const step = await orDispose(backend.compile(writeModel(graphs.step.graph)), cache);
    return new AlphaSteps(job.alphaSteps!, cache, step);
  }

  /** @param inputs as a whole step takes them @returns what that returns, but for the state that stays */
  async run(inputs: Tensors): Promise<Record<string, DeviceTensor>> {
    this.#cached ??= await this.cache.run(inputs);
    return this.step.run({ ...inputs, ...this.#cached });
  }

  /** The codes have moved. */
  forget(): void {
    for (const value of Object.values(this.#cached ?? {})) value.dispose();
    this.#cached = undefined;
  }

  async dispose(): Promise<void> {
    this.forget();
    await this.cache.dispose();
    await this.step.dispose();
  }
}
