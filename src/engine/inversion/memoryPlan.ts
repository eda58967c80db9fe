/**
 * Whether a run fits into a device's memory, decided before it is compiled rather than by a crash. Where all codes at once
 * are too many, fewer feature maps are in memory at one time (see generator/inParts.ts): the run is slower, its result the
 * same but for rounding. What a run needs with one code at a time hardly depends on their number, so fewer codes would not
 * help where that is still too much.
 */
import type { Backend, DeviceMemory } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import type { Graph, TypedGraph } from '../graph/graph.ts';
import { bytesNeeded, fits, GIGABYTE, memoryFor } from '../memory/budget.ts';
import { footprint, together, type Footprint } from '../memory/footprint.ts';
import { methodById } from '../methods/index.ts';
import { isGenerator, type Prior } from '../prior.ts';
import { alphaStepGraphs } from './alphaSteps.ts';
import type { Job } from './job.ts';
import { lastStageOf } from './lastStage.ts';
import { buildStepGraph } from './stepGraph.ts';

/**
 * @param tell told how the job was made to fit, where it was
 * @returns the job as it fits
 * @throws ParameterError when the job needs too much however it is computed
 */
export function fitIntoMemory(
  backend: Backend,
  prior: Prior,
  job: Job,
  phi: Graph | undefined,
  tell: (note: string) => void,
): Job {
  const memory = memoryFor(job.memory, backend.memory);
  const measure = (candidate: Job): Footprint =>
    peaks(prior, candidate, phi)
      .map((graphs) => together(graphs.map(footprint)))
      .reduce(larger);
  const wanted = measure(job);
  if (fits(wanted, memory)) return job;
  let least = wanted;
  for (const codesAtOnce of smallerParts(job)) {
    const candidate = { ...job, codesAtOnce };
    const needed = measure(candidate);
    if (fits(needed, memory)) {
      tell(explainParts(candidate, wanted, needed, memory));
      return candidate;
    }
    if (bytesNeeded(needed) < bytesNeeded(least)) least = needed;
  }
  throw new ParameterError(explainRefusal(prior, job, least, memory));
}

/** What is on the device at one time, whenever in a run that may be the most. */
function peaks(prior: Prior, job: Job, phi: Graph | undefined): (readonly TypedGraph[])[] {
  const step = [buildStepGraph(prior, job, phi), ...Object.values(alphaStepGraphs(prior, job, phi) ?? {})];
  const start = job.init || !isGenerator(prior) ? undefined : methodById(job.method).startGraph?.(prior, job);
  const last = lastStageOf(job);
  return [step, ...(start ? [[start]] : []), ...(last ? [[buildStepGraph(prior, last.job, phi)]] : [])];
}

const larger = (a: Footprint, b: Footprint): Footprint => ({
  ...(bytesNeeded(b) > bytesNeeded(a) ? b : a),
  largest: Math.max(a.largest, b.largest),
});

/** The sizes of part to try after the job's own, from large to small; none where a method knows no parts. */
function smallerParts({ method, codes, codesAtOnce = codes }: Job): number[] {
  if (method !== 'multi-code') return [];
  const sizes = Array.from({ length: codes }, (_, i) => Math.ceil(codes / (i + 1)));
  return [...new Set(sizes)].filter((size) => size < codesAtOnce);
}

function explainParts({ codes, codesAtOnce }: Job, wanted: Footprint, needed: Footprint, memory: DeviceMemory): string {
  return (
    `${codes} codes at once need about ${inGigabytes(bytesNeeded(wanted))}${tensorOf(wanted, memory)}; ` +
    `${offer(memory)}. ${codesAtOnce} at a time need about ${inGigabytes(bytesNeeded(needed))}, and longer for each step.`
  );
}

function explainRefusal(prior: Prior, job: Job, least: Footprint, memory: DeviceMemory): string {
  const last = lastStageOf(job);
  const extras = [...(job.alphaSteps ? ['the steps of alpha alone'] : []), ...(last ? [last.name] : [])];
  const needs = `${prior.manifest.name} needs about ${inGigabytes(bytesNeeded(least))}${tensorOf(least, memory)}`;
  if (!isGenerator(prior)) {
    return `${needs} for a picture of this size; ${offer(memory)}. Choose a region of it, or allow more memory if there is more.`;
  }
  const inParts = job.method === 'multi-code' ? ' even with one code at a time' : '';
  const without = extras.length > 0 ? `leave out ${extras.join(' and ')}, ` : '';
  return `${needs}${inParts}; ${offer(memory)}. Allow more memory if there is more, ${without}run on the CPU, or use a smaller generator.`;
}

const offer = ({ bytes, largestTensor }: DeviceMemory): string =>
  `a run may take ${inGigabytes(bytes)} here` +
  (largestTensor === undefined ? '' : `, and ${inGigabytes(largestTensor)} for one tensor`);

const tensorOf = ({ largest }: Footprint, { largestTensor = Infinity }: DeviceMemory): string =>
  largest > largestTensor ? `, and ${inGigabytes(largest)} for one tensor,` : '';

const inGigabytes = (bytes: number): string => `${(bytes / GIGABYTE).toFixed(1)} GB`;
