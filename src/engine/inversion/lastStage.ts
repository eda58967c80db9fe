/** What the last steps of a run may optimise instead of codes: a feature map that is released, or the generator's weights. */
import { ParameterError } from '../errors.ts';
import type { Manifest } from '../generator/manifest.ts';
import { methodById } from '../methods/index.ts';
import type { MethodId } from '../methods/method.ts';
import type { Job } from './job.ts';
import type { Refinements } from './refinements.ts';
import { checkRelease, releasedAfter, releasedJob } from './release.ts';
import { checkTune, tunedAfter, tunedJob } from './tune.ts';

export interface LastStage {
  readonly method: MethodId;
  /** Steps of the run before it. */
  readonly after: number;
  readonly job: Job;
  /** For people: "the release". */
  readonly name: string;
  /** Why what belongs to codes changes no more. */
  readonly refusal: { readonly rates: string; readonly codes: string };
}

export function withoutLastStage(job: Job): Job {
  const plain: { -readonly [K in keyof Job]: Job[K] } = { ...job };
  delete plain.release;
  delete plain.tune;
  return plain;
}

/** Nothing where the job has none, or is already that of its last stage. */
export function lastStageOf(job: Job): LastStage | undefined {
  const { release, tune, iterations, method } = job;
  if (tune && method !== 'tuned-weights') {
    return {
      method: 'tuned-weights',
      after: tunedAfter(tune, iterations),
      job: tunedJob(withoutLastStage(job), tune),
      name: 'the tuning',
      refusal: {
        rates: 'The model is being tuned by now, at a rate of its own: the others move nothing any more.',
        codes: 'The model is being tuned by now to what its codes have composed, so they stay as they are.',
      },
    };
  }
  if (release && method !== 'feature-map') {
    return {
      method: 'feature-map',
      after: releasedAfter(release, iterations),
      job: releasedJob(withoutLastStage(job), release),
      name: 'the release',
      refusal: {
        rates: 'The feature map is released by now and follows a rate of its own: the others move nothing any more.',
        codes: 'Its feature map is released by now, so no codes compose it any more.',
      },
    };
  }
  return undefined;
}

/** @throws ParameterError when the model cannot do what the last steps are to do after the others */
export function checkLastStage(
  { release, tune, method, layer }: Pick<Refinements, 'release' | 'tune'> & Pick<Job, 'method' | 'layer'>,
  manifest: Pick<Manifest, 'name' | 'slices'>,
): void {
  const composing = methodById(method).composedAt?.(manifest, layer) ?? layer;
  if (release && tune) {
    throw new ParameterError(
      'A run ends by releasing a feature map or by tuning the model, not by both: leave one out.',
    );
  }
  if (release) checkRelease(release, composing, manifest);
  if (tune) checkTune(tune, composing, manifest);
}
