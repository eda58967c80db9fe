/**
 * What crosses threads and the webview border, as valibot schemas. The engine's types stay the source of truth: every
 * schema is declared to produce one of them, and `entriesOf` makes a forgotten property (which `v.object` would silently
 * strip on the way) a compile error.
 */
import * as v from 'valibot';
import { TASKS } from '../engine/generator/manifest.ts';
import { DOWNSAMPLINGS } from '../engine/image/downsampling.ts';
import type { Picture } from '../engine/image/picture.ts';
import type {
  Checkpoint,
  Job,
  OptimizerSettings,
  Outcome,
  PerceptualSettings,
  RunEvent,
} from '../engine/inversion/job.ts';
import { sizeOf, type Tensor } from '../engine/tensor.ts';

type EntriesOf<T> = { readonly [K in keyof T]-?: v.GenericSchema };
const entriesOf =
  <T>() =>
  <E extends EntriesOf<T>>(entries: E): E =>
    entries;

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));
const finite = v.pipe(v.number(), v.finite());

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
      icc: v.exactOptional(v.instance(Uint8Array)),
    }),
  ),
  v.check(({ width, height, data }) => data.length === width * height * 4, 'The picture is not width x height x RGBA.'),
);

const optimizerSchema: v.GenericSchema<OptimizerSettings> = v.object(
  entriesOf<OptimizerSettings>()({
    kind: v.string(),
    learningRate: finite,
    alphaLearningRate: finite,
    schedule: v.picklist(['constant', 'ramp-cosine']),
  }),
);

const perceptualSchema: v.GenericSchema<PerceptualSettings> = v.object(
  entriesOf<PerceptualSettings>()({ weight: finite, size: count }),
);

export const jobSchema: v.GenericSchema<Job> = v.object(
  entriesOf<Job>()({
    task: taskSchema,
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
    init: v.exactOptional(v.object({ z: tensorSchema, alpha: tensorSchema })),
  }),
);

export const checkpointSchema: v.GenericSchema<Checkpoint> = v.object(
  entriesOf<Checkpoint>()({
    step: count,
    state: v.record(v.string(), tensorSchema),
    best: v.exactOptional(v.object({ step: count, loss: v.number(), z: tensorSchema, alpha: tensorSchema })),
  }),
);

/** Losses may be NaN or infinite: a diverging run must be reported, not rejected on the way. */
const losses = v.array(v.number());

export const outcomeSchema: v.GenericSchema<Outcome> = v.object(
  entriesOf<Outcome>()({
    x: tensorSchema,
    z: tensorSchema,
    alpha: tensorSchema,
    steps: count,
    losses,
    stopped: v.boolean(),
    backend: v.string(),
    milliseconds: v.number(),
  }),
);

type EventOf<K extends RunEvent['kind']> = Extract<RunEvent, { kind: K }>;

export const runEventSchema: v.GenericSchema<RunEvent> = v.variant('kind', [
  v.object(
    entriesOf<EventOf<'phase'>>()({
      kind: v.literal('phase'),
      phase: v.picklist(['compiling', 'scoring', 'optimising', 'paused']),
      backend: v.string(),
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
  v.object(entriesOf<EventOf<'preview'>>()({ kind: v.literal('preview'), step: count, x: tensorSchema })),
  v.object(entriesOf<EventOf<'checkpoint'>>()({ kind: v.literal('checkpoint'), checkpoint: checkpointSchema })),
  v.object(entriesOf<EventOf<'done'>>()({ kind: v.literal('done'), outcome: outcomeSchema })),
]);
