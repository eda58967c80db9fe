/**
 * How well a prior knows what a picture shows, told from the degraded picture alone and before the first step.
 *
 * A composition of N codes draws about what lies between the pictures of those codes. So the picture, reduced to the side of
 * the bank's thumbnails and degraded as the task does, is compared with the span of its nearest thumbnails; what the span
 * leaves over is measured against what it leaves over of the prior's own drawings, each compared with all the others under
 * the very same degradation. That takes no run of the generator, and nothing is stored but the bank.
 */
import type { TaskId } from './manifest.ts';
import type { Bank } from './bank.ts';
import { luma } from '../image/luma.ts';
import type { Planes } from '../image/picture.ts';
import { tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import type { Tensor } from '../tensor.ts';
import { leftOver } from './span.ts';

/** Drawings of the prior that say what the span leaves over of the prior's own kind. */
const REFERENCES = 100;
/** The share of them that counts as the prior's own. */
const OWN_SHARE = 0.9;
/**
 * Photographs of what a prior was trained on lie a little outside what it draws. Of 400 photographs of the embedded prior's
 * training, 99 in 100 are within 2.2 times (in luma 2.3 times) what OWN_SHARE of its own drawings are.
 */
const MARGIN = 2.25;
/** A cell counts for something where at least so much of it is known. */
const ENOUGH = 0.5;

/** What is observed of a picture, as a job has it. */
export interface Observed {
  readonly task: TaskId;
  /** [1, 3, h, h] in [-1, 1], times `known`. */
  readonly target: Tensor<'float32'>;
  /** [1, 1, h, h]: 1 known, 0 unknown, between them the known share. Absent: known everywhere. */
  readonly known?: Tensor<'float32'>;
}

export interface Familiarity {
  /** What is left over of the picture, by what may be left over of the prior's own kind. */
  readonly distance: number;
  /** Whether the prior knows such pictures: the distance is at most 1. */
  readonly known: boolean;
}

/** @returns nothing where the picture says too little to tell: no compared cell is known by half */
export function familiarity(bank: Bank, observed: Observed): Familiarity | undefined {
  const { side, share, picture } = viewOf(bank, observed);
  if (!share.some((known) => known >= ENOUGH)) return undefined;
  const thumbnails = thumbnailsAs(bank, observed.task, side);
  const weights = picture.map((_, i) => share[i % share.length]!);
  const distance = leftOver(thumbnails, picture, weights) / allowance(bank, thumbnails, weights);
  return { distance, known: distance <= 1 };
}

/** What is the same for pictures that are seen alike: most of the work, so it is done once. */
const allowances = new WeakMap<Bank, Map<string, number>>();

/** What may be left over of a picture that the prior knows, seen with these weights. */
function allowance(bank: Bank, thumbnails: Float32Array, weights: Float32Array): number {
  const known = allowances.get(bank) ?? new Map<string, number>();
  allowances.set(bank, known);
  const key = weights.join();
  const before = known.get(key);
  if (before !== undefined) return before;
  const size = weights.length;
  const { count } = bank.shape;
  const references = Math.min(REFERENCES, count);
  const own = Array.from({ length: references }, (_, i) => {
    const index = Math.floor((i * count) / references);
    return leftOver(thumbnails, thumbnails.subarray(index * size, (index + 1) * size), weights, index);
  }).sort((a, b) => a - b);
  const allowed = Math.max(MARGIN * own[Math.min(references - 1, Math.floor(OWN_SHARE * references))]!, Number.EPSILON);
  known.set(key, allowed);
  return allowed;
}

/** The picture as thumbnails are compared with it: mean colours (colorize: luma) of its cells' known parts, and the known shares. */
function viewOf({ shape }: Bank, { task, target, known }: Observed) {
  const side = comparedSide(target.dims[2]!, shape.side);
  const reduced = (planes: Planes): Float32Array => resample(planes, side, side, 'area').data;
  const whole = tensorToPlanes(target);
  const sums = reduced(task === 'colorize' ? luma(whole) : whole);
  const share = known ? reduced(tensorToPlanes(known)) : new Float32Array(side * side).fill(1);
  const picture = sums.map((sum, i) => sum / Math.max(share[i % share.length]!, 1e-6));
  return { side, share, picture };
}

/** Every thumbnail of the bank as the task leaves it, reduced to `side`, one after the other. */
function thumbnailsAs(bank: Bank, task: TaskId, side: number): Float32Array {
  const { count } = bank.shape;
  const channels = task === 'colorize' ? 1 : 3;
  const all = new Float32Array(count * channels * side * side);
  for (let i = 0; i < count; i++) {
    const thumbnail = resample(tensorToPlanes(bank.thumbnails([i])), side, side, 'area');
    all.set((channels === 1 ? luma(thumbnail) : thumbnail).data, i * channels * side * side);
  }
  return all;
}

/** Thumbnails shrink by whole factors only; a target larger than they are shrinks to their side. */
export function comparedSide(target: number, thumbnail: number): number {
  let side = Math.min(target, thumbnail);
  while (thumbnail % side !== 0) side--;
  return side;
}
