/** `npm run bench -- hourglass`: what a step of the untrained prior costs, beside PyTorch's of the same network, in turns. */
import type { Command } from 'commander';
import { timeBesideTorch, wholeNumber, withTurns, type Turns } from './besideTorch.ts';

export interface HourglassCase {
  /** Of the square picture, in pixels. */
  readonly side: number;
  /** Channels. */
  readonly width: number;
  /** Of the super-resolution. */
  readonly factor: number;
  readonly threads: number;
}

export function addHourglassCommand(program: Command): void {
  withTurns(
    program
      .command('hourglass')
      .description("time a step of the untrained prior beside PyTorch's")
      .option('--side <n>', 'of the picture', wholeNumber, 256)
      .option('--width <n>', 'channels', wholeNumber, 64),
  ).action(({ side, width, threads, ...turns }: Omit<HourglassCase, 'factor'> & Turns) => {
    const timed: HourglassCase = { side, width, factor: 4, threads };
    return timeBesideTorch('hourglassProcess.ts', 'torch_hourglass.py', timed, { threads, ...turns });
  });
}
