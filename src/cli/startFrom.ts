/** `--start-from NETWORK`: the codes are fitted to what a feed-forward network makes of the picture, and go on from there to the target. */
import type { Backend } from '../engine/backends/backend.ts';
import { fittingJob } from '../engine/feedForward/fit.ts';
import type { FeedForward } from '../engine/feedForward/network.ts';
import { feedForwardDefaults } from '../engine/feedForward/settings.ts';
import type { Generator } from '../engine/generator/generator.ts';
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Graph } from '../engine/graph/graph.ts';
import type { Picture } from '../engine/image/picture.ts';
import { tensorToPlanes } from '../engine/image/planes.ts';
import type { RunControl } from '../engine/inversion/control.ts';
import type { Parameters } from '../engine/inversion/job.ts';
import { run } from '../engine/inversion/run.ts';
import { isFeedForward } from '../engine/prior.ts';
import { prepare, type Prepared } from '../engine/tasks/index.ts';
import { openPrior } from '../node/priors.ts';
import { modelRoots } from '../node/store/home.ts';
import { UsageError } from './errors.ts';
import type { Progress } from './progress.ts';

/** @throws UsageError where it is no feed-forward network, ParameterError where it was trained for something else */
export async function openStart(reference: string, task: TaskId): Promise<FeedForward> {
  const prior = await openPrior(reference, modelRoots());
  if (!isFeedForward(prior)) {
    throw new UsageError(`--start-from ${reference}: name a model of one pass, such as one of Real-ESRGAN.`);
  }
  feedForwardDefaults(task, prior.manifest);
  return prior;
}

/** @returns parameters of the job's method that draw about what the network makes of the picture */
export async function fitted(
  backend: Backend,
  generator: Generator,
  network: FeedForward,
  { job, frame, source }: Pick<Prepared, 'job' | 'frame'> & { readonly source: Picture },
  progress: Progress,
  control: RunControl,
  phi: Graph | undefined,
): Promise<Parameters> {
  const emit = progress.show.bind(progress);
  const { region } = frame;
  const asked = prepare(job.task, source, network.manifest, {
    ...(job.task === 'super-resolve' && { factor: job.factor }),
    ...(region && { region }),
  });
  progress.line(`its codes are fitted to what ${network.manifest.id} makes of it first, in ${job.iterations} steps`);
  const { x } = await run(backend, network, asked.job, { control, emit });
  const { parameters } = await run(backend, generator, fittingJob(job, frame, tensorToPlanes(x)), {
    ...{ control, emit },
    ...(phi && { phi }),
  });
  return parameters;
}
