/** `ganprior draw`: what a generator draws at random, or of given codes, between them and of two at once. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { DEVICES, type Device } from '../../node/backends.ts';
import { DEFAULT_MODEL } from '../../node/models.ts';
import { LIMITS } from '../../shared/limits.ts';
import { draw } from '../draw.ts';
import { UsageError } from '../errors.ts';
import { numberIn } from '../parse.ts';

export interface DrawOptions {
  readonly model: string;
  readonly count: number;
  readonly seed: number;
  readonly truncation?: number;
  readonly codes?: string;
  readonly latent: 'z' | 'w';
  readonly pick?: readonly number[];
  readonly between: number;
  readonly mix?: number;
  readonly states?: readonly string[];
  readonly out: string;
  readonly saveCodes?: string;
  readonly force?: boolean;
  readonly device: Device;
}

const HELP = `
--mix L draws a table: every code's layers up to L (its row) with every code's layers after it (its column). Of a StyleGAN
each layer reads its own style. Another generator has no styles: the feature maps of layer L stay where the row's code
puts them, and each channel gets the mean and the deviation that it has with the column's.

Runs begin with the codes of --save-codes by --begin-with; --pick says which of them.`;

export function addDrawCommand(program: Command): void {
  program
    .command('draw')
    .summary('see what a generator draws')
    .description('Draw pictures of random codes, or of given ones, between them and of two at once, as a sheet.')
    .option('--model <model>', 'id, folder or checkpoint of the generator', DEFAULT_MODEL)
    .option('--count <n>', 'how many random codes', numberIn({ low: 1, high: 400 }), 12)
    .option('--seed <s>', 'the same seed draws the same codes', numberIn(LIMITS.seed), 0)
    .option(
      '--truncation <psi>',
      'of a StyleGAN: how far styles are from their mean (1: as drawn)',
      numberIn(LIMITS.truncation),
    )
    .option('--codes <file>', 'these codes instead (.npy)')
    .addOption(new Option('--latent <space>', 'of a StyleGAN: w takes styles').choices(['z', 'w']).default('z'))
    .addOption(new Option('--pick <list>', 'only these codes, from 0, with commas between').argParser(list))
    .option('--between <n>', 'pictures on the way from each code to the next', numberIn({ low: 0, high: 100 }), 0)
    .option('--mix <l>', 'all codes up to layer l with all codes after it', numberIn(LIMITS.layer))
    .addOption(
      new Option(
        '--states <list>',
        'results instead of codes: what --state DIR left of runs, with commas between',
      ).argParser((text: string) => text.split(',')),
    )
    .requiredOption('--out <file>', 'the sheet (.png)')
    .option('--save-codes <file>', 'the codes of all pictures, in their order (.npy)')
    .option('--force', 'replace existing files')
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .addHelpText('after', HELP)
    .action((options: DrawOptions) => {
      checkUsage(options);
      return draw(options);
    });
}

function checkUsage({ out, latent, codes, states, saveCodes, mix, pick }: DrawOptions): void {
  if (!/\.png$/i.test(out)) throw new UsageError(`--out ${out}: the sheet is a PNG file.`);
  if (latent === 'w' && codes === undefined) throw new UsageError('--latent w belongs to --codes: random codes are z.');
  if (!states) return;
  if (states.length < 2) throw new UsageError('--states: name at least two, with a comma between.');
  if ([codes, saveCodes, mix, pick].some((given) => given !== undefined)) {
    throw new UsageError('--states draws results: leave out --codes, --save-codes, --mix and --pick.');
  }
}

function list(text: string): number[] {
  const found = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if (found.some(Number.isNaN)) throw new InvalidArgumentError('It is numbers from 0 with commas between.');
  return found;
}
