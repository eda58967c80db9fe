/** `ganprior study IMAGE --models A,B --layers 2,4`: one picture through several priors, cut at several layers. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { TASKS, type TaskId } from '../../engine/generator/manifest.ts';
import { DEVICES, type Device } from '../../node/backends.ts';
import { DEFAULT_MODEL } from '../../node/models.ts';
import { MASK_ALPHAS, type MaskAlpha } from '../../node/maskMeaning.ts';
import { isWithin, LIMITS, type Range } from '../../shared/limits.ts';
import { UsageError } from '../errors.ts';
import { numberIn, wholeNumber } from '../parse.ts';
import { addPerceptualOptions, type PerceptualOptions } from '../perceptual.ts';
import { runStudy } from '../study.ts';

export interface StudyOptions extends PerceptualOptions {
  readonly models: readonly string[];
  readonly layers: readonly number[];
  /** Absent: each model's preset. */
  readonly codes?: readonly number[];
  readonly task: TaskId;
  readonly out?: string;
  readonly json?: string;
  readonly csv?: string;
  readonly html?: string;
  /** Folder of what is done; absent: beside the first file that is written. */
  readonly cells?: string;
  readonly force?: boolean;
  readonly iterations?: number;
  readonly starts?: number;
  readonly seed?: number;
  readonly factor?: number;
  readonly mask?: string;
  readonly maskAlpha?: MaskAlpha;
  readonly lpips?: string;
  readonly device: Device;
}

const HELP = `
IMAGE is the known original: it is degraded as the task has it (reduced, made grey, given a hole or noise; not at all for
reconstruct), every model restores the same picture at every layer, and the results are measured against the original.

What is done is kept in the folder of --cells as it is done. Ctrl-C ends after the cell at hand is given up; the same command
then does only what is missing, and so does one with more models, layers or codes. The untrained prior has no layers and is run once.`;

export function addStudyCommand(program: Command): void {
  const command = program
    .command('study')
    .summary('one image through several priors and layers')
    .description('Restore one image with several priors, cut at several layers, and measure and show what comes of it.')
    .argument('<image>', 'the known original: a PNG, JPEG, WebP or BMP file')
    .addOption(
      new Option('--models <list>', 'ids, folders or checkpoints, with commas between')
        .argParser(names)
        .default([DEFAULT_MODEL], DEFAULT_MODEL),
    )
    .addOption(
      new Option('--layers <list>', 'composing layers, with commas between')
        .argParser(numbers(LIMITS.layer))
        .default([2, 4, 6, 8], '2,4,6,8'),
    )
    .addOption(
      new Option('--codes <list>', "numbers of codes, with commas between (each model's preset)").argParser(
        numbers(LIMITS.codes),
      ),
    )
    .addOption(new Option('--task <task>', 'what is done').choices(TASKS).default('reconstruct'))
    .option('--out <file>', 'contact sheet (.png)')
    .option('--json <file>', 'the table as JSON')
    .option('--csv <file>', 'the table as comma-separated values')
    .option('--html <file>', 'a page with pictures, table and chart that needs no other file')
    .option('--cells <folder>', 'where what is done is kept (a folder beside the sheet)')
    .option('--force', 'replace existing files')
    .option('--iterations <k>', "optimisation steps (each model's preset)", numberIn(LIMITS.iterations))
    .option('--starts <n>', 'random codes scored before the first step; the best ones start', numberIn(LIMITS.starts))
    .option('--seed <s>', 'the same seed gives the same result (default: 0)', numberIn(LIMITS.seed))
    .option('--factor <f>', 'super-resolve: how many times smaller the image is made (2 to 32)', wholeNumber)
    .option('--mask <file>', 'inpaint: what is unknown (default: a square in the middle)')
    .addOption(
      new Option('--mask-alpha <meaning>', "inpaint: whether a mask's transparent part is filled or kept").choices(
        MASK_ALPHAS,
      ),
    );
  addPerceptualOptions(command)
    .option('--lpips <file>', 'LPIPS network (ganprior import VGG16 --lpips HEADS): measure that too')
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .addHelpText('after', HELP)
    .action((image: string, options: StudyOptions) => {
      checkUsage(options);
      return runStudy(image, options);
    });
}

function checkUsage({ task, out, mask, factor }: StudyOptions): void {
  if (out !== undefined && !/\.png$/i.test(out)) throw new UsageError(`--out ${out}: the sheet is a PNG file.`);
  if (task !== 'inpaint' && mask !== undefined) throw new UsageError(`--mask belongs to inpaint, not to ${task}.`);
  if (task !== 'super-resolve' && factor !== undefined) {
    throw new UsageError(`--factor belongs to super-resolve, not to ${task}.`);
  }
}

function names(text: string): string[] {
  const found = text.split(',').map((name) => name.trim());
  if (found.includes('')) throw new InvalidArgumentError('It is names with commas between.');
  return [...new Set(found)];
}

const numbers =
  (range: Range) =>
  (text: string): number[] => {
    const found = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
    if (!found.every((value) => isWithin(value, range))) {
      throw new InvalidArgumentError(`It is whole numbers from ${range.low} to ${range.high} with commas between.`);
    }
    return [...new Set(found)];
  };
