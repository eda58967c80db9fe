/**
 * A generator package: a folder with `manifest.json` and one ONNX file per composable layer ("slice").
 *
 * Slice k maps feature map k - 1 to feature map k (slice 1 reads the latent code, the last one writes the image), so a
 * cut at layer l is "slices 1..l" = G1 and "slices l+1.." = G2 with no weight stored twice.
 * Every slice graph has one input `x` ([n, zDim] or [n, C, H, W]) and one output `y`; n is the symbolic batch.
 */
import * as v from 'valibot';
import { ParameterError } from '../errors.ts';
import { SCHEDULES } from '../optimizers/schedule.ts';
import { DOWNSAMPLINGS } from '../image/downsampling.ts';
import { refinementEntries } from '../inversion/refinements.ts';
import { LIMITS, withinSchema } from '../limits.ts';

/** The domain of a model that nobody has described. */
export const UNKNOWN_DOMAIN = 'not known';

export const TASKS = ['super-resolve', 'colorize', 'inpaint', 'reconstruct', 'denoise'] as const;
/** The image processing tasks of the paper, by the names the command line uses. */
export type TaskId = (typeof TASKS)[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e6));

/** How a task is best run on one generator; whatever is absent comes from the task's own defaults. */
export const presetSchema = v.object({
  layer: v.exactOptional(withinSchema(LIMITS.layer)),
  codes: v.exactOptional(withinSchema(LIMITS.codes)),
  iterations: v.exactOptional(withinSchema(LIMITS.iterations)),
  /** Random codes scored on the degraded target before the first step; the best `codes` of them start the run. */
  starts: v.exactOptional(withinSchema(LIMITS.starts)),
  /** Adam's learning rates. */
  learningRate: v.exactOptional(withinSchema(LIMITS.learningRate)),
  alphaLearningRate: v.exactOptional(withinSchema(LIMITS.alphaLearningRate)),
  schedule: v.exactOptional(v.picklist(SCHEDULES)),
  down: v.exactOptional(v.picklist(DOWNSAMPLINGS)),
  ...refinementEntries,
});
export type Preset = v.InferOutput<typeof presetSchema>;

const fileSchema = v.object({
  file: v.pipe(v.string(), v.regex(/^[\w.-]+\.onnx$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

export const sliceSchema = v.object({
  ...fileSchema.entries,
  /** Shape of `y` without the batch. */
  channels: count,
  height: count,
  width: count,
});

/** A bank of starts; see bank.ts. */
export const bankSchema = v.object({
  ...fileSchema.entries,
  file: v.pipe(v.string(), v.regex(/^[\w.-]+\.bin$/)),
  /** Number of codes. */
  count,
  /** Side of their thumbnails, in pixels. */
  side: count,
  /** The codes are the first draws from N(0, 1) of this seed. */
  seed: v.pipe(v.number(), v.integer()),
});
export type BankFile = v.InferOutput<typeof bankSchema>;
export type BankShape = Pick<BankFile, 'count' | 'side' | 'seed'>;

export const manifestSchema = v.object({
  format: v.literal(1),
  /** "untrained" is the prior that is no package; see untrained/manifest.ts. */
  id: v.pipe(v.string(), v.regex(/^(?!untrained$)[a-z0-9][a-z0-9._-]*$/)),
  name: v.string(),
  /** What the prior has seen, in a few words for a person: "fruits and vegetables on white". */
  domain: v.string(),
  licence: v.string(),
  /** Where the weights come from: a URL or a file name. */
  source: v.string(),
  zDim: count,
  resolution: count,
  /** Values the generator's output means black and white by. */
  range: v.tuple([v.number(), v.number()]),
  slices: v.pipe(v.array(sliceSchema), v.minLength(2)),
  bank: v.exactOptional(bankSchema),
  /** What the import decided about the file, in sentences. */
  notes: v.exactOptional(v.array(v.string())),
  presets: v.optional(v.record(v.picklist(TASKS), presetSchema), {}),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;
export type SliceFile = v.InferOutput<typeof sliceSchema>;

/** The files of a package in the order in which they are handed on: its slices, then its bank where it has one. */
export const packageFiles = ({ slices, bank }: Manifest): readonly Pick<SliceFile, 'file' | 'bytes' | 'sha256'>[] =>
  bank ? [...slices, bank] : slices;

/** Layers a generator can be cut at: 1 up to and including this one. */
export const lastCut = ({ slices }: Pick<Manifest, 'slices'>): number => slices.length - 1;

/** @throws ParameterError naming the layers there are */
export function checkCut(manifest: Pick<Manifest, 'name' | 'slices'>, layer: number): void {
  const last = lastCut(manifest);
  if (!Number.isInteger(layer) || layer < 1 || layer > last) {
    throw new ParameterError(`${manifest.name} can be cut at layers 1 to ${last}; layer ${layer} does not exist.`);
  }
}
