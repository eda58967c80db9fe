/** `npm run bench -- hourglass`: what a step of the untrained prior costs, beside PyTorch's of the same network, in turns. */
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { Contender } from './contender.ts';
import { formatTable, mean, median } from './table.ts';

export interface HourglassCase {
  /** Of the square picture, in pixels. */
  readonly side: number;
  /** Channels. */
  readonly width: number;
  /** Of the super-resolution. */
  readonly factor: number;
  readonly threads: number;
}

const CONTENDERS = {
  native: [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'hourglassProcess.ts')],
  torch: [process.env['PYTHON'] ?? 'python3', join(import.meta.dirname, 'torch_hourglass.py')],
} as const;

interface Options {
  readonly side: number;
  readonly width: number;
  readonly threads: number;
  readonly rounds: number;
  readonly steps: number;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number is needed.');
  return value;
};

export function addHourglassCommand(program: Command): void {
  program
    .command('hourglass')
    .description("time a step of the untrained prior beside PyTorch's")
    .option('--side <n>', 'of the picture', number, 256)
    .option('--width <n>', 'channels', number, 64)
    .option('--threads <n>', 'processor threads', number, 1)
    .option('--rounds <n>', 'turns of each', number, 3)
    .option('--steps <n>', 'steps of a turn', number, 5)
    .action(measure);
}

async function measure({ side, width, threads, rounds, steps }: Options): Promise<void> {
  const timed: HourglassCase = { side, width, factor: 4, threads };
  const running: { contender: Contender; times: number[]; cpu: number[]; peak: number }[] = [];
  for (const [name, [command, ...args]] of Object.entries(CONTENDERS)) {
    try {
      const contender = await Contender.start(name, command, args, timed);
      running.push({ contender, times: [], cpu: [], peak: 0 });
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of running) {
      const { milliseconds, cpuMs = NaN, peakBytes = NaN } = await entry.contender.steps(steps);
      entry.times.push(...milliseconds);
      entry.cpu.push(cpuMs / steps);
      entry.peak = peakBytes;
    }
  }
  await Promise.all(running.map(({ contender }) => contender.stop()));
  const torch = running.find(({ contender }) => contender.name === 'torch');
  const rows = running.map(({ contender: { name, ready }, times, cpu, peak }) => [
    ...[name, ready.firstStepMs, median(times), mean(cpu), peak / 1e6],
    ...[torch && median(times) / median(torch.times), torch && mean(cpu) / mean(torch.cpu)],
  ]);
  console.log(formatTable(['contender', 'first ms', 'step ms', 'CPU ms', 'peak MB', '/ torch', 'CPU'], rows));
}
