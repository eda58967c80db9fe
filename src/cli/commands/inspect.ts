/** `ganprior inspect --state DIR`: what each code of a result draws, and what its strongest channels do. */
import { Option, type Command } from 'commander';
import { DEVICES, type Device } from '../../node/backends.ts';
import { DEFAULT_MODEL } from '../../node/models.ts';
import { LIMITS } from '../../shared/limits.ts';
import { UsageError } from '../errors.ts';
import { inspect } from '../inspect.ts';
import { numberIn } from '../parse.ts';

export interface InspectOptions {
  readonly model: string;
  readonly state: string;
  readonly layer?: number;
  readonly channels: number;
  readonly out?: string;
  readonly json?: string;
  readonly force?: boolean;
  readonly device: Device;
}

const HELP = `
The sheet has a row for each code, the one that the result consists of most first: its own picture, its term of the composition
decoded alone, the result without it, and where that differs (white: as much as at one pixel in a hundred of the sheet). Then come the strongest
channels: the result without each, and where that differs. Shares are of the composed feature map and sum to 1.`;

export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .summary('see what the codes of a result draw')
    .description('Take the result of a multi-code run apart: by its codes, and by the channels at the composing layer.')
    .option('--model <model>', 'id, folder or checkpoint of the generator', DEFAULT_MODEL)
    .requiredOption('--state <folder>', 'what --state left of the run')
    .option('--layer <l>', 'composing layer of the run, where it cannot be told', numberIn(LIMITS.layer))
    .option('--channels <n>', 'how many of the strongest channels', numberIn({ low: 0, high: 1000 }), 4)
    .option('--out <file>', 'contact sheet (.png)')
    .option('--json <file>', 'shares and changes as JSON')
    .option('--force', 'replace existing files')
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .addHelpText('after', HELP)
    .action((options: InspectOptions) => {
      const { out } = options;
      if (out !== undefined && !/\.png$/i.test(out)) throw new UsageError(`--out ${out}: the sheet is a PNG file.`);
      return inspect(options);
    });
}
