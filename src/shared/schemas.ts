/**
 * What crosses threads and the webview border, as valibot schemas. The engine's types stay the source of truth: every
 * schema is declared to produce one of them, and `entriesOf` makes a forgotten property (which `v.object` would silently
 * strip on the way) a compile error.
 */
import * as v from 'valibot';
import { TASKS } from '../engine/generator/manifest.ts';
import type { Landmarks, Point, Quad } from '../engine/faces/alignment.ts';
import type { Face } from '../engine/faces/detector.ts';
import type { Oval } from '../engine/faces/oval.ts';
import { DOWNSAMPLINGS } from '../engine/image/downsampling.ts';
import type { Picture, Planes, Size } from '../engine/image/picture.ts';
import type { Affine } from '../engine/image/warp.ts';
import type { Edit } from '../engine/inspect/moves.ts';
import type { Amendment } from '../engine/inversion/amendment.ts';
import type { Checkpoint, Job, OptimizerSettings, Outcome, RunEvent, Stage } from '../engine/inversion/job.ts';
import { refinementEntries } from '../engine/inversion/refinements.ts';
import type { MultiScaleSettings, NetworkSettings, PerceptualSettings } from '../engine/losses/perceptual.ts';
import { LATENTS } from '../engine/generator/latent.ts';
import { NOISES } from '../engine/image/noise.ts';
import type { Comparison, Likeness } from '../engine/metrics/likeness.ts';
import { METHODS, STAGE_METHODS } from '../engine/methods/index.ts';
import { SCHEDULES } from '../engine/optimizers/schedule.ts';
import type {
  Frame,
  Prepared,
  Preview,
  Region,
  Scene,
  TaskOptions,
  TurnedRegion,
  UprightRegion,
} from '../engine/tasks/index.ts';
import { NAMED_PRESETS } from '../engine/tasks/robustUnsupervised.ts';
import { sizeOf, type Tensor } from '../engine/tensor.ts';
import type { MaskPatch } from './mask/patch.ts';
import type { MaskPlane } from './mask/plane.ts';

type EntriesOf<T> = { readonly [K in keyof T]-?: v.GenericSchema };
const entriesOf =
  <T>() =>
  <E extends EntriesOf<T>>(entries: E): E =>
    entries;

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));
const finite = v.pipe(v.number(), v.finite());

/** How much of something is done. */
export const shareSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** Bytes in any kind of buffer. */
export const bytesSchema: v.GenericSchema<Uint8Array> = v.instance(Uint8Array);

export const taskSchema = v.picklist(TASKS);

/** A float32 tensor whose data really has the size its dimensions promise. */
export const tensorSchema: v.GenericSchema<Tensor<'float32'>> = v.pipe(
  v.object(
    entriesOf<Tensor<'float32'>>()({
      dtype: v.literal('float32'),
      dims: v.array(count),
      data: v.instance(Float32Array),
    }),
  ),
  v.check(
    ({ dims, data }) => data.length === sizeOf(dims),
    'The tensor holds another number of elements than its shape says.',
  ),
);

export const pictureSchema: v.GenericSchema<Picture> = v.pipe(
  v.object(
    entriesOf<Picture>()({
      width: v.pipe(count, v.minValue(1)),
      height: v.pipe(count, v.minValue(1)),
      data: v.instance(Uint8ClampedArray),
      icc: v.exactOptional(bytesSchema),
      pngColour: v.exactOptional(v.record(v.string(), bytesSchema)),
      density: v.exactOptional(v.object({ x: v.number(), y: v.number(), unit: v.picklist(['metre', 'none']) })),
    }),
  ),
  v.check(({ width, height, data }) => data.length === width * height * 4, 'The picture is not width x height x RGBA.'),
);

export const maskPlaneSchema: v.GenericSchema<MaskPlane> = v.pipe(
  v.object(
    entriesOf<MaskPlane>()({
      width: v.pipe(count, v.minValue(1)),
      height: v.pipe(count, v.minValue(1)),
      data: bytesSchema,
    }),
  ),
  v.check(({ width, height, data }) => data.length === width * height, 'The mask has another size than it says.'),
);

