/** `ganprior replay RECORD IMAGE`: makes a result again from what was recorded with it. */
import { Option, type Command } from 'commander';
import { DEVICES, type Device } from '../../node/backends.ts';
import { replay } from '../replay.ts';
import { recordOption, type ResultFileOptions } from '../resultFiles.ts';
import { qualityOption } from './restore.ts';

export interface ReplayOptions extends Pick<ResultFileOptions, 'record'> {
  readonly out: string;
  /** Absent: the result's own. */
  readonly quality?: number;
  readonly force?: boolean;
  readonly model?: string;
  readonly perceptual?: string;
  readonly startFrom?: string;
  readonly device: Device;
}

export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .summary('make a result again')
    .description('Makes a result again, byte for byte on the same backend, from the record that was saved with it.')
    .argument(
      '<record>',
      'a result (PNG, JPEG, WebP) with its record in it or beside it, or the record as a .json file',
    )
    .argument('<image>', 'the picture that it was made from')
    .requiredOption('--out <file>', 'where the result goes: a .png, .jpg or .webp file')
    .addOption(qualityOption())
    .addOption(recordOption())
    .option('--force', 'replace an existing file')
    .option('--model <model>', 'folder or checkpoint of the generator, if it is not among the installed models')
    .option('--perceptual <network>', 'package or file of the perceptual network, if it is not installed')
    .option('--start-from <network>', 'folder or checkpoint of what the run began with, if it is not installed')
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .action((record: string, image: string, options: ReplayOptions) => replay(record, image, options));
}
