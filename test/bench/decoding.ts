/** `npm run bench -- decode`: JPEG pictures of 24 megapixels beside libjpeg-turbo (in Pillow), in turns, each in a process of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { formatTable, median } from './table.ts';

/** Milliseconds of processor time: the first time in a process, and the median of the next ones. */
interface Decoding {
  readonly first: number;
  readonly next: number;
  readonly peakMB: number;
}

const PYTHON = process.env['PYTHON'] ?? 'python3';
const PILLOW = join(import.meta.dirname, 'pillow_decode.py');
const OURS = ['--import', 'tsx', join(import.meta.dirname, 'decodeProcess.ts')];

export function addDecodeCommand(program: Command): void {
  program
    .command('decode')
    .description('time JPEG pictures of 24 megapixels beside Pillow (PYTHON names an interpreter that has it)')
    .option('--rounds <n>', 'processes of each', Number, 3)
    .action(({ rounds }: { readonly rounds: number }) => measure(rounds));
}

function measure(rounds: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'decoding-'));
  try {
    execFileSync(PYTHON, [PILLOW, '--make', folder]);
    const rows = readdirSync(folder).map((name) => {
      const file = join(folder, name);
      const runs = Array.from({ length: rounds }, () => ({
        ours: decoded(process.execPath, [...OURS, file]),
        pillow: decoded(PYTHON, [PILLOW, file]),
      }));
      const ours = (fact: keyof Decoding) => median(runs.map((run) => run.ours[fact]));
      const pillow = (fact: keyof Decoding) => median(runs.map((run) => run.pillow[fact]));
      return [
        ...[name, ours('first'), pillow('first'), ours('first') / pillow('first')],
        ...[ours('next'), pillow('next'), ours('next') / pillow('next'), ours('peakMB'), pillow('peakMB')],
      ];
    });
    const header = ['file', 'first ms', 'Pillow', 'ratio', 'next ms', 'Pillow', 'ratio', 'peak MB', 'Pillow'];
    console.log(formatTable(header, rows));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const decoded = (command: string, args: readonly string[]): Decoding =>
  JSON.parse(execFileSync(command, args, { encoding: 'utf8' })) as Decoding;
