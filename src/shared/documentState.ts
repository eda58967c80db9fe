/** A document as its pages know it: what can be chosen, what is chosen, its run and its result. */
import * as v from 'valibot';
import { RESTS } from '../engine/faces/rest.ts';
import { alignmentSchema } from '../engine/faces/alignment.ts';
import { TASKS } from '../engine/generator/manifest.ts';
import { NOISES } from '../engine/image/noise.ts';
import { refinementEntries } from '../engine/inversion/refinements.ts';
import { NAMED_PRESETS } from '../engine/tasks/robustUnsupervised.ts';
import { FACTORS } from '../engine/tasks/superResolve.ts';
import { LIMITS, withinSchema } from './limits.ts';
import { landmarksSchema, regionSchema, taskSchema, turnedRegionSchema } from './schemas.ts';

const text = v.string();
const bytes: v.GenericSchema<Uint8Array> = v.instance(Uint8Array);
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e6));
export const countOrZero = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));
const seed = withinSchema(LIMITS.seed);
const rate = withinSchema(LIMITS.learningRate);

/** Number of a run within its document; every prepare starts a new one, so late messages are told apart. */
export const run = countOrZero;

/** What of the untrained prior may be optimised, where a person chooses. */
export const UNTRAINED_CHOICES = [
  'random-projector',
  'anchored-projector',
  'deep-image-prior',
  'deep-decoder',
] as const;
/** And of a generator that has an encoder: that instead of steps. */
export const METHOD_CHOICES = [...UNTRAINED_CHOICES, 'encoder'] as const;
export type MethodChoice = (typeof METHOD_CHOICES)[number];

/** More are not worked on in one run. */
export const MOST_FACES = 100;

/** What a person may set for a run. Whatever is absent comes from the settings, the model's preset, the task's, in this order. */
export const paramsSchema = v.strictObject({
  /** Id of a model in `setup.models`. */
  model: v.exactOptional(text),
  layer: v.exactOptional(withinSchema(LIMITS.layer)),
  codes: v.exactOptional(withinSchema(LIMITS.codes)),
  iterations: v.exactOptional(withinSchema(LIMITS.iterations)),
  starts: v.exactOptional(withinSchema(LIMITS.starts)),
  /** How a model draws where that is a choice; absent: as suits the task. */
  method: v.exactOptional(v.picklist(METHOD_CHOICES)),
  /** Channels of the untrained network. */
  width: v.exactOptional(withinSchema(LIMITS.width)),
  /** What the last steps tune of a trained model; absent: nothing. */
  tune: refinementEntries.tune,
  /** Of a StyleGAN: the space of its codes, and the share of the steps after which codes of W are of W+; absent: W+. */
  latent: refinementEntries.latent,
  widen: refinementEntries.widen,
  /** A published method's numbers in place of the model's and the task's. */
  preset: v.exactOptional(v.picklist(NAMED_PRESETS)),
  /** Whether the noise of its layers is optimised, too. */
  noiseMaps: refinementEntries.noiseMaps,
  /** Codes that were picked to begin with. The host adds them: a page need not. */
  startCodes: refinementEntries.startCodes,
  /** How far its styles start from their mean, and which of its classes it draws. */
  truncation: refinementEntries.truncation,
  class: refinementEntries.class,
  /** Learning rates of the codes and of their importances. */
  learningRate: v.exactOptional(rate),
  alphaLearningRate: v.exactOptional(rate),
  seed: v.exactOptional(seed),
  /** The second term of the loss: the id of a network in `setup.networks`, "multi-scale" or "none". */
  perceptual: v.exactOptional(text),
  /** Super-resolution: how many times larger the result is; absent: as much as the picture and the model allow. */
  factor: v.exactOptional(v.picklist(FACTORS)),
  /** Denoising: what kind of noise there is; absent: Gaussian. */
  noise: v.exactOptional(v.picklist(NOISES)),
  /** The part of the picture to work on. The document knows it and adds it: a page need not. */
  region: v.exactOptional(regionSchema),
  /** Faces to work on, one after the other, each as a region of its own, in place of `region`; all of them end in one picture. */
  faces: v.exactOptional(v.pipe(v.array(turnedRegionSchema), v.minLength(1), v.maxLength(MOST_FACES))),
  /** With faces that are enlarged: what enlarges the picture around them; absent: a filter. */
  rest: v.exactOptional(v.picklist(RESTS)),
  /** Pixels over which the region's edges fade; absent: a share of its size. */
  seam: v.exactOptional(withinSchema(LIMITS.seam)),
  /** Inpainting: pixels over which the drawing fades in from the known ones; absent: none. */
  feather: v.exactOptional(withinSchema(LIMITS.feather)),
});
export type Params = v.InferOutput<typeof paramsSchema>;

