/** Options of a task for many pictures. */
import type { Command } from 'commander';
import type { ListingOptions } from '../../node/batch/listing.ts';
import type { Shard } from '../../node/batch/shard.ts';
import { numberIn, parseShard } from '../parse.ts';

export interface BatchOptions extends ListingOptions {
  /** A file with one name a line, or ended by NUL as `find -print0` does; "-" is standard input. */
  readonly list?: string;
  readonly report?: string;
  readonly jobs?: number;
  readonly threads?: number;
  readonly shard?: Shard;
}

const SEVERAL = { low: 1, high: 256 };

export const addBatchOptions = (command: Command): Command =>
  command
    .option('--recursive', 'also the pictures in folders of a folder')
    .option('--include <glob>', 'of folders, only what this matches; may be given again', another)
    .option('--exclude <glob>', 'of folders, nothing that this matches; may be given again', another)
    .option('--list <file>', 'names of further pictures and folders, one a line or ended by NUL; "-" is standard input')
    .option(
      '--report <file>',
      'add a row for each picture, as JSON: what came of it, hashes, seconds, PSNR where known',
    )
    .option('--shard <i/n>', 'only the i-th of n parts, which have about as many pixels each', parseShard)
    .option(
      '--jobs <n>',
      'so many pictures at one time, which share memory and processor (default: 1)',
      numberIn(SEVERAL),
    )
    .option(
      '--threads <n>',
      'processor threads of a run (default: one a core, shared by what runs at one time)',
      numberIn(SEVERAL),
    );

const another = (pattern: string, patterns: readonly string[] = []): string[] => [...patterns, pattern];
