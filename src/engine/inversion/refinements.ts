/**
 * What a run may do beyond the paper's descent. Everything here is off unless an option or a preset asks for it, but for the
 * bank, which is used where a generator has one; a run without any of it is the paper's, bit for bit. One schema serves options, presets and jobs.
 */
import * as v from 'valibot';
import { ParameterError } from '../errors.ts';
import { LIMITS, withinSchema } from '../limits.ts';
import { LATENTS } from '../generator/latent.ts';
import { PIXEL_LOSSES } from '../losses/pixel.ts';

export const PRECISIONS = ['single', 'mixed'] as const;

export const NOISE_MAPS = ['fixed', 'optimised'] as const;

export const GRADIENTS = ['plain', 'normalised'] as const;

export const STARTS = ['sampled', 'encoder'] as const;

export const KEEPS = ['last', 'best'] as const;
/** Which state a run results in: the one after its last step, or the one with the lowest loss that it passed. */
export type Keep = (typeof KEEPS)[number];

const MEMORY = `a number of GB from ${LIMITS.memory.low} to ${LIMITS.memory.high}`;

const SHARES = 'two shares of the iterations, each from 0 to 1, that are no more than 1 together';
const share = v.pipe(v.number(SHARES), v.minValue(0, SHARES), v.maxValue(1, SHARES));

const RELEASE = 'a layer, a share of the steps from 0 to 1, a learning rate and the weight of the anchor';
const notNegative = v.pipe(v.number(RELEASE), v.finite(RELEASE), v.minValue(0, RELEASE));

const releaseSchema = v.object(
  {
    /** Whose feature map is released: the composing layer or a deeper one. */
    layer: v.pipe(v.number(RELEASE), v.integer(RELEASE), v.minValue(1, RELEASE)),
    /** Of the steps, at the end. */
    share: v.pipe(notNegative, v.maxValue(1, RELEASE)),
    learningRate: notNegative,
    /** Weight of the relative squared distance to where the map began. */
    anchor: notNegative,
  },
  RELEASE,
);
export type Release = Readonly<v.InferOutput<typeof releaseSchema>>;

const TUNE = 'a range of layers, a number of steps, a learning rate and the weight of the anchor';
const tuneSchema = v.object(
  {
    /** First and last of the layers whose weights move. */
    layers: v.pipe(
      v.tuple([withinSchema(LIMITS.layer, TUNE), withinSchema(LIMITS.layer, TUNE)], TUNE),
      v.check(([first, last]) => first <= last, TUNE),
    ),
    /** The last ones of the run. */
    steps: withinSchema(LIMITS.iterations, TUNE),
    learningRate: withinSchema(LIMITS.learningRate, TUNE),
    /** Weight of each layer's relative squared distance to what it was. */
    anchor: v.pipe(v.number(TUNE), v.finite(TUNE), v.minValue(0, TUNE)),
  },
  TUNE,
);
export type Tune = Readonly<v.InferOutput<typeof tuneSchema>>;

const ANCHOR = 'a number of steps, a weight and a share from 0 to 1';
const anchorSchema = v.object(
  {
    /** Of the run's steps the first so many look for what draws the draft; 0: the run begins as it does without one. */
    steps: v.pipe(
      v.number(ANCHOR),
      v.integer(ANCHOR),
      v.minValue(0, ANCHOR),
      v.maxValue(LIMITS.iterations.high, ANCHOR),
    ),
    /** Of the distance to the draft, in the steps after those. */
    weight: v.pipe(v.number(ANCHOR), v.finite(ANCHOR), v.minValue(0, ANCHOR)),
    /** Of the result that the prior draws, at the end: the rest is the draft. It grows from 0 with the steps. */
    share: v.pipe(v.number(ANCHOR), v.minValue(0, ANCHOR), v.maxValue(1, ANCHOR)),
  },
  ANCHOR,
);
export type Anchor = Readonly<v.InferOutput<typeof anchorSchema>>;

/** Of codes, where nobody says another. */
export const startAndAnchor = (iterations: number): Anchor => ({
  steps: Math.round(iterations / 3),
  weight: 0.1,
  share: 1,
});

const START_CODES = 'codes z, each a list of numbers';

