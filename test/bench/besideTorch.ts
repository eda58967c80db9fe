/** Times a step of ours beside PyTorch's of the same network, in turns, and prints both. */
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { Contender } from './contender.ts';
import { formatTable, mean, median } from './table.ts';

export interface Turns {
  readonly threads: number;
  readonly rounds: number;
  readonly steps: number;
}

export const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number is needed.');
  return value;
};

export const withTurns = (command: Command): Command =>
  command
    .option('--threads <n>', 'processor threads', wholeNumber, 1)
    .option('--rounds <n>', 'turns of each', wholeNumber, 3)
    .option('--steps <n>', 'steps of a turn', wholeNumber, 5);

/**
 * @param ours a script beside this one that speaks contender.ts's protocol
 * @param torch a Python script that does
 * @param timed the case, as both are told it
 */
export async function timeBesideTorch(
  ours: string,
  torch: string,
  timed: object,
  { rounds, steps }: Turns,
): Promise<void> {
  const beside = (file: string): string => join(import.meta.dirname, file);
  const contenders = {
    native: [process.execPath, '--import', 'tsx', beside(ours)],
    torch: [process.env['PYTHON'] ?? 'python3', beside(torch)],
  } as const;
  const running: { contender: Contender; times: number[]; cpu: number[]; peak: number }[] = [];
  for (const [name, [command, ...args]] of Object.entries(contenders)) {
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
  const theirs = running.find(({ contender }) => contender.name === 'torch');
  const rows = running.map(({ contender: { name, ready }, times, cpu, peak }) => [
    ...[name, ready.firstStepMs, median(times), mean(cpu), peak / 1e6],
    ...[theirs && median(times) / median(theirs.times), theirs && mean(cpu) / mean(theirs.cpu)],
  ]);
  console.log(formatTable(['contender', 'first ms', 'step ms', 'CPU ms', 'peak MB', '/ torch', 'CPU'], rows));
}
