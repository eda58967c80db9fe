/** The recipe that a preset is measured against: the one the paper's published code runs. */
import type { Generator } from '../../src/engine/generator/generator.ts';
import { initialAlpha } from '../../src/engine/generator/compose.ts';
import { lastCut, type TaskId } from '../../src/engine/generator/manifest.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { taskById } from '../../src/engine/tasks/registry.ts';
import type { TaskOptions } from '../../src/engine/tasks/task.ts';
import { filled, float32 } from '../../src/engine/tensor.ts';

/**
 * Gradient descent at learning rate 1, alpha = 1/N, as many codes and steps as the published scripts say. The loss
 * reduces by area, as the measured pictures were reduced, which helps it; data consistency is not part of it.
 * Layers are the published ones where the generator has as many, else its last; `layer` overrides that.
 */
export function referenceOptions(task: TaskId, { manifest }: Pick<Generator, 'manifest'>, layer?: number): TaskOptions {
  const { paper } = taskById(task);
  return {
    layer: layer ?? Math.min(paper.layer, lastCut(manifest)),
    codes: paper.codes,
    iterations: paper.iterations,
    starts: 0,
    bank: false,
    optimizer: 'gd',
    learningRate: 1,
    down: 'area',
    consistency: false,
    perceptual: { kind: 'none' },
  };
}

/** The published super-resolution starts from z = 0, everything else from N(0, 1). */
export function referenceJob(job: Job, generator: Generator): Job {
  if (job.task !== 'super-resolve') return job;
  const { codes, layer } = job;
  const channels = generator.channels(layer);
  const init = {
    z: filled([codes, generator.manifest.latent.size], 0),
    alpha: float32([codes, channels], initialAlpha(codes, channels)),
  };
  return { ...job, init };
}
