/**
 * A network of one pass as the start and the anchor of a run: what it makes of the target is the run's draft. The first steps look for
 * parameters that draw the draft; the others descend on the target, and the distance to the draft may be part of what they descend on. The
 * result lies between the draft and what the prior draws.
 */
import type { Backend } from '../backends/backend.ts';
import { drawnPass } from '../drawn/drawnPass.ts';
import { ParameterError } from '../errors.ts';
import type { FeedForward } from '../feedForward/network.ts';
import { feedForwardPass } from '../feedForward/pass.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { weighed } from '../image/fit.ts';
import { planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { meanSquaredError, pixelLoss } from '../losses/pixel.ts';
import { justDo, type Pass } from '../onePass/pass.ts';
import { isFeedForward, isGenerator, type Prior, type Untrained } from '../prior.ts';
import type { Tensor } from '../tensor.ts';
import { amend, type Amendment } from './amendment.ts';
import type { Job, Stage } from './job.ts';
import { plainly } from './plain.ts';

/** What makes drafts: a feed-forward network, or those that come with the untrained prior. */
export type Drafter = Untrained | FeedForward;

export const passOf = (backend: Backend, drafter: Drafter): Promise<Pass> =>
  isFeedForward(drafter) ? feedForwardPass(backend, drafter) : drawnPass(backend, drafter);

/**
 * The job with its draft, where it has an anchor.
 * @param drafter absent: the prior itself, where it is one
 * @throws ParameterError where nothing is at hand that makes one
 */
export async function drafted(
  backend: Backend,
  prior: Prior,
  job: Job,
  drafter: Drafter | undefined = isGenerator(prior) ? undefined : prior,
): Promise<Job> {
  if (!job.anchor) return job;
  if (!drafter) throw new ParameterError('An anchor needs a network of one pass that makes what the run is held to.');
  return { ...job, draft: await draftOf(backend, drafter, job) };
}

/** An amendment with another draft, where it brings another target or mask. */
export async function redrafted(
  backend: Backend,
  prior: Prior,
  job: Job,
  amendment: Amendment | undefined,
  drafter?: Drafter,
): Promise<Amendment | undefined> {
  if (!job.anchor || !(amendment?.target ?? amendment?.known)) return amendment;
  const { draft } = await drafted(backend, prior, amend(job, prior.manifest, amendment!), drafter);
  return { ...amendment, draft: draft! };
}

async function draftOf(backend: Backend, drafter: Drafter, job: Job): Promise<Tensor<'float32'>> {
  const pass = await passOf(backend, drafter);
  try {
    const canvas = () => tensorToPlanes(plainly(job));
    const made = await pass.make(job, { each: justDo, begin: ignore, show: ignore, note: ignore, canvas });
    return planesToTensor(job.covered ? weighed(made, tensorToPlanes(job.covered)) : made);
  } finally {
    await pass.dispose();
  }
}

const ignore = (): void => undefined;

/** Whether a run of this job looks for its draft first. */
export const fitsFirst = ({ anchor, draft }: Job): boolean => draft !== undefined && (anchor?.steps ?? 0) > 0;

/** Whether the next step is one of those. There is no way back to them. */
export const isFitting = (job: Job, step: number, now: Stage): boolean =>
  now.fitting === true && fitsFirst(job) && step < Math.min(job.anchor!.steps, job.iterations);

/** What is of the degraded picture, or of a later part of the run. */
const OF_THE_TARGET = [
  ...['target', 'known', 'stopBelow', 'init', 'draft', 'covered', 'anchor', 'variation'],
  ...['coarse', 'release', 'tune', 'widen', 'widenedRate'],
] as const;

/** The job of the first steps: the same parameters, compared with the draft as it is. */
export function fittingJob(job: Job): Job & { readonly fitting: true } {
  const shared = Object.entries(job).filter(([name]) => !(OF_THE_TARGET as readonly string[]).includes(name));
  return {
    ...(Object.fromEntries(shared) as Omit<Job, 'target' | 'known'>),
    ...{ task: 'reconstruct', factor: 1, fitting: true },
    iterations: Math.min(job.anchor!.steps, job.iterations),
    target: job.draft!,
    ...(job.covered && { known: job.covered }),
  };
}

/** The job of the steps after those: shapes are placed by then. */
export const fittedJob = <T extends Job>(job: T): T & { readonly scheduledFrom?: number } =>
  fitsFirst(job)
    ? {
        ...job,
        ...(job.coarse && { coarse: [0, 0] as const }),
        scheduledFrom: Math.min(job.anchor!.steps, job.iterations),
      }
    : job;

/** Input names. */
const DRAFT = 'draft';
const COVERED = 'covered';
/** Input [1]: how much of the picture the prior draws. */
export const OWN = 'own';

/** Inputs of the step graph, by name, where a job holds x to its draft. */
export const anchorInputs = ({ anchor, draft, covered }: Job): Record<string, Tensor<'float32'>> =>
  anchor && draft && (anchor.weight > 0 || anchor.share < 1)
    ? { [DRAFT]: draft, ...(covered && { [COVERED]: covered }) }
    : {};

/** @param step steps made */
export const ownShare = ({ anchor, iterations }: Pick<Job, 'anchor' | 'iterations'>, step: number): number =>
  anchor ? anchor.share * Math.min(1, step / iterations) : 1;

export interface Held {
  /** The distance to the draft, as the descent counts that to the target. */
  readonly distance: Value | undefined;
  /** What the run shows: x, moved towards the draft. */
  readonly image: Value;
}

/**
 * What an anchor makes of the picture that the prior draws.
 * @param drawn x, [1, 3, H, W], that the descent sees
 * @param shown the same, or what it is shown as
 */
export function held(b: GraphBuilder, drawn: Value, shown: Value, job: Job): Held {
  const inputs = anchorInputs(job);
  const { anchor, pixelLoss: kind } = job;
  if (!anchor || !inputs[DRAFT]) return { distance: undefined, image: shown };
  const [draft, covered] = [DRAFT, COVERED].map(
    (name) => inputs[name] && b.input(name, 'float32', inputs[name].dims),
  ) as [Value, Value | undefined];
  const distance = (): Value => {
    const seen = covered ? b.mul(drawn, covered) : drawn;
    const squares = meanSquaredError(b, seen, draft, covered);
    return b.scale(pixelLoss(b, squares, kind === 'rmse' ? kind : 'mse', seen, draft), anchor.weight);
  };
  return {
    distance: anchor.weight > 0 ? distance() : undefined,
    image: anchor.share < 1 ? b.add(draft, b.mul(b.sub(shown, draft), b.input(OWN, 'float32', [1]))) : shown,
  };
}
