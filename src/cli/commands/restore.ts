/** The command of every task: `ganprior super-resolve IMAGE...` and its siblings, which differ in nothing but the task. */
import { statSync } from 'node:fs';
import { Option, type Command } from 'commander';
import type { TaskId } from '../../engine/generator/manifest.ts';
import { DOWNSAMPLINGS, type Downsampling } from '../../engine/image/downsampling.ts';
import { NOISES, type Noise } from '../../engine/image/noise.ts';
import type { Refinements } from '../../engine/inversion/refinements.ts';
import { METHODS, type MethodId } from '../../engine/methods/method.ts';
import { OPTIMIZERS } from '../../engine/optimizers/index.ts';
import { UNTRAINED } from '../../engine/untrained/manifest.ts';
import type { NamedPreset } from '../../engine/tasks/robustUnsupervised.ts';
import { taskById, type Region } from '../../engine/tasks/index.ts';
import { DEVICES, type Device } from '../../node/backends.ts';
import { DEFAULT_QUALITY } from '../../node/codecs/formats.ts';
import { AUTO } from '../../node/familiarPriors.ts';
import { UsageError } from '../errors.ts';
import { MASK_ALPHAS, type MaskAlpha } from '../../node/maskMeaning.ts';
import { LIMITS } from '../../shared/limits.ts';
import { addBatchOptions, type BatchOptions } from './batch.ts';
import { faceChoice, type FaceChoice } from '../faces.ts';
import { RESTS, type Rest } from '../../engine/faces/rest.ts';
import { numberIn, region, wholeNumber } from '../parse.ts';
import { addPerceptualOptions, type PerceptualOptions } from '../perceptual.ts';
import { restore } from '../restore.ts';
import { recordOption, type ResultFileOptions } from '../resultFiles.ts';
import { addRefinementOptions } from './refinements.ts';

/** The options as commander hands them over. */
export interface RestoreOptions extends PerceptualOptions, Refinements, ResultFileOptions, BatchOptions {
  readonly model: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly layer?: number;
  readonly codes?: number;
  readonly iterations?: number;
  readonly starts?: number;
  readonly seed?: number;
  readonly method?: MethodId;
  readonly preset?: NamedPreset;
  readonly optimizer?: string;
  readonly learningRate?: number;
  readonly factor?: number;
  readonly down?: Downsampling;
  readonly region?: Region;
  readonly seam?: number;
  readonly faces?: FaceChoice;
  readonly detector?: string;
  readonly grain?: number;
  readonly rest: Rest;
  readonly mask?: string;
  readonly maskAlpha?: MaskAlpha;
  readonly feather?: number;
  readonly noise?: Noise;
  readonly device: Device;
  readonly init?: string;
  readonly beginWith?: string;
  readonly startFrom?: string;
  readonly target?: string;
  readonly truth?: string;
  readonly lpips?: string;
  readonly trace?: string;
  readonly state?: string;
}

const HELP = `
Results are PNG files named IMAGE.TASK.png beside the image, unless --out says otherwise. An existing file is never
replaced without --force: with one image that is an error, with several the image is skipped, so that a batch can be
run again to do the rest. Of a folder its pictures are taken, with --recursive those in its folders, too; below --out
DIR results lie where the pictures lay. Several processes may be called on the same pictures: each is made by one of them.
Of several images those that are results of this program are left out, which is said, so that
*.png may be named again; a result that is named alone is taken. What is transparent lies on white in a JPEG. Every
result records how it was made: ganprior replay makes it again.

Where results go is tried before a run. What cannot be written after it all the same (a full disk, another process that
took the name) is kept in the system's temporary folder, and the message says where. --trace may be a pipe or a device.
Ctrl-C, SIGTERM and SIGHUP keep what there is; a second one gives up at once. A reader of the output that goes away
(| head) stops nothing: results are files.

Exit status: 0 done, 1 an image (or the model) failed, 2 wrong usage, 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by
SIGHUP.`;