/** Only the types: whether a patch fits is found out where it is applied. */
export const maskPatchSchema: v.GenericSchema<MaskPatch> = v.object(
  entriesOf<MaskPatch>()({
    width: v.pipe(count, v.minValue(1)),
    height: v.pipe(count, v.minValue(1)),
    tiles: v.array(count),
    bits: bytesSchema,
  }),
);

const optimizerSchema: v.GenericSchema<OptimizerSettings> = v.object(
  entriesOf<OptimizerSettings>()({
    kind: v.string(),
    learningRate: finite,
    alphaLearningRate: finite,
    schedule: v.picklist(SCHEDULES),
  }),
);

const perceptualKinds = [
  v.object(
    entriesOf<NetworkSettings>()({
      kind: v.literal('network'),
      network: v.string(),
      weight: finite,
      size: v.pipe(count, v.minValue(1)),
      scales: v.exactOptional(v.literal('all')),
    }),
  ),
  v.object(entriesOf<MultiScaleSettings>()({ kind: v.literal('multi-scale'), weight: finite })),
] as const;
const perceptualSchema: v.GenericSchema<PerceptualSettings> = v.variant('kind', perceptualKinds);

export const jobSchema: v.GenericSchema<Job> = v.object(
  entriesOf<Job>()({
    task: taskSchema,
    method: v.picklist(STAGE_METHODS),
    layer: count,
    codes: count,
    iterations: count,
    seed: v.pipe(v.number(), v.integer()),
    starts: count,
    optimizer: optimizerSchema,
    perceptual: v.exactOptional(perceptualSchema),
    factor: v.pipe(count, v.minValue(1)),
    down: v.picklist(DOWNSAMPLINGS),
    target: tensorSchema,
    known: v.exactOptional(tensorSchema),
    init: v.exactOptional(v.record(v.string(), tensorSchema)),
    draft: v.exactOptional(tensorSchema),
    covered: v.exactOptional(tensorSchema),
    stopBelow: v.exactOptional(finite),
    ...refinementEntries,
  }),
);

export const amendmentSchema: v.GenericSchema<Amendment> = v.object(
  entriesOf<Amendment>()({
    iterations: v.exactOptional(count),
    learningRate: v.exactOptional(finite),
    alphaLearningRate: v.exactOptional(finite),
    layer: v.exactOptional(count),
    codes: v.exactOptional(count),
    target: v.exactOptional(tensorSchema),
    known: v.exactOptional(tensorSchema),
    draft: v.exactOptional(tensorSchema),
    stopBelow: v.exactOptional(finite),
  }),
);

const stageSchema: v.GenericSchema<Stage> = v.object(
  entriesOf<Stage>()({
    method: v.picklist(STAGE_METHODS),
    layer: count,
    codes: count,
    fitting: v.exactOptional(v.literal(true)),
    began: count,
    latent: v.exactOptional(v.picklist(LATENTS)),
  }),
);

export const checkpointSchema: v.GenericSchema<Checkpoint> = v.object(
  entriesOf<Checkpoint>()({
    step: count,
    stage: stageSchema,
    state: v.record(v.string(), tensorSchema),
    plateau: v.exactOptional(v.object({ loss: v.number(), step: count })),
  }),
);

/** Losses may be NaN or infinite: a diverging run must be reported, not rejected on the way. */
const losses = v.array(v.number());

export const outcomeSchema: v.GenericSchema<Outcome> = v.object(
  entriesOf<Outcome>()({
    x: tensorSchema,
    parameters: v.record(v.string(), tensorSchema),
    steps: count,
    codesAtOnce: v.exactOptional(count),
    losses,
    stopped: v.boolean(),
    backend: v.string(),
    milliseconds: v.number(),
  }),
);

/** Only the types: whether it is a part of the picture is for `prepare` to say. */
export const uprightRegionSchema: v.GenericSchema<UprightRegion> = v.object(
  entriesOf<UprightRegion>()({ left: count, top: count, width: count, height: count }),
);

