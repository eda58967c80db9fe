/**
 * The untrained prior: a network that has seen nothing. Its random convolutions are drawn from a run's seed, so there are no files
 * and no weights, and what it can draw is what such a network finds easy: pictures rather than noise.
 */
import * as v from 'valibot';
import { TASKS, type TaskId } from '../generator/manifest.ts';
import type { Anchor } from '../inversion/refinements.ts';

export const untrainedSchema = v.object({
  kind: v.literal('untrained'),
  id: v.literal('untrained'),
  name: v.string(),
  domain: v.string(),
  licence: v.string(),
  /** Of the networks, as they are drawn from a seed or were trained on drawings: others make other pictures of the same settings. */
  revision: v.pipe(v.number(), v.integer()),
  /** What it can do. */
  tasks: v.array(v.picklist(TASKS)),
});
export type UntrainedManifest = v.InferOutput<typeof untrainedSchema>;

export const UNTRAINED: UntrainedManifest = {
  kind: 'untrained',
  id: 'untrained',
  name: 'Any picture',
  domain: 'nothing in particular: it learns from the picture itself',
  licence: 'MIT',
  revision: 2,
  tasks: ['super-resolve', 'inpaint', 'denoise', 'reconstruct'],
};

/** What a run of it uses where a person sets nothing; chosen by the measurements in docs/tasks.md. */
export interface UntrainedPreset {
  readonly iterations: number;
  readonly learningRate: number;
  readonly variation: number;
  readonly anchor?: Anchor;
}

const PRESETS: Readonly<Partial<Record<TaskId, UntrainedPreset>>> = {
  'super-resolve': { iterations: 200, learningRate: 0.5, variation: 0.75 },
  denoise: { iterations: 200, learningRate: 0.1, variation: 0.5 },
  inpaint: { iterations: 100, learningRate: 0.1, variation: 0.2 },
  reconstruct: { iterations: 200, learningRate: 0.1, variation: 0 },
};

/** Of the projector that is held to what the networks of the one pass make. */
const ANCHORED: Readonly<Partial<Record<TaskId, UntrainedPreset>>> = {
  denoise: { ...PRESETS.denoise!, anchor: { steps: 0, weight: 0, share: 0.15 } },
  inpaint: { ...PRESETS.inpaint!, anchor: { steps: 0, weight: 0, share: 0.2 } },
};
/** Nothing for a task where the networks alone are better. */
export const anchoredPreset = (task: TaskId): UntrainedPreset | undefined => ANCHORED[task];

/** Nothing for a task that it cannot do. */
export const untrainedPreset = (task: TaskId): UntrainedPreset | undefined => PRESETS[task];

/** Channels of the network. */
export const UNTRAINED_WIDTH = 64;
