/** A run of the untrained prior is as long as its picture is large: where that is long, it is said as soon as its pace is known. */
import { isGenerator, type Prior } from '../prior.ts';
import type { Job } from './job.ts';

/** What a person waits for without having been told. */
export const UNTOLD_MS = 120_000;
/** The first step also counts what a device prepares on the way. */
const PACE_KNOWN = 2;

/**
 * @param job of the whole picture
 * @param pace the steps made and to be made, and the time for those that are left
 * @returns a sentence, one time in a run, where there is something to say
 */
export function longRunNote(
  prior: Prior,
  job: Job,
  { step, iterations, etaMs }: { readonly step: number; readonly iterations: number; readonly etaMs: number },
): string | undefined {
  if (isGenerator(prior) || step !== PACE_KNOWN || etaMs <= UNTOLD_MS) return undefined;
  const [, , height, width] = job.target.dims as [number, number, number, number];
  const size = `${width * job.factor} × ${height * job.factor}`;
  return (
    `The ${iterations} steps of ${size} pixels take about ${Math.round(etaMs / 60_000)} minutes here. ` +
    'A region of the picture, fewer steps or a smaller width take less; if you stop, you keep what there is.'
  );
}