export function addRestoreCommand(program: Command, id: TaskId): void {
  const { title, paper, preset } = taskById(id);
  const only = (tasks: TaskId | readonly TaskId[], option: Option): Option =>
    [tasks].flat().includes(id) ? option : option.hideHelp();
  const command = program
    .command(id)
    .summary(`${title.toLowerCase()} images`)
    .description(`${title} images.`)
    .argument('[images...]', 'PNG, JPEG, WebP or BMP files, and folders of them')
    .option(
      '--model <model>',
      'id, folder or checkpoint of the generator, or "untrained", which works on any picture; "auto": the model here that knows the ' +
        (UNTRAINED.tasks.includes(id) ? 'picture, else "untrained"' : 'picture'),
      AUTO,
    )
    .option('--out <file>', 'where the result goes: a .png, .jpg or .webp file, or a folder')
    .addOption(qualityOption().default(DEFAULT_QUALITY))
    .addOption(recordOption())
    .option('--force', 'replace existing files');
  addBatchOptions(command)
    .option(
      '--layer <l>',
      `composing layer (the model's preset, else like the paper's ${paper.layer})`,
      numberIn(LIMITS.layer),
    )
    .option('--codes <n>', `number of latent codes (the model's preset, else ${preset.codes})`, numberIn(LIMITS.codes))
    .option(
      '--iterations <k>',
      `optimisation steps (the model's preset, else ${preset.iterations})`,
      numberIn(LIMITS.iterations),
    )
    .option('--starts <n>', 'random codes scored before the first step; the best ones start', numberIn(LIMITS.starts))
    .option('--seed <s>', 'the same seed gives the same result (default: 0)', numberIn(LIMITS.seed))
    .addOption(new Option('--method <method>', 'what is optimised').choices(METHODS))
    .addOption(new Option('--optimizer <name>', 'optimiser').choices(OPTIMIZERS.map((optimizer) => optimizer.id)))
    .option('--learning-rate <x>', 'constant learning rate of codes and importances', numberIn(LIMITS.learningRate))
    .addOption(
      only('super-resolve', new Option('--factor <f>', 'how many times larger (2 to 32)').argParser(wholeNumber)),
    )
    .addOption(
      only('super-resolve', new Option('--down <filter>', 'how x is reduced to compare it').choices(DOWNSAMPLINGS)),
    )
    .addOption(
      new Option(
        '--region <l,t,w,h>',
        'work on this part of the image, in its pixels, and put the result back into it; eight numbers are the corners of a turned square, clockwise',
      ).argParser(region),
    )
    .option(
      '--seam <px>',
      "pixels over which the region's edges fade (default: a 16th of its shorter side)",
      numberIn(LIMITS.seam),
    )
    .option(
      '--faces <which>',
      'work on the faces that are found, one after the other: "auto" (all), how many (the largest), or "off" (default: off)',
      faceChoice,
    )
    .option('--detector <file>', 'with --faces: ONNX file of the face detector (default: the downloaded one)')
    .addOption(
      only(
        WITH_GRAIN,
        new Option(
          '--grain <share>',
          "how much of the picture's grain a face that is drawn gets back, 0 to 1 (default: 1; of denoise 0)",
        ).argParser(numberIn(LIMITS.grain)),
      ),
    )
    .addOption(
      only(
        'super-resolve',
        new Option('--rest <how>', 'with --faces: what enlarges the picture around them')
          .choices(RESTS)
          .default('bicubic'),
      ),
    )
    .addOption(
      only(
        'inpaint',
        new Option('--mask <file>', 'picture or .npy that marks what is unknown: white, a colour, 1, or erased'),
      ),
    )
    .addOption(
      only(
        'inpaint',
        new Option(
          '--mask-alpha <meaning>',
          "whether a mask's transparent part is filled or kept, where it could be meant either way",
        ).choices(MASK_ALPHAS),
      ),
    )
    .addOption(
      only(
        'inpaint',
        new Option(
          '--feather <px>',
          'pixels over which the drawing fades in, inside the unknown part (default: 0)',
        ).argParser(numberIn(LIMITS.feather)),
      ),
    )
    .addOption(
      only('denoise', new Option('--noise <kind>', 'what noise there is (default: gaussian)').choices(NOISES)),
    );
  addPerceptualOptions(command);
  addRefinementOptions(command)
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .option('--init <dir>', 'folder with z.npy and alpha.npy to start from')
    .option(
      '--begin-with <file>',
      'codes z to start with (.npy, as draw --save-codes writes); others are drawn where the run has more',
    )
    .option(
      '--start-from <network>',
      'a model of one pass (id, folder or checkpoint): codes begin with what it makes of the picture and are held to it (--anchor); where the model does not know such pictures, that is the result',
    )
    .option('--target <file>', 'exact float target (.npy) instead of an image')
    .option('--truth <file>', 'the known original, or a folder of them: print PSNR and SSIM against it')
    .option('--lpips <file>', 'LPIPS network (ganprior import VGG16 --lpips HEADS): measure that too')
    .option('--trace <file>', 'write the loss before each step as JSON')
    .option('--state <dir>', 'write z.npy, alpha.npy and x.npy at the end')
    .addHelpText('after', HELP)
    .action((images: string[], options: RestoreOptions) => {
      checkUsage(images, options, id);
      return restore(id, images, options);
    });
}

