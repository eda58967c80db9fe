/** `ganprior edit --state DIR --direction d.npy --amount A`: a result with its codes moved along a direction. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { DEVICES, type Device } from '../../node/backends.ts';
import { DEFAULT_MODEL } from '../../node/models.ts';
import { LIMITS } from '../../shared/limits.ts';
import { edit } from '../edit.ts';
import { UsageError } from '../errors.ts';
import { numberIn } from '../parse.ts';

export interface EditOptions {
  readonly model: string;
  readonly state: string;
  readonly direction: string;
  readonly index: number;
  readonly amount: number;
  readonly codes?: readonly number[];
  readonly layer?: number;
  readonly result?: string;
  readonly consistent?: string;
  readonly out: string;
  readonly saveX?: string;
  readonly filmstrip?: string;
  readonly animation?: string;
  readonly frames: number;
  readonly force?: boolean;
  readonly device: Device;
}

const HELP = `
The state is what --state DIR left of a run. All codes move together, as in the published code, unless --codes chooses some.
The state stays what it was: an edit by 0 is what the run drew, bit for bit. With --result the picture's record says what
was moved, ganprior replay makes it again, and editing such a picture further adds to that: by A and then by -A is an edit by 0.

What is written is what the generator draws. Where a run was to agree with a picture (enlarged, filled), an edit agrees
with it no longer, unless --consistent PICTURE puts back what that says, as it is done for results.`;

export function addEditCommand(program: Command): void {
  program
    .command('edit')
    .summary('move the codes of a result along a direction')
    .description('Draw what a run left with its codes moved along a direction.')
    .option('--model <model>', 'id, folder or checkpoint of the generator', DEFAULT_MODEL)
    .requiredOption('--state <folder>', 'what --state left of the run')
    .requiredOption('--direction <file>', 'directions (.npy or .npz): [size of a code], or one a row; any length')
    .option('--index <i>', 'which of them, from 0', numberIn({ low: 0, high: 1e6 }), 0)
    .requiredOption(
      '--amount <a>',
      'how far, in standard deviations of a code',
      numberIn({ low: -1000, high: 1000, fractions: true }),
    )
    .addOption(new Option('--codes <list>', 'move these alone, from 0, with commas between').argParser(list))
    .option('--layer <l>', 'composing layer of the run, where it cannot be told', numberIn(LIMITS.layer))
    .option('--result <file>', 'the result that the run saved, or its record')
    .option('--consistent <picture>', 'what was restored: put back what it says (with --result)')
    .requiredOption('--out <file>', 'the edited picture (.png)')
    .option('--save-x <file>', 'what the generator draws, in numbers (.npy)')
    .option('--filmstrip <file>', 'pictures from -A to A, side by side (.png)')
    .option('--animation <file>', 'the same, there and back (.gif)')
    .option('--frames <n>', 'pictures of both', numberIn({ low: 2, high: 101 }), 7)
    .option('--force', 'replace existing files')
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .addHelpText('after', HELP)
    .action((options: EditOptions) => {
      const { out, filmstrip, animation, consistent, result } = options;
      expectEnding('--out', out, '.png');
      expectEnding('--filmstrip', filmstrip, '.png');
      expectEnding('--animation', animation, '.gif');
      if (consistent !== undefined && result === undefined) {
        throw new UsageError('--consistent needs --result FILE, whose record says how the picture was restored.');
      }
      return edit(options);
    });
}

function expectEnding(option: string, file: string | undefined, ending: string): void {
  if (file !== undefined && !file.toLowerCase().endsWith(ending)) {
    throw new UsageError(`${option} ${file}: name a file that ends in ${ending}.`);
  }
}

function list(text: string): number[] {
  const codes = text.split(',').map((part) => (/^\s*\d{1,4}\s*$/.test(part) ? Number(part) : NaN));
  if (codes.some(Number.isNaN))
    throw new InvalidArgumentError('It is whole numbers with commas between, such as 0,3,7.');
  return codes;
}