/** What a run may optimise; most of it is asked for by comparisons alone. */
export const RUN_METHODS = [...METHOD_CHOICES, 'one-pass', 'multi-code', 'single-code', 'feature-map'] as const;
export type RunMethod = (typeof RUN_METHODS)[number];

/** What the host runs. */
export const runParamsSchema = v.strictObject({
  ...paramsSchema.entries,
  method: v.exactOptional(v.picklist(RUN_METHODS)),
});
export type RunParams = v.InferOutput<typeof runParamsSchema>;

/** What of it may be changed while the run goes. */
export const LIVE_PARAMS = ['layer', 'codes', 'iterations', 'learningRate', 'alphaLearningRate'] as const;
export const liveParamsSchema = v.strictObject(v.pick(paramsSchema, LIVE_PARAMS).entries);
export type LiveParams = v.InferOutput<typeof liveParamsSchema>;

/** One change of a run on its way: after which step, and what; the mask by name only. */
export const runChangeSchema = v.object({
  step: countOrZero,
  ...liveParamsSchema.entries,
  mask: v.exactOptional(v.literal(true)),
});
export type RunChange = v.InferOutput<typeof runChangeSchema>;

/** What is chosen in the form. It belongs to the document, which keeps it beside the picture. */
export const choicesSchema = v.strictObject({ task: taskSchema, params: paramsSchema });
export type Choices = v.InferOutput<typeof choicesSchema>;

/** What a field of the form shows while it is empty: the value a run would use. A field that means nothing to a model is absent. */
const defaultsSchema = v.object({
  layer: v.exactOptional(count),
  codes: v.exactOptional(count),
  iterations: count,
  starts: v.exactOptional(countOrZero),
  width: v.exactOptional(count),
  learningRate: v.exactOptional(rate),
  alphaLearningRate: v.exactOptional(rate),
  truncation: v.exactOptional(withinSchema(LIMITS.truncation)),
  class: v.exactOptional(countOrZero),
});
export type Defaults = v.InferOutput<typeof defaultsSchema>;

export const modelSchema = v.object({
  id: text,
  name: text,
  /** What the prior has seen, for a person: "fruits and vegetables on white". */
  domain: text,
  licence: text,
  /** Side of the square picture it makes; absent: any size and shape. */
  resolution: v.exactOptional(count),
  /** Of one that draws faces: how they were cut out of their pictures. */
  alignment: v.exactOptional(alignmentSchema),
  /** Composing layers 1..lastCut are possible; absent: it has none. */
  lastCut: v.exactOptional(count),
  /** It works in one pass: there is nothing to set of how it is made. */
  onePass: v.exactOptional(v.literal(true)),
  /** Whether there is a choice of spaces for its codes. */
  spaces: v.exactOptional(v.literal(true)),
  /** Of a model with classes: how many. */
  classes: v.exactOptional(count),
  /** The presets that it can be run with by name, and the defaults then. */
  presets: v.exactOptional(
    v.array(v.object({ id: v.picklist(NAMED_PRESETS), defaults: v.record(v.picklist(TASKS), defaultsSchema) })),
  ),
  /** The tasks it can do; absent: all. */
  tasks: v.exactOptional(v.array(taskSchema)),
  /** One entry for each of these tasks in `setup.tasks`, the settings already applied. */
  defaults: v.record(v.picklist(TASKS), defaultsSchema),
  /** What may be optimised of it where that is a choice, and the defaults then; those above are of the choice that suits the task. */
  methods: v.exactOptional(
    v.array(v.object({ id: v.picklist(METHOD_CHOICES), defaults: v.record(v.picklist(TASKS), defaultsSchema) })),
  ),
});
export type ModelInfo = v.InferOutput<typeof modelSchema>;

