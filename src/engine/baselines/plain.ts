/** The baseline that needs no model at all: what a picture comes to where its values are taken as they are. */
import type { TaskId } from '../generator/manifest.ts';
import type { Picture } from '../image/picture.ts';
import { plainly } from '../inversion/plain.ts';
import { finish, prepare, type TaskOptions } from '../tasks/index.ts';
import { UNTRAINED } from '../untrained/manifest.ts';

/** Tasks that leave nothing for it to do: the picture as it came is what it would give. */
const AS_IT_CAME: readonly TaskId[] = ['colorize', 'reconstruct'];

/**
 * @param options those of the task, the region and the faces count; what a model would be told does not
 * @returns the whole picture: enlarged bicubically, or filled as smoothly as can be (Laplace's equation)
 * @throws ParameterError where nothing is to be filled
 */
export function plainResult(task: TaskId, source: Picture, options: TaskOptions): Picture {
  if (AS_IT_CAME.includes(task)) return source;
  const { factor, noise, unknown, softMask, feather, region, faces, seam } = options;
  const plain = Object.fromEntries(
    Object.entries({ factor, noise, unknown, softMask, feather, seam }).filter(([, value]) => value !== undefined),
  ) as TaskOptions;
  return (faces ?? [region]).reduce<Picture | undefined>((made, part) => {
    // What the picture says is not put back, or the one that is enlarged would be more than bicubic.
    const wanted = { ...plain, consistency: false, ...(part && { region: part }) };
    const { job, frame } = prepare(task, source, UNTRAINED, wanted);
    return finish(task, source, plainly(job), frame, wanted, undefined, made);
  }, undefined)!;
}

/** What it is called in tables. */
export const plainName = (task: TaskId): 'bicubic' | 'harmonic fill' | 'input' =>
  task === 'super-resolve' ? 'bicubic' : task === 'inpaint' ? 'harmonic fill' : 'input';
