/** Options of a task for many pictures. */
import type { Command } from 'commander';
import type { ListingOptions } from '../batch/listing.ts';
import { parseShard, type Shard } from '../batch/shard.ts';

export interface BatchOptions extends ListingOptions {
  readonly report?: string;
  readonly shard?: Shard;
}

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
    .option('--shard <i/n>', 'only the i-th of n parts, which have about as many pixels each', parseShard);

const another = (pattern: string, patterns: readonly string[] = []): string[] => [...patterns, pattern];
