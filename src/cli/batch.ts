/** A batch on the command line: the run service, and what is said of it. */
import { availableParallelism } from 'node:os';
import type { TaskId } from '../engine/generator/manifest.ts';
import { shown } from '../node/errors.ts';
import type { Portion } from '../node/backends.ts';
import { BatchReport, type Facts } from '../node/batch/report.ts';
import { RunService, type Item, type Making } from '../node/batch/service.ts';
import type { RestoreOptions } from './commands/restore.ts';
import { EXIT, problemOf, report as tellError } from './errors.ts';
import type { Interruption } from './interruption.ts';
import { Slots } from './slots.ts';
import { say } from './thread.ts';

/** A picture, its place below the folder that was named, and where its result goes. Plain data. */
export interface Placed {
  readonly name: string;
  readonly within: string;
  readonly output: string;
}

/** Makes one picture and writes it; stopped, it keeps what there is. */
export type Make = (placed: Placed, making: Making) => Promise<Facts>;

/** What one of so many runs at a time has of the machine. */
export function portionOf({ jobs = 1, threads }: Pick<RestoreOptions, 'jobs' | 'threads'>): Portion {
  const share = jobs > 1 ? Math.max(1, Math.floor(availableParallelism() / jobs)) : undefined;
  return { threads: threads ?? share, sharers: jobs };
}

/** Sets the exit status where a picture failed. @param open makes ready what makes pictures in this thread */
export async function runBatch(
  task: TaskId,
  placed: readonly Placed[],
  options: RestoreOptions,
  interruption: Interruption,
  open: () => Promise<Make>,
): Promise<void> {
  const { jobs = 1, force = false } = options;
  const report = options.report === undefined ? undefined : new BatchReport(options.report);
  const slots = jobs > 1 ? await Slots.open(Math.min(jobs, placed.length), task, options) : undefined;
  const make = slots ? slots.make : await open();
  const service = new RunService<Placed & Item>(
    {
      place: ({ output }) => output,
      make: (placed, _output, making) => make(placed, making),
      // It is told here, where what was not foreseen can be shown whole.
      sentence(error, { name }) {
        tellError(error, name);
        return problemOf(error, name);
      },
      changed: (job) =>
        job?.found && say(`${job.item.name}: ${job.output} exists already, skipped (--force replaces it)`),
    },
    { atOnce: jobs, force, report },
  );
  const end = (): void => service.stop();
  interruption.signal.addEventListener('abort', end);
  try {
    service.add(placed.map((one) => ({ ...one, task })));
    await service.settled();
  } finally {
    interruption.signal.removeEventListener('abort', end);
    await slots?.close();
  }
  conclude(service);
}

function conclude({ jobs, halted }: RunService<Placed & Item>): void {
  for (const { item, status } of jobs) {
    if (status === 'elsewhere') say(`${item.name}: another process is making it, left to that one`);
  }
  const failed = jobs.filter(({ status }) => status === 'failed').length;
  if (halted) {
    const at = shown(halted.name);
    process.stderr.write(`error: Stopped at ${at}. Make room, and call the same again to go on.\n`);
  } else if (failed > 0) say(`${failed} of ${jobs.length} images failed.`);
  if (failed > 0 || halted) process.exitCode = EXIT.failed;
}
