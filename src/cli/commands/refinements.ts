/** The options of what a run may do beyond the paper's descent; see engine/inversion/refinements.ts. */
import { Option, type Command } from 'commander';
import { LATENTS } from '../../engine/generator/latent.ts';
import { GRADIENTS, KEEPS, NOISE_MAPS, PRECISIONS, STARTS } from '../../engine/inversion/refinements.ts';
import { PIXEL_LOSSES } from '../../engine/losses/pixel.ts';
import { NAMED_PRESETS } from '../../engine/tasks/robustUnsupervised.ts';
import { LIMITS } from '../../shared/limits.ts';
import { anchor, numberIn, release, shares, tune } from '../parse.ts';

export function addRefinementOptions(command: Command): Command {
  return command
    .addOption(new Option('--keep <which>', 'result: the last state, or the best one passed').choices(KEEPS))
    .option('--patience <p>', 'stop when the loss has not improved for p steps (0: never)', numberIn(LIMITS.patience))
    .option('--bank', "choose the starts from the model's bank, without drawing them (default where it has one)")
    .option('--no-bank', 'draw and score random codes instead')
    .addOption(
      new Option(
        '--start <which>',
        "encoder: the first code is what the model's encoder reads off the picture; sampled: none is",
      ).choices(STARTS),
    )
    .option(
      '--rescore <m>',
      'of the bank, draw and score the best m once more (no effect up to the number of codes)',
      numberIn(LIMITS.rescore),
    )
    .option(
      '--coarse <shares>',
      'shares of the steps that compare pictures reduced 4 and 2 times first (0.2,0.2)',
      shares,
    )
    .option(
      '--alpha-steps <k>',
      'after every step, k that move only the importances (0: none)',
      numberIn(LIMITS.alphaSteps),
    )
    .option(
      '--release <layer,share[,rate[,anchor]]>',
      'the last share of the steps optimises the feature map of a layer itself (4,0.3)',
      release,
    )
    .option(
      '--tune <layers,steps[,rate[,anchor]]>',
      "the last steps move the generator's own weights in these layers, for this run alone (5-12,40)",
      tune,
    )
    .addOption(
      new Option(
        '--preset <name>',
        'of a StyleGAN: all numbers of a published method at once, 450 steps from W over W+ to a feature map; what is said beside it goes before',
      ).choices(NAMED_PRESETS),
    )
    .addOption(
      new Option(
        '--latent <space>',
        'of a StyleGAN: what codes are, z, one style (w) or one a layer (w+, the default)',
      ).choices(LATENTS),
    )
    .option(
      '--truncation <psi>',
      'of a StyleGAN: how far styles start from their mean (1: as drawn)',
      numberIn(LIMITS.truncation),
    )
    .option(
      '--widen <share>',
      'of codes of W: the last share of their steps has a style for each layer (0.5)',
      numberIn(LIMITS.widen),
    )
    .option('--widened-rate <x>', 'learning rate from then on (default: the one before)', numberIn(LIMITS.learningRate))
    .addOption(
      new Option(
        '--gradients <which>',
        'normalised: each code and style moves as far as the learning rate says, with --optimizer gd',
      ).choices(GRADIENTS),
    )
    .addOption(
      new Option('--noise-maps <which>', 'of a StyleGAN: fixed (default), or optimised as well as the codes').choices(
        NOISE_MAPS,
      ),
    )
    .option('--class <i>', 'of a model with classes: the one to draw, from 0', numberIn(LIMITS.class))
    .option(
      '--anchor <steps,weight[,share]>',
      'a network of one pass begins: so many steps look for what it made, the others are held to that by a weight in the loss, and the result is what is drawn by that share (40,0.5,1)',
      anchor,
    )
    .option(
      '--variation <w>',
      "weight of the result's total variation in the loss (0: none)",
      numberIn(LIMITS.variation),
    )
    .addOption(
      new Option(
        '--pixel-loss <which>',
        'what is made of the pixels: the mean of their squared errors, its root, or colours alone (coarse-l1)',
      ).choices(PIXEL_LOSSES),
    )
    .option(
      '--width <n>',
      'channels of the untrained network (128: the published one of deep-image-prior)',
      numberIn(LIMITS.width),
    )
    .addOption(new Option('--precision <which>', 'mixed: half floats on a GPU that has them').choices(PRECISIONS))
    .option(
      '--memory <gb>',
      "memory a run may take (default: the computer's, or 4 GB of a GPU)",
      numberIn(LIMITS.memory),
    )
    .option(
      '--codes-at-once <n>',
      'codes in memory at one time, for less of it (default: all that fit)',
      numberIn(LIMITS.codes),
    );
}
