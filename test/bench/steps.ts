/** What an optimisation step costs: every contender on every case, in turns. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { disagreement, engineCheck, TOLERANCE } from './agreement.ts';
import { Contender, type Case, type Check } from './contender.ts';
import { SHAPES, stepFlops, type ModelName } from './generators.ts';
import { median } from './table.ts';
import { vggFlops } from './vgg.ts';

/** Contenders by name: the command and its arguments, without the case. */
const ENGINE = [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'engineProcess.ts')];
const TORCH = [process.env['PYTHON'] ?? 'python3', join(import.meta.dirname, 'torch_step.py')];
const CHROMIUM = [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'chromiumProcess.ts')];
const rival = (script: string) => [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'rivals', script)];
export const CONTENDERS = {
  native: [...ENGINE, 'native'],
  webgpu: [...ENGINE, 'webgpu'],
  wasm: [...ENGINE, 'wasm'],
  'chromium-wasm': [...CHROMIUM, 'engine', 'wasm'],
  'chromium-webgpu': [...CHROMIUM, 'engine', 'webgpu'],
  'tfjs-wasm': rival('tfjsProcess.mjs'),
  'jax-wasm': rival('jaxProcess.mjs'),
  'chromium-tfjs-wasm': [...CHROMIUM, 'tfjs', 'wasm'],
  'chromium-jax-wasm': [...CHROMIUM, 'jax', 'wasm'],
  'tfjs-webgpu': [...CHROMIUM, 'tfjs', 'webgpu'],
  'jax-webgpu': [...CHROMIUM, 'jax', 'webgpu'],
  'torch-batched': [...TORCH, 'batched'],
  'torch-loop': [...TORCH, 'loop'],
} as const satisfies Record<string, readonly string[]>;
export type ContenderName = keyof typeof CONTENDERS;

/** Whether a contender is a library that must be installed first. */
export const isRival = (name: ContenderName): boolean => /(tfjs|jax)-/.test(name);

export interface StepRecord {
  readonly model: string;
  readonly layer: number;
  readonly codes: number;
  readonly threads: number;
  readonly perceptual: boolean;
  readonly contender: string;
  readonly firstStepMs: number;
  /** Median wall time of a step. */
  readonly stepMs: number;
  /** Mean processor time of a step: what a busy machine disturbs least. */
  readonly stepCpuMs?: number;
  readonly gflops: number;
  readonly peakMB?: number;
  readonly sessionMB?: number;
}

export function torchIsThere(): boolean {
  try {
    execFileSync(TORCH[0]!, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface Measurement {
  readonly model: ModelName;
  readonly layer: number;
  readonly codes: number;
  readonly threads: number;
  readonly perceptual: boolean;
  /** Turns each contender gets, and the steps of a turn. */
  readonly rounds: number;
  readonly stepsPerRound: number;
}

/** One case for all contenders, interleaved. A contender that cannot run is reported through `warn` and left out. */
export async function measureSteps(
  { model, layer, codes, threads, perceptual, rounds, stepsPerRound }: Measurement,
  names: readonly ContenderName[],
  warn: (message: string) => void,
): Promise<StepRecord[]> {
  const shape = SHAPES[model];
  const timed: Case = { model, ...shape, layer, codes, threads, perceptual, factor: 8 };
  const running: { contender: Contender; times: number[]; cpu?: number; peak?: number }[] = [];
  let wanted: Check | undefined;
  for (const name of names) {
    const [command, ...args] = CONTENDERS[name];
    if (perceptual && isRival(name)) {
      warn(`${name} is not timed with the perceptual network.`);
      continue;
    }
    try {
      const contender = await Contender.start(name, command!, args, timed);
      const { check, device } = contender.ready;
      if (check) wanted ??= await engineCheck(timed);
      const off = check && wanted ? disagreement(check, wanted) : 0;
      if (off > TOLERANCE) {
        await contender.stop();
        warn(`${name} computes something else (${off.toExponential(1)} off), and is not timed.`);
        continue;
      }
      if (check) warn(`${name} agrees with the engine to ${off.toExponential(1)}.`);
      if (device) warn(`${name} runs on ${device}.`);
      running.push({ contender, times: [] });
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of running) {
      const { milliseconds, cpuMs, peakBytes } = await entry.contender.steps(stepsPerRound);
      entry.times.push(...milliseconds);
      if (cpuMs !== undefined) entry.cpu = (entry.cpu ?? 0) + cpuMs;
      if (peakBytes !== undefined) entry.peak = peakBytes;
    }
  }
  await Promise.all(running.map(({ contender }) => contender.stop()));
  return running.map(({ contender: { name, ready }, times, cpu, peak }) => {
    const stepMs = median(times);
    return {
      ...{ model, layer, codes, threads, perceptual, contender: name, firstStepMs: ready.firstStepMs, stepMs },
      gflops: (stepFlops(shape, layer, codes) + (perceptual ? vggFlops() : 0)) / stepMs / 1e6,
      ...(cpu !== undefined && { stepCpuMs: cpu / times.length }),
      ...(peak !== undefined && { peakMB: peak / 1e6 }),
      ...(ready.sessionBytes && { sessionMB: ready.sessionBytes / 1e6 }),
    };
  });
}

/** Time of `record` over that of `contender` on the same case. */
export function ratioTo(
  record: StepRecord,
  others: readonly StepRecord[],
  contender: string,
  time: 'stepMs' | 'stepCpuMs',
): number | undefined {
  const other = others.find((candidate) => candidate.contender === contender && caseOf(candidate) === caseOf(record));
  const [mine, theirs] = [record[time], other?.[time]];
  return mine !== undefined && theirs !== undefined ? mine / theirs : undefined;
}

export const caseOf = ({ model, layer, codes, threads, perceptual }: StepRecord): string =>
  `${model} layer ${layer} N ${codes}${perceptual ? ', VGG16' : ''}, ${threads} thread${threads === 1 ? '' : 's'}`;
