/**
 * What a Node host and its worker thread say to each other, on top of `rpc.ts`. The thread decodes, prepares, runs
 * (where there is no GPU in a page), finishes and encodes, so that the host's own thread never waits for pixels.
 */
import * as v from 'valibot';
import { RESTS } from '../engine/faces/rest.ts';
import {
  directionSchema,
  explorableSchema,
  explorationSchema,
  partSchema,
  thumbnailsSchema,
  VIEWS,
} from './exploration.ts';
import { drawnSchema, drawSchema } from './draw/thread.ts';
import type { Contract } from './rpc.ts';
import { stopStudySchema, studiedSchema, studyNewsSchema, studySchema } from './study/thread.ts';
import {
  amendmentSchema,
  bytesSchema,
  checkpointSchema,
  comparisonSchema,
  editSchema,
  faceSchema,
  frameSchema,
  jobSchema,
  maskPatchSchema,
  maskPlaneSchema,
  measuredEntries,
  outcomeSchema,
  previewSchema,
  runEventSchema,
  sceneSchema,
  shareSchema,
  stagedSchema,
  taskOptionsSchema,
  taskSchema,
  tensorSchema,
} from './schemas.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A number of the host's for what it wants to hear of on the way, as `share`s. */
const heard = v.exactOptional(count);

/**
 * An encoded picture: a file on disk, or bytes with the name that errors shall quote. `hold`: the thread keeps it decoded under
 * this name for a while, and takes the name in place of the bytes; it refuses one that it does not hold (any more).
 */
export const sourceSchema = v.union([
  v.strictObject({ path: v.string() }),
  v.strictObject({ bytes: bytesSchema, name: v.string(), hold: v.exactOptional(v.string()) }),
  v.strictObject({ held: v.string() }),
]);
export const NOT_HELD = 'The thread does not hold this picture.';
export type PictureSource = v.InferOutput<typeof sourceSchema>;

const deviceSchema = v.picklist(['auto', 'cpu', 'webgpu']);

/** See `Compared` in `node/report/comparison.ts`. */
const comparedRowSchema = v.object({ method: v.string(), ...measuredEntries });

/** Where the LPIPS metric lies, and what it runs on. */
const lpipsSchema = v.object({ path: v.string(), device: deviceSchema });
export type LpipsSource = v.InferOutput<typeof lpipsSchema>;