/** Tasks that draw a face without what the picture itself says of its detail. */
const WITH_GRAIN: readonly TaskId[] = ['reconstruct', 'denoise'];

/** For results in the two formats that lose something. */
export const qualityOption = (): Option =>
  new Option('--quality <q>', 'of a .jpg or .webp file, 1 to 100').argParser(numberIn(LIMITS.quality));

function checkUsage(images: readonly string[], options: RestoreOptions, id: TaskId): void {
  const { target, trace, state, truth, mask, list } = options;
  if (target === undefined && images.length === 0 && list === undefined) {
    throw new UsageError('missing IMAGE: name at least one picture, or a folder.');
  }
  if (target !== undefined && (images.length > 0 || list !== undefined)) {
    throw new UsageError('--target replaces IMAGE: give one of them.');
  }
  if (options.lpips !== undefined && truth === undefined) {
    throw new UsageError('--lpips measures against an original: give --truth too.');
  }
  const several = images.length > 1 || list !== undefined || images.some(isFolder);
  if (several && [trace, state].some((value) => value !== undefined)) {
    throw new UsageError('--trace and --state belong to one run: give one IMAGE.');
  }
  if (several && truth !== undefined && !isFolder(truth)) {
    throw new UsageError('--truth is one original: give one IMAGE, or a folder with an original for each.');
  }
  if (id === 'inpaint' && mask === undefined) {
    throw new UsageError('missing --mask FILE: a picture that is white where the image is unknown.');
  }
  if (id !== 'inpaint' && mask !== undefined) throw new UsageError(`--mask belongs to inpaint, not to ${id}.`);
  if (mask === undefined && options.maskAlpha !== undefined) {
    throw new UsageError('--mask-alpha says how a --mask is meant: give one.');
  }
  if (id !== 'inpaint' && options.feather !== undefined) {
    throw new UsageError(`--feather belongs to inpaint, not to ${id}.`);
  }
  if (options.region !== undefined && target !== undefined) {
    throw new UsageError('--region cuts a part out of an IMAGE: a --target is taken as it is.');
  }
  const faces = options.faces !== undefined && options.faces !== 'off';
  if (options.region === undefined && !faces && options.seam !== undefined) {
    throw new UsageError('--seam is the edge of a --region: give one.');
  }
  if (
    faces &&
    [options.region, target, options.init, options.startFrom, trace, state].some((value) => value !== undefined)
  ) {
    throw new UsageError(
      '--faces makes a run of every face: leave out --region, --target, --init, --start-from, --trace and --state.',
    );
  }
  if (!faces && options.detector !== undefined) throw new UsageError('--detector finds --faces: give them, too.');
  if (!WITH_GRAIN.includes(id) && options.grain !== undefined) {
    throw new UsageError(`--grain belongs to ${WITH_GRAIN.join(' and ')}, not to ${id}.`);
  }
  if (options.region === undefined && !faces && options.grain !== undefined) {
    throw new UsageError('--grain belongs to --faces, or to a --region with a face: give one.');
  }
  if (id !== 'denoise' && options.noise !== undefined)
    throw new UsageError(`--noise belongs to denoise, not to ${id}.`);
  if (id !== 'super-resolve' && options.factor !== undefined) {
    throw new UsageError(`--factor belongs to super-resolve, not to ${id}.`);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