export const turnedRegionSchema: v.GenericSchema<TurnedRegion> = v.object(
  entriesOf<TurnedRegion>()({ x: finite, y: finite, side: finite, angle: finite }),
);

export const regionSchema: v.GenericSchema<Region> = v.union([uprightRegionSchema, turnedRegionSchema]);

const pointSchema: v.GenericSchema<Point> = v.object(entriesOf<Point>()({ x: finite, y: finite }));

export const landmarksSchema: v.GenericSchema<Landmarks> = v.object(
  entriesOf<Landmarks>()({
    leftEye: pointSchema,
    rightEye: pointSchema,
    leftMouth: pointSchema,
    rightMouth: pointSchema,
  }),
);

export const quadSchema: v.GenericSchema<Quad> = v.tuple([pointSchema, pointSchema, pointSchema, pointSchema]);

export const faceSchema: v.GenericSchema<Face> = v.object(
  entriesOf<Face>()({ score: finite, landmarks: landmarksSchema, quad: quadSchema }),
);

/** What a run's picture would be saved as, at a size to look at. */
export const previewSchema: v.GenericSchema<Preview> = v.object(
  entriesOf<Preview>()({ picture: pictureSchema, at: uprightRegionSchema, version: count }),
);

type EventOf<K extends RunEvent['kind']> = Extract<RunEvent, { kind: K }>;

export const phaseSchema = v.picklist(['compiling', 'scoring', 'refitting', 'optimising', 'paused']);

export const runEventSchema: v.GenericSchema<RunEvent> = v.variant('kind', [
  v.object(
    entriesOf<EventOf<'phase'>>()({
      kind: v.literal('phase'),
      phase: phaseSchema,
      backend: v.string(),
      codesAtOnce: v.exactOptional(count),
      fraction: v.exactOptional(v.number()),
    }),
  ),
  v.object(
    entriesOf<EventOf<'progress'>>()({
      kind: v.literal('progress'),
      step: count,
      iterations: count,
      losses,
      msPerStep: v.number(),
      etaMs: v.number(),
    }),
  ),
  v.object(entriesOf<EventOf<'note'>>()({ kind: v.literal('note'), text: v.string() })),
  v.object(
    entriesOf<EventOf<'refused'>>()({
      kind: v.literal('refused'),
      kept: v.object({ layer: v.exactOptional(count), codes: v.exactOptional(count) }),
      reason: v.string(),
    }),
  ),
  v.object(
    entriesOf<EventOf<'preview'>>()({
      kind: v.literal('preview'),
      step: count,
      x: v.exactOptional(tensorSchema),
      shown: v.exactOptional(previewSchema),
      passing: v.exactOptional(v.literal(true)),
    }),
  ),
  v.object(entriesOf<EventOf<'checkpoint'>>()({ kind: v.literal('checkpoint'), checkpoint: checkpointSchema })),
  v.object(entriesOf<EventOf<'done'>>()({ kind: v.literal('done'), outcome: outcomeSchema })),
]);

const sizeSchema: v.GenericSchema<Size> = v.object(entriesOf<Size>()({ width: count, height: count }));

export const frameSchema: v.GenericSchema<Frame> = v.object(
  entriesOf<Frame>()({
    source: sizeSchema,
    image: sizeSchema,
    factor: count,
    covered: v.object({ x: finite, y: finite, width: finite, height: finite }),
    result: sizeSchema,
    region: v.exactOptional(regionSchema),
    oval: v.exactOptional(v.object(entriesOf<Oval>()({ x: finite, y: finite, across: finite, down: finite }))),
    consistency: v.exactOptional(v.boolean()),
  }),
);

/** What a table says of a run that is measured, compared or studied. */
export const measuredEntries = {
  /** In dB; of equal pictures infinite. */
  psnr: v.exactOptional(v.number()),
  ssim: v.exactOptional(v.number()),
  lpips: v.exactOptional(v.number()),
  seconds: v.exactOptional(v.number()),
  steps: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** Why there is no result. */
  problem: v.exactOptional(v.string()),
};

const likenessSchema: v.GenericSchema<Likeness> = v.object(
  entriesOf<Likeness>()({ psnr: v.number(), ssim: v.number(), lpips: v.exactOptional(v.number()) }),
);

