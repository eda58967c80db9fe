/** How long methods take here, as far as runs have shown it, and what that comes to for the next. Pure. */
import type { Size } from '../../engine/image/picture.ts';
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { UNTRAINED_CHOICES } from '../documentState.ts';
import type { ComparedMethod } from './methods.ts';

/** Milliseconds of a whole run for each step (and for each pixel, of what draws any size), by what was run. */
export type Paces = Readonly<Record<string, number>>;

/** Microseconds of a step for each pixel of the result, on two cores of a processor (docs/tasks.md). */
export const PER_PIXEL: Readonly<Record<(typeof UNTRAINED_CHOICES)[number], number>> = {
  'random-projector': 3.7,
  'anchored-projector': 3.7,
  'deep-image-prior': 6.1,
  'deep-decoder': 3.1,
};
/** The same of one pass of the small networks, and of what needs no model. */
const PER_PIXEL_ONCE = { 'one-pass': 20, plain: 0.5 } as const;

/** What a pace is remembered under. Models draw pictures of their own size, in steps that take as long for any picture. */
export const paceKey = (model: string, method: string, task: TaskId): string => `${model} ${method} ${task}`;

/** Whether a run takes longer for a larger picture. */
export const growsWithSize = ({ kind }: Pick<ComparedMethod, 'kind'>): boolean => kind !== 'generator';

/** @param size of the result @returns seconds; nothing where nobody can say */
export function secondsFor(method: ComparedMethod, task: TaskId, size: Size, paces: Paces): number | undefined {
  const { kind, model, steps } = method;
  const pixels = size.width * size.height;
  const pace = paces[paceKey(model?.id ?? '', method.method ?? 'one-pass', task)];
  if (pace !== undefined) return (pace * steps * (growsWithSize(method) ? pixels : 1)) / 1000;
  if (kind === 'untrained') return (steps * pixels * PER_PIXEL[method.method as keyof typeof PER_PIXEL]) / 1e6;
  if (kind === 'one-pass' || kind === 'plain') return (pixels * PER_PIXEL_ONCE[kind]) / 1e6;
  return undefined;
}