/** What the thread can be asked and told. */
export const threadContract = {
  requests: {
    /** Format, upright size and what decoding leaves out or changes, from the header alone. */
    inspect: {
      params: v.object({ source: sourceSchema }),
      result: v.object({ format: v.string(), width: count, height: count, notes: v.array(v.string()) }),
    },
    /** A picture made so small that its longest side is `side` at most, as a PNG file. */
    thumbnail: {
      params: v.object({ source: sourceSchema, side: count }),
      result: v.object({ png: bytesSchema }),
    },
    /** How far a picture lies from what models know, by their folders; up to 1 they know it. */
    distances: {
      params: v.object({ source: sourceSchema, models: v.array(v.string()) }),
      result: v.object({
        colour: v.record(v.string(), v.number()),
        luma: v.record(v.string(), v.number()),
      }),
    },
    /** The faces of a picture. `detector`: its file, or the folder of its package. Who gives up does it in a thread of its own. */
    faces: {
      params: v.object({ source: sourceSchema, detector: v.string(), heard }),
      result: v.object({ faces: v.array(faceSchema) }),
    },
    prepare: {
      /** `model`: a prior's folder, as `node/priors.ts` has it. `mask`: the whole mask, in place of `options.unknown`; it may be soft. */
      params: v.object({
        source: sourceSchema,
        task: taskSchema,
        model: v.string(),
        options: taskOptionsSchema,
        mask: v.exactOptional(maskPatchSchema),
      }),
      result: stagedSchema,
    },
    /** Runs a job to its end, or until it is stopped; its events arrive as `runEvent`, all but `done`, which is the answer. */
    run: {
      params: v.object({
        run: count,
        job: jobSchema,
        model: v.string(),
        /** The folder of the perceptual network's package, where the job has one. */
        network: v.exactOptional(v.string()),
        device: deviceSchema,
        /** What its previews are composed with; absent: they come as they are drawn. */
        scene: v.exactOptional(sceneSchema),
        resumeFrom: v.exactOptional(checkpointSchema),
      }),
      result: outcomeSchema,
    },
    /** Makes ready to try out changes of a finished run, in the place of the one before: see `node/exploring.ts`. */
    explore: {
      params: v.object({
        /** Names it from here on. */
        session: v.string(),
        ...{ model: v.string(), device: deviceSchema, job: jobSchema, values: v.record(v.string(), tensorSchema) },
        ...{ x: tensorSchema, source: sourceSchema, frame: frameSchema, options: taskOptionsSchema },
        mask: v.exactOptional(maskPatchSchema),
        /** Beside the model's own. */
        directions: v.array(directionSchema),
      }),
      result: explorableSchema,
    },
    /**
     * Draws one. Fails with `NOT_HELD` where the thread does not hold that run (any more). soon: with what can be drawn in time, `whole` says
     * whether that is all; made: with x, and what is to be recorded.
     */
    tryOut: {
      params: v.object({
        session: v.string(),
        exploration: explorationSchema,
        want: v.picklist(['soon', 'whole', 'made']),
      }),
      result: v.object({
        shown: previewSchema,
        whole: v.boolean(),
        made: v.exactOptional(v.object({ x: tensorSchema, edit: editSchema })),
      }),
    },
    /** Small pictures of a part of that run. */
    thumbnails: {
      params: v.object({ session: v.string(), part: partSchema, side: count }),
      result: v.object({ pictures: thumbnailsSchema }),
    },
    /** One of those as the result is shown. */
    viewPart: {
      params: v.object({ session: v.string(), part: partSchema, view: v.picklist(VIEWS) }),
      result: v.object({ shown: previewSchema }),
    },
    /** Directions of codes in a NumPy file. */
    readDirections: {
      params: v.object({ path: v.string() }),
      result: v.object({ directions: v.array(directionSchema) }),
    },
    /** Draws a code, a mixture of two, or a result; see `node/drawing.ts`. What is compiled is kept until another model is asked for. */
    draw: { params: drawSchema, result: drawnSchema },
    /** One picture through several models and layers; see `node/study`. Its news arrive as `studyNews`. */
    study: { params: studySchema, result: studiedSchema },
    /** Composes the final picture and encodes it as PNG. */
    finish: {
      params: v.object({
        source: sourceSchema,
        task: taskSchema,
        x: tensorSchema,
        frame: frameSchema,
        options: taskOptionsSchema,
        mask: v.exactOptional(maskPatchSchema),
        /** Other parts of the same picture, made before. */
        onto: v.exactOptional(v.array(v.object({ x: tensorSchema, frame: frameSchema }))),
        /** What enlarges the picture around all of them; absent: a filter. */
        rest: v.exactOptional(v.picklist(RESTS)),
        heard,
      }),
      result: v.object({ png: bytesSchema, width: count, height: count }),
    },
    /** Encodes a PNG file once more as a result's file. */
    encode: {
      params: v.object({
        png: bytesSchema,
        format: v.picklist(['png', 'jpeg', 'webp']),
        quality: count,
        record: v.exactOptional(v.string()),
        heard,
      }),
      result: v.object({ bytes: bytesSchema }),
    },
    /** How near a result comes to its original, which must be of the same size, beside what needs no prior. */
    compareWithTruth: {
      params: v.object({
        ...{ truth: sourceSchema, task: taskSchema, source: sourceSchema, result: bytesSchema },
        lpips: v.exactOptional(lpipsSchema),
      }),
      result: comparisonSchema,
    },
    /** What needs no model makes of a picture: see `engine/baselines/plain.ts`. `mask`: as above. */
    plain: {
      params: v.object({
        ...{ source: sourceSchema, task: taskSchema, options: taskOptionsSchema },
        mask: v.exactOptional(maskPatchSchema),
      }),
      result: v.object({ png: bytesSchema, width: count, height: count, milliseconds: v.number() }),
    },
    /** A comparison as a contact sheet (PNG), or as a page that needs no other file: see `node/report/comparison.ts`. */
    report: {
      params: v.object({
        format: v.picklist(['png', 'html']),
        title: v.string(),
        lines: v.array(v.string()),
        entries: v.array(v.object({ row: comparedRowSchema, png: v.exactOptional(bytesSchema) })),
        others: v.array(v.object({ label: v.string(), source: sourceSchema })),
      }),
      result: v.object({ bytes: bytesSchema }),
    },
    /** What a model draws at random: a JPEG file, see `node/samples.ts`. */
    samples: { params: v.object({ model: v.string() }), result: v.object({ jpeg: bytesSchema }) },
    /** A whole mask as a patch from an empty one. */
    packMask: { params: v.object({ mask: maskPlaneSchema }), result: maskPatchSchema },
    /** A mask that this project wrote, white where it is unknown. */
    decodeMask: { params: v.object({ source: sourceSchema }), result: maskPatchSchema },
    /** A mask of any kind, or both ways that it may be meant: see `node/maskMeaning.ts`. */
    readMask: {
      params: v.object({ source: sourceSchema, alpha: v.exactOptional(v.picklist(['fill', 'keep'])) }),
      result: v.union([
        v.strictObject({ mask: maskPatchSchema, note: v.exactOptional(v.string()) }),
        v.strictObject({ shares: v.strictObject({ fill: v.number(), keep: v.number() }) }),
      ]),
    },
    /** A whole mask as a grey PNG file. */
    encodeMask: { params: v.object({ mask: maskPatchSchema }), result: v.object({ png: bytesSchema }) },
    /** The name of the backend a run would use. */
    backend: { params: v.object({ device: deviceSchema }), result: v.object({ name: v.string() }) },
  },
  notifications: {
    /** Changes a run that is going; ignored when it is over. */
    amend: v.object({ run: count, amendment: amendmentSchema, scene: v.exactOptional(sceneSchema) }),
    control: v.object({ run: count, action: v.picklist(['pause', 'resume', 'stop']) }),
    stopStudy: stopStudySchema,
    /** Nobody tries out changes of that run any more. */
    leave: v.object({ session: v.string() }),
  },
} as const satisfies Contract;

/** What the host can be told. */
export const threadHostContract = {
  requests: {},
  notifications: {
    runEvent: v.object({ run: count, event: runEventSchema }),
    studyNews: studyNewsSchema,
    /** How much is done of what was asked for with this number, 0 to 1. */
    share: v.object({ heard: count, share: shareSchema }),
  },
} as const satisfies Contract;

export type ThreadContract = typeof threadContract;
export type ThreadHostContract = typeof threadHostContract;