export const comparisonSchema: v.GenericSchema<Comparison> = v.object(
  entriesOf<Comparison>()({
    result: likenessSchema,
    baselineName: v.picklist(['bicubic', 'input']),
    baseline: likenessSchema,
    lpipsProblem: v.exactOptional(v.string()),
  }),
);

/** Only the types: `prepare` checks the ranges, because they depend on the picture and the model. */
export const taskOptionsSchema: v.GenericSchema<TaskOptions> = v.object(
  entriesOf<TaskOptions>()({
    preset: v.exactOptional(v.picklist(NAMED_PRESETS)),
    layer: v.exactOptional(v.number()),
    codes: v.exactOptional(v.number()),
    iterations: v.exactOptional(v.number()),
    seed: v.exactOptional(v.number()),
    starts: v.exactOptional(v.number()),
    optimizer: v.exactOptional(v.string()),
    learningRate: v.exactOptional(finite),
    alphaLearningRate: v.exactOptional(finite),
    schedule: v.exactOptional(v.picklist(SCHEDULES)),
    perceptual: v.exactOptional(v.variant('kind', [...perceptualKinds, v.object({ kind: v.literal('none') })])),
    factor: v.exactOptional(v.number()),
    down: v.exactOptional(v.picklist(DOWNSAMPLINGS)),
    consistency: v.exactOptional(v.boolean()),
    noise: v.exactOptional(v.picklist(NOISES)),
    startFrom: v.exactOptional(v.string()),
    method: v.exactOptional(v.picklist(METHODS)),
    unknown: v.exactOptional(pictureSchema),
    softMask: v.exactOptional(v.boolean()),
    feather: v.exactOptional(v.number()),
    region: v.exactOptional(regionSchema),
    faces: v.exactOptional(v.array(turnedRegionSchema)),
    seam: v.exactOptional(v.number()),
    grain: v.exactOptional(v.number()),
    ...refinementEntries,
  }),
);

const planesSchema: v.GenericSchema<Planes> = v.pipe(
  v.object(entriesOf<Planes>()({ width: count, height: count, channels: count, data: v.instance(Float32Array) })),
  v.check(
    ({ width, height, channels, data }) => data.length === width * height * channels,
    'The planes hold another number of values than they say.',
  ),
);
const rectangleEntries = { x: finite, y: finite, width: finite, height: finite };

const affineSchema: v.GenericSchema<Affine> = v.object(
  entriesOf<Affine>()({ xx: finite, xy: finite, x0: finite, yx: finite, yy: finite, y0: finite }),
);

export const sceneSchema: v.GenericSchema<Scene> = v.object(
  entriesOf<Scene>()({
    task: taskSchema,
    at: uprightRegionSchema,
    covered: v.object(rectangleEntries),
    window: v.object(rectangleEntries),
    turn: v.exactOptional(affineSchema),
    base: pictureSchema,
    shares: v.exactOptional(planesSchema),
    weights: v.exactOptional(planesSchema),
    compared: v.exactOptional(planesSchema),
    continues: v.exactOptional(v.number()),
    observed: v.exactOptional(v.object({ target: planesSchema, known: planesSchema })),
    said: v.exactOptional(planesSchema),
    version: v.exactOptional(count),
  }),
);

/** What is prepared, and what its previews are composed with. */
export interface Staged extends Prepared {
  readonly scene: Scene;
}

export const stagedSchema: v.GenericSchema<Staged> = v.object(
  entriesOf<Staged>()({ job: jobSchema, frame: frameSchema, notes: v.array(v.string()), scene: sceneSchema }),
);

/** What a result is changed by after its run. */
export const editSchema: v.GenericSchema<Edit> = v.object({
  moves: v.array(
    v.object({
      direction: v.pipe(v.array(v.number()), v.minLength(1), v.maxLength(100_000)),
      amount: finite,
      codes: v.exactOptional(v.array(count)),
    }),
  ),
  weights: v.exactOptional(v.array(finite)),
  without: v.exactOptional(v.array(count)),
});
