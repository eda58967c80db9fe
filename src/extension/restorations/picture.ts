/** Pictures that are restored together, and what of them outlives a window. Pure. */
import * as v from 'valibot';
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { Item, Job } from '../../node/batch/service.ts';
import { taskSchema } from '../../shared/schemas.ts';

export interface Picture extends Item {
  /** The path of its file. */
  readonly name: string;
  readonly task: TaskId;
  /** Another one differs from it in its ending alone, so its result keeps that. */
  readonly alike: boolean;
}

export type Restoration = Job<Picture>;

const pictureSchema = v.object({ name: v.string(), task: taskSchema, alike: v.boolean() });
const keptSchema = v.object({
  /** When something was last known of them, in milliseconds since 1970. */
  at: v.number(),
  /** A person let them wait. */
  paused: v.boolean(),
  jobs: v.array(
    v.object({
      item: pictureSchema,
      status: v.picklist(['waiting', 'done', 'failed']),
      output: v.exactOptional(v.string()),
      error: v.exactOptional(v.string()),
    }),
  ),
});
export type KeptRestorations = v.InferOutput<typeof keptSchema>;

/** @returns nothing where there is none, or another version wrote what this one cannot read */
export function parseKept(value: unknown): KeptRestorations | undefined {
  const parsed = v.safeParse(keptSchema, value);
  return parsed.success ? parsed.output : undefined;
}

/** What is being made has to be made again. */
export function toKeep(jobs: readonly Restoration[], paused: boolean, at: number): KeptRestorations {
  return {
    ...{ at, paused },
    jobs: jobs.map(({ item: { name, task, alike }, status, output, error }) => ({
      item: { name, task, alike },
      status: status === 'done' || status === 'failed' ? status : 'waiting',
      ...(output !== undefined && { output }),
      ...(error !== undefined && { error }),
    })),
  };
}

/** @returns the paths whose results would have one name, were it not for their endings */
export function alikeAmong(paths: readonly string[]): Set<string> {
  const stem = (path: string): string => path.replace(/\.[^./\\]*$/, '').toLowerCase();
  const numbers = new Map<string, number>();
  for (const path of paths) numbers.set(stem(path), (numbers.get(stem(path)) ?? 0) + 1);
  return new Set(paths.filter((path) => numbers.get(stem(path))! > 1));
}
