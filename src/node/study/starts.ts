/** The codes that the cells of one model start from. They do not depend on the layer, and those of few are the first of many. */
import type { Backend } from '../../engine/backends/backend.ts';
import type { Job, RunEvent } from '../../engine/inversion/job.ts';
import { chooseCodes, startFrom } from '../../engine/inversion/start.ts';
import { methodById } from '../../engine/methods/index.ts';
import { isGenerator, type Prior } from '../../engine/prior.ts';
import { float32, type Tensor } from '../../engine/tensor.ts';
import type { Place } from './plan.ts';

export interface Telling {
  stopped(): boolean;
  emit(event: RunEvent): void;
}

export class SharedStarts {
  readonly #chosen = new Map<Prior, Map<number, Tensor<'float32'>>>();

  constructor(private readonly places: readonly Place[]) {}

  /** @returns the job with what its own run would begin with; chosen anew only where no cell before it has chosen that */
  async begin(backend: Backend, prior: Prior, job: Job, { stopped, emit }: Telling): Promise<Job> {
    // What an encoder makes of the picture is for its own run to ask.
    if (!isGenerator(prior) || job.start === 'encoder') return job;
    const generator = prior.suitedTo(backend);
    const codes = methodById(job.method).codes(job);
    const count = this.#together(prior, job, codes);
    const known = this.#chosen.get(prior) ?? new Map<number, Tensor<'float32'>>();
    this.#chosen.set(prior, known);
    const chosen =
      known.get(count) ??
      (await chooseCodes(backend, generator, job, count, ({ fraction }) => {
        emit({ kind: 'phase', phase: 'scoring', backend: backend.name, fraction });
        return Promise.resolve(stopped() ? 'stop' : 'go on');
      }));
    if (!stopped()) known.set(count, chosen);
    return { ...job, init: await startFrom(backend, generator, job, first(chosen, codes)) };
  }

  /** As many codes as the cells of the model ask for at most, where the best of those that are scored come first. */
  #together(prior: Prior, { bank, rescore = 0, starts }: Job, codes: number): number {
    const scored = bank ? rescore : starts;
    const asked = this.places.flatMap((place) => (place.prior === prior ? [place.settings?.codes ?? 0] : []));
    return codes < scored ? Math.max(codes, ...asked.filter((count) => count < scored)) : codes;
  }
}

function first({ dims, data }: Tensor<'float32'>, count: number): Tensor<'float32'> {
  const [, size] = dims as [number, number];
  return float32([count, size], data.slice(0, count * size));
}
