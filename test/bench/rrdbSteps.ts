/** `npm run bench -- rrdb`: what enlarging a picture with an RRDBNet of real size costs, beside PyTorch's of the same weights, in turns. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { REAL_SIZE, rrdbNet } from '../support/rrdbNet.ts';
import { torchZip } from '../support/torchWriter.ts';
import { timeBesideTorch, wholeNumber, withTurns, type Turns } from './besideTorch.ts';

export interface RrdbCase {
  /** The checkpoint, with random weights. */
  readonly file: string;
  /** Of the square picture that is enlarged four times, in pixels. */
  readonly side: number;
  readonly blocks: number;
  readonly threads: number;
}

export function addRrdbCommand(program: Command): void {
  withTurns(
    program
      .command('rrdb')
      .description("time an RRDBNet of the published size beside PyTorch's")
      .option('--side <n>', 'of the picture', wholeNumber, 256),
  ).action(async ({ side, threads, ...turns }: Pick<RrdbCase, 'side'> & Turns) => {
    const folder = await mkdtemp(join(tmpdir(), 'rrdb-'));
    try {
      const file = join(folder, 'rrdb.pth');
      await writeFile(file, torchZip(rrdbNet(REAL_SIZE)));
      const timed: RrdbCase = { file, side, blocks: REAL_SIZE.blocks, threads };
      await timeBesideTorch('rrdbProcess.ts', 'torch_rrdb.py', timed, { threads, ...turns });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