export const refinementEntries = {
  /** The run starts with these codes z, and where it has more with others of its own; see startCodes.ts. */
  startCodes: v.exactOptional(
    v.pipe(
      v.array(v.array(v.pipe(v.number(START_CODES), v.finite(START_CODES))), START_CODES),
      v.minLength(1, START_CODES),
    ),
  ),
  keep: v.exactOptional(v.picklist(KEEPS, `one of ${KEEPS.join(', ')}`)),
  /** The run ends when its best loss has not improved for so many steps; 0: never. */
  patience: v.exactOptional(withinSchema(LIMITS.patience)),
  /** The codes scored before the first step come from the generator's bank: `starts` of them, half the bank at most. */
  bank: v.exactOptional(v.boolean('true or false')),
  /** "encoder": the first code is what the generator's encoder reads off the picture; see encoderStart.ts. Absent: all are sampled. */
  start: v.exactOptional(v.picklist(STARTS, `one of ${STARTS.join(', ')}`)),
  /** So many of the bank's best are scored once more, by the images that the generator draws; 0: none. */
  rescore: v.exactOptional(withinSchema(LIMITS.rescore)),
  /** Shares of the iterations that follow the loss of images reduced 4 times, then 2 times; see losses/coarse.ts. */
  coarse: v.exactOptional(
    v.pipe(
      v.tuple([share, share], SHARES),
      v.check(([quarter, half]) => quarter + half <= 1, SHARES),
    ),
  ),
  /** Memory that a run may take, in GB; absent: what the device is known, or on a GPU assumed, to have. See memoryPlan.ts. */
  memory: v.exactOptional(withinSchema(LIMITS.memory, MEMORY)),
  /** Codes whose feature maps are in memory at one time, which costs another forward pass of them; absent: as many as fit. */
  codesAtOnce: v.exactOptional(withinSchema(LIMITS.codes)),
  /** "mixed": half floats where a device has them; see graph/mixedPrecision.ts and lossScale.ts. */
  precision: v.exactOptional(v.picklist(PRECISIONS, `one of ${PRECISIONS.join(', ')}`)),
  /** After every step so many that move only the importances, at the cost of G2 alone; see alphaSteps.ts. */
  alphaSteps: v.exactOptional(withinSchema(LIMITS.alphaSteps)),
  /** The last steps optimise a feature map itself; see release.ts. */
  release: v.exactOptional(releaseSchema),
  /** The last steps move the generator's own weights; see tune.ts. */
  tune: v.exactOptional(tuneSchema),
  /** A network of one pass makes a draft first, which the run begins with and is held to; see anchor.ts. */
  anchor: v.exactOptional(anchorSchema),
  /** What the descent makes of the pixels' mean squared error; absent: mse. */
  pixelLoss: v.exactOptional(v.picklist(PIXEL_LOSSES, `one of ${PIXEL_LOSSES.join(', ')}`)),
  /** Weight of x's total variation in the loss; see losses/variation.ts. */
  variation: v.exactOptional(withinSchema(LIMITS.variation)),
  /** The space that the codes are of; absent: z. See generator/latent.ts. */
  latent: v.exactOptional(v.picklist(LATENTS, `one of ${LATENTS.join(', ')}`)),
  /** Of codes of W: the share of the codes' steps, at the end, in which they are of W+; see widen.ts. */
  widen: v.exactOptional(withinSchema(LIMITS.widen)),
  /** The codes' learning rate from then on; absent: the one before. */
  widenedRate: v.exactOptional(withinSchema(LIMITS.learningRate)),
  /** "normalised": the gradient of every code and style is divided by its own length, so that the rate is how far each moves. */
  gradients: v.exactOptional(v.picklist(GRADIENTS, `one of ${GRADIENTS.join(', ')}`)),
  /** Whether a StyleGAN's noise stays what it is, the default, or is optimised, too; see noiseMaps.ts. */
  noiseMaps: v.exactOptional(v.picklist(NOISE_MAPS, `one of ${NOISE_MAPS.join(', ')}`)),
  /** How far styles are drawn from their mean: of z in every step, of W and W+ at the start. */
  truncation: v.exactOptional(withinSchema(LIMITS.truncation)),
  /** Of a class-conditional model, from 0. */
  class: v.exactOptional(withinSchema(LIMITS.class)),
  /** Channels of an untrained network; see untrained/network.ts. */
  width: v.exactOptional(withinSchema(LIMITS.width)),
};

const refinementsSchema = v.object(refinementEntries);
export type Refinements = Readonly<v.InferOutput<typeof refinementsSchema>>;

/**
 * The refinements among the fields of `given`.
 * @throws ParameterError when one is out of range
 */
export function refinementsOf(given: Refinements): Refinements {
  const parsed = v.safeParse(refinementsSchema, given);
  if (parsed.success) return parsed.output;
  const [{ path, message }] = parsed.issues;
  const name = String(path?.[0]?.key) as keyof Refinements;
  throw new ParameterError(`"${name}" is ${message}, not ${JSON.stringify(given[name])}.`);
}
