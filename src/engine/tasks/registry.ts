/** The tasks there are. A new one is one file and one line here. */
import { ParameterError } from '../errors.ts';
import type { TaskId } from '../generator/manifest.ts';
import { colorize } from './colorize.ts';
import { denoise } from './denoise.ts';
import { inpaint } from './inpaint.ts';
import { reconstruct } from './reconstruct.ts';
import { superResolve } from './superResolve.ts';
import type { Task } from './task.ts';

export const ALL_TASKS: readonly Task[] = [superResolve, colorize, inpaint, reconstruct, denoise];

export function taskById(id: TaskId): Task {
  const found = ALL_TASKS.find((task) => task.id === id);
  if (!found)
    throw new ParameterError(`There is no task "${id}"; choose ${ALL_TASKS.map((task) => task.id).join(', ')}.`);
  return found;
}
