/** `ganprior compare IMAGE --task T`: several methods on one picture, in a table and on a contact sheet. */
import { existsSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { RANGES, type Range } from '../../engine/baselines/feedForward.ts';
import { TASKS, type TaskId } from '../../engine/generator/manifest.ts';
import {
  GENERATOR_METHODS,
  isMethod,
  METHODS,
  STEPPING_METHODS,
  UNTRAINED_METHODS,
} from '../../engine/methods/method.ts';
import { DEVICES, type Device } from '../../node/backends.ts';
import { DEFAULT_MODEL } from '../../node/models.ts';
import { compare } from '../compare.ts';
import { UsageError } from '../errors.ts';
import { ID } from '../../node/store/catalog.ts';
import { defaultHome } from '../../node/store/home.ts';
import { StoreLayout } from '../../node/store/layout.ts';
import { MASK_ALPHAS, type MaskAlpha } from '../../node/maskMeaning.ts';
import { LIMITS } from '../../shared/limits.ts';
import { numberIn, wholeNumber } from '../parse.ts';
import { addPerceptualOptions, type PerceptualOptions } from '../perceptual.ts';

/** The options as commander hands them over. */
export interface CompareOptions extends PerceptualOptions {
  readonly task: TaskId;
  readonly methods: readonly string[];
  readonly truth?: string;
  readonly out?: string;
  readonly html?: string;
  readonly json?: string;
  readonly force?: boolean;
  readonly model: string;
  readonly layer?: number;
  readonly codes?: number;
  readonly iterations?: number;
  readonly starts?: number;
  readonly seed?: number;
  readonly factor?: number;
  readonly mask?: string;
  readonly maskAlpha?: MaskAlpha;
  readonly range: Range;
  readonly lpips?: string;
  readonly device: Device;
}

/** The method that needs no model. */
export const PLAIN = 'plain';

const HELP = `
Methods: ${GENERATOR_METHODS.join(', ')} (of the model; encoder where it has one), ${UNTRAINED_METHODS.join(', ')} (of the untrained prior; one-pass
enlarges and denoises); models of one pass (an id, a folder or a checkpoint, such as one of Real-ESRGAN); and any ONNX file of a
network from image to image, which runs once. ${PLAIN} is what needs no model: bicubic enlargement, or a harmonic fill.
A method that fails is told of, and keeps nobody from the others.

Without IMAGE the original of --truth is degraded first: reduced (super-resolve), made grey (colorize), given a square hole
(inpaint) or Gaussian noise (denoise). Without --truth there is nothing to measure against: the table has times alone.`;

export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .summary('run several methods on one image')
    .description('Run the method and its baselines on one image, measure them, and draw a contact sheet.')
    .argument('[image]', 'PNG, JPEG, WebP or BMP file')
    .addOption(new Option('--task <task>', 'what to do').choices(TASKS).makeOptionMandatory())
    .addOption(
      new Option('--methods <list>', 'what to compare, with commas between')
        .argParser(list)
        .default([...STEPPING_METHODS], STEPPING_METHODS.join(',')),
    )
    .option('--truth <file>', 'the known original')
    .option('--out <file>', 'contact sheet (.png)')
    .option('--html <file>', 'a page with table and pictures that needs no other file')
    .option('--json <file>', 'the table as JSON')
    .option('--force', 'replace existing files')
    .option('--model <model>', 'id, folder or checkpoint of the generator', DEFAULT_MODEL)
    .option('--layer <l>', "composing layer (the model's preset)", numberIn(LIMITS.layer))
    .option('--codes <n>', "number of latent codes (the model's preset)", numberIn(LIMITS.codes))
    .option('--iterations <k>', "optimisation steps (the model's preset)", numberIn(LIMITS.iterations))
    .option('--starts <n>', 'random codes scored before the first step; the best ones start', numberIn(LIMITS.starts))
    .option('--seed <s>', 'the same seed gives the same result (default: 0)', numberIn(LIMITS.seed))
    .option('--factor <f>', 'super-resolve: how many times larger (2 to 32)', wholeNumber)
    .option('--mask <file>', 'inpaint: picture or .npy that marks what is unknown: white, a colour, 1, or erased')
    .addOption(
      new Option('--mask-alpha <meaning>', "inpaint: whether a mask's transparent part is filled or kept").choices(
        MASK_ALPHAS,
      ),
    );
  addPerceptualOptions(command)
    .addOption(
      new Option('--range <range>', 'values of the ONNX networks').choices(Object.keys(RANGES)).default('0..1'),
    )
    .option('--lpips <file>', 'LPIPS network (ganprior import VGG16 --lpips HEADS): measure that too')
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .addHelpText('after', HELP)
    .action((image: string | undefined, options: CompareOptions) => {
      checkUsage(image, options);
      return compare(image, options);
    });
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function checkUsage(
  image: string | undefined,
  { task, methods, truth, out, factor, mask, lpips }: CompareOptions,
): void {
  if (image === undefined && truth === undefined) throw new UsageError('missing IMAGE or --truth: name a picture.');
  if (image !== undefined && task === 'inpaint' && mask === undefined) {
    throw new UsageError('missing --mask FILE: a picture that is white where the image is unknown.');
  }
  if (task !== 'inpaint' && mask !== undefined) throw new UsageError(`--mask belongs to inpaint, not to ${task}.`);
  if (task !== 'super-resolve' && factor !== undefined) {
    throw new UsageError(`--factor belongs to super-resolve, not to ${task}.`);
  }
  if (lpips !== undefined && truth === undefined) {
    throw new UsageError('--lpips measures against an original: give --truth too.');
  }
  if (out !== undefined && !/\.png$/i.test(out)) throw new UsageError(`--out ${out}: the sheet is a PNG file.`);
  if (methods.length === 0) throw new UsageError('--methods names nothing to compare.');
  for (const method of methods) {
    if (method === PLAIN || isMethod(method) || /\.onnx$/i.test(method) || existsSync(method) || isInstalled(method))
      continue;
    throw new UsageError(
      `--methods: there is no "${method}"; choose from ${[...METHODS, PLAIN].join(', ')}, a model of one pass, or a file ending in .onnx.`,
    );
  }
}

/** Whether there is a model of this id among the downloaded ones. */
const isInstalled = (id: string): boolean =>
  ID.test(id) && existsSync(new StoreLayout(defaultHome()).package('feed-forward', id));
