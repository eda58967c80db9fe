/** A run without steps: the networks trained on drawings restore the target at once. */
import type { Backend } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import { noiseDeviation } from '../image/noise.ts';
import type { Planes } from '../image/picture.ts';
import { planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import type { Job, Outcome, RunEvent } from '../inversion/job.ts';
import type { Untrained } from '../prior.ts';
import { DrawnNetworks } from './drawnNetworks.ts';

/**
 * @param job of the untrained prior, whose target has the picture's own size
 * @returns an outcome of one step, without parameters
 * @throws ParameterError where the networks are not at hand
 */
export async function onePass(
  backend: Backend,
  { drawn }: Untrained,
  job: Job,
  emit: (event: RunEvent) => void,
): Promise<Outcome> {
  const began = performance.now();
  if (!drawn) throw new ParameterError('The networks of the one pass are not at hand here: they run in the host.');
  const on = { kind: 'phase', backend: backend.name } as const;
  emit({ ...on, phase: 'compiling' });
  const networks = await DrawnNetworks.open(backend, drawn);
  try {
    emit({ ...on, phase: 'optimising' });
    const target = tensorToPlanes(job.target);
    const restored =
      job.task === 'super-resolve'
        ? await networks.enlarge(target, job.factor)
        : await networks.denoise(target, noiseDeviation(target));
    const losses = [meanSquare(resample(restored, target.width, target.height, 'area'), target)];
    const milliseconds = performance.now() - began;
    emit({ kind: 'progress', step: 1, iterations: 1, losses, msPerStep: milliseconds, etaMs: 0 });
    const x = planesToTensor(restored);
    const outcome = { x, parameters: {}, steps: 1, losses, stopped: false, backend: backend.name, milliseconds };
    emit({ kind: 'done', outcome });
    return outcome;
  } finally {
    await networks.dispose();
  }
}

const meanSquare = (a: Planes, b: Planes): number =>
  a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0) / a.data.length;
