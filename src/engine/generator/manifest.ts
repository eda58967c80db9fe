/**
 * A generator package: a folder with `manifest.json` and one ONNX file per composable layer ("slice"), and one that maps codes to
 * styles where a generator has them (program.ts).
 *
 * Slice k maps feature map k - 1 to feature map k (slice 1 reads the latent code or a style, the last one writes the image), so a
 * cut at layer l is "slices 1..l" = G1 and "slices l+1.." = G2 with no weight stored twice. The batch n is symbolic.
 *
 * Format 1 knew slices of one input `x` and one output `y` only; it is read as what it says in format 2.
 */
import * as v from 'valibot';
import { ParameterError } from '../errors.ts';
import { alignmentSchema } from '../faces/alignment.ts';
import { SCHEDULES } from '../optimizers/schedule.ts';
import { DOWNSAMPLINGS } from '../image/downsampling.ts';
import { refinementEntries } from '../inversion/refinements.ts';
import { LIMITS, withinSchema } from '../limits.ts';
import { LATENTS } from './latent.ts';
import {
  fileSchema,
  latentSchema,
  mappingSchema,
  onePort,
  programProblem,
  sliceSchema,
  type Ports,
  type SliceFile,
} from './program.ts';

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

/** A network from pictures to codes; see encoder.ts. */
export const encoderSchema = v.object({
  ...fileSchema.entries,
  /** Side of the square picture that it sees, in pixels. */
  side: count,
  /** The space of the code that it gives. */
  space: v.picklist(LATENTS),
});
export type EncoderFile = v.InferOutput<typeof encoderSchema>;

/** The newest format that this version reads, and the one that it writes. */
export const MANIFEST_FORMAT = 2;

/** What a manifest says in every format. */
const commonEntries = {
  /** "untrained" is the prior that is no package; see untrained/manifest.ts. */
  id: v.pipe(v.string(), v.regex(/^(?!untrained$)[a-z0-9][a-z0-9._-]*$/)),
  name: v.string(),
  /** What the prior has seen, in a few words for a person: "fruits and vegetables on white". */
  domain: v.string(),
  licence: v.string(),
  /** Where the weights come from: a URL or a file name. */
  source: v.string(),
  resolution: count,
  /** Values the generator's output means black and white by. */
  range: v.tuple([v.number(), v.number()]),
  bank: v.exactOptional(bankSchema),
  encoder: v.exactOptional(encoderSchema),
  /** How the faces that it was trained on were cut out; absent: it draws no faces, or nobody has said. */
  alignment: v.exactOptional(alignmentSchema),
  /** What the import decided about the file, in sentences. */
  notes: v.exactOptional(v.array(v.string())),
  presets: v.optional(v.record(v.picklist(TASKS), presetSchema), {}),
};

const programSchema = v.pipe(
  v.object({
    format: v.literal(MANIFEST_FORMAT),
    ...commonEntries,
    latent: latentSchema,
    mapping: v.exactOptional(mappingSchema),
    slices: v.pipe(v.array(sliceSchema), v.minLength(2)),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed && programProblem(dataset.value);
    if (problem) addIssue({ message: problem });
  }),
);
export type Manifest = v.InferOutput<typeof programSchema>;

const chainSchema = v.pipe(
  v.object({
    format: v.literal(1),
    ...commonEntries,
    zDim: count,
    /** Shape of `y` without the batch. */
    slices: v.pipe(
      v.array(v.object({ ...fileSchema.entries, channels: count, height: count, width: count })),
      v.minLength(2),
    ),
  }),
  v.transform(({ zDim, slices, ...common }): Manifest => ({
    ...common,
    format: MANIFEST_FORMAT,
    latent: { size: zDim, sampled: 'normal' },
    slices: slices.map(({ channels, height, width, ...file }, i) => ({
      ...file,
      ...onePort([channels, height, width], { first: i === 0, last: i === slices.length - 1 }),
    })),
  })),
);

export const manifestSchema = v.variant('format', [programSchema, chainSchema]);

/** The files of a package in the order in which they are handed on: its slices, then its mapping, its bank and its encoder where it has them. */
export const packageFiles = ({
  slices,
  mapping,
  bank,
  encoder,
}: Pick<Manifest, 'slices' | 'mapping' | 'bank' | 'encoder'>): readonly Pick<
  SliceFile,
  'file' | 'bytes' | 'sha256'
>[] => [...slices, ...(mapping ? [mapping] : []), ...(bank ? [bank] : []), ...(encoder ? [encoder] : [])];

/** Layers a generator can be cut at: 1 up to and including this one. */
export const lastCut = ({ slices }: { readonly slices: readonly Ports[] }): number => slices.length - 1;

/** @throws ParameterError naming the layers there are */
export function checkCut(manifest: Pick<Manifest, 'name' | 'slices'>, layer: number): void {
  const last = lastCut(manifest);
  if (!Number.isInteger(layer) || layer < 1 || layer > last) {
    throw new ParameterError(`${manifest.name} can be cut at layers 1 to ${last}; layer ${layer} does not exist.`);
  }
}