/** What can be chosen, and how it is chosen if nobody does. Sent again whenever settings or models change. */
export const setupSchema = v.object({
  /** The tasks this version can do, in the order to offer them. */
  tasks: v.array(taskSchema),
  models: v.array(modelSchema),
  /** Id of the model each task uses unless `params.model` says otherwise. */
  modelFor: v.record(v.picklist(TASKS), text),
  /** Whether models know what the picture shows, by task and id; those that cannot tell are left out. */
  familiar: v.exactOptional(v.record(v.picklist(TASKS), v.record(text, v.boolean()))),
  /** Tasks for which nobody chose a model and none that is here suits the picture: `modelFor` is then a guess. */
  unsuited: v.exactOptional(v.array(v.picklist(TASKS))),
  /** A detector of faces is here. */
  detector: v.exactOptional(v.literal(true)),
  /** Why a configured model cannot be used, for people; its id is not in `models` then. */
  problem: v.exactOptional(text),
  /** The perceptual networks that are installed. */
  networks: v.array(v.object({ id: text, name: text })),
  /** The second term of the loss where `params.perceptual` says nothing: an id, "multi-scale" or "none". */
  perceptual: text,
  /**
   * `ganPrior.device`. "auto": WebGPU in the page, else the host. "webgpu": a GPU or an error (the page's, else the
   * host's own). "cpu": the host's CPU.
   */
  device: v.picklist(['auto', 'webgpu', 'cpu']),
});
export type Setup = v.InferOutput<typeof setupSchema>;

/** What a change of the mask is called in the Edit menu. */
export const MASK_EDITS = [
  'brush',
  'erase',
  'rectangle',
  'ellipse',
  'lasso',
  'fill',
  'clear',
  'invert',
  'grow',
  'shrink',
  'feather',
  'load',
  'reload',
] as const;
export type MaskEdit = (typeof MASK_EDITS)[number];

/** Faces that were found in the picture, from left to right, and which of them a run is to work on. */
export const facesSchema = v.pipe(
  v.array(v.object({ landmarks: landmarksSchema, chosen: v.boolean() })),
  v.maxLength(MOST_FACES),
);
export type Faces = v.InferOutput<typeof facesSchema>;

/** The source picture. */
export const sourceSchema = v.object({
  name: text,
  /** Webview URI of the file itself; browsers turn it upright as the host does. Changes when the file does. */
  uri: text,
  /** Upright size in pixels. */
  width: count,
  height: count,
});
export type Source = v.InferOutput<typeof sourceSchema>;

/** The composed picture of a finished (or stopped) run: what Save writes. */
export const resultSchema = v.object({
  run,
  task: taskSchema,
  /** How it was made, as JSON: see `node/record.ts`. */
  record: text,
  /** PNG, upright; shown beside the source after scaling both to the same rectangle. */
  png: bytes,
  width: count,
  height: count,
  model: text,
  /** 0 where the prior has none. */
  layer: countOrZero,
  codes: countOrZero,
  seed,
  steps: countOrZero,
  stopped: v.boolean(),
  /** Of a run over faces: how many it worked on. */
  faces: v.exactOptional(count),
  /** The second term of the loss: the name of a network, "multi-scale" or "none". */
  perceptual: text,
  backend: text,
  milliseconds: v.number(),
  /** A snapshot of a run that a person chose, after `steps` steps; \`run\` is a number of its own then. */
  kept: v.exactOptional(v.literal(true)),
  /** What was changed while the run went. Absent: nothing, so the same settings make the same picture again. */
  changes: v.exactOptional(v.array(runChangeSchema)),
  /** Name of the file it was last saved as; absent: it is in no file yet. */
  savedAs: v.exactOptional(text),
  /** When it came to be, in milliseconds since 1970. */
  made: v.exactOptional(v.number()),
  /** It comes from an earlier session, which did not save it. */
  restored: v.exactOptional(v.literal(true)),
  /** Which of the picture's results it is, counted from 1. */
  place: v.exactOptional(v.object({ at: count, of: count })),
});
export type Result = v.InferOutput<typeof resultSchema>;

/** Null: infinite, which JSON does not know; the pictures are equal. */
export const likenessSchema = v.object({
  psnr: v.nullable(v.number()),
  ssim: v.number(),
  lpips: v.exactOptional(v.number()),
});

/** The original that a person has given, and how near the result comes to it, or why nobody can say. */
export const truthSchema = v.object({
  /** Of its file. */
  name: text,
  comparison: v.exactOptional(
    v.object({
      result: likenessSchema,
      baselineName: v.picklist(['bicubic', 'input']),
      baseline: likenessSchema,
      /** Why LPIPS is missing although the settings name its file. */
      lpipsProblem: v.exactOptional(text),
    }),
  ),
  problem: v.exactOptional(text),
});
export type Truth = v.InferOutput<typeof truthSchema>;
