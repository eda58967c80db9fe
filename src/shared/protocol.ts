/**
 * What the editor page (webview) and the extension host say to each other, on top of `rpc.ts`.
 *
 * The document lives in the host: the source picture, its mask, the run with its latest checkpoint, the result. A page is a view
 * that may die (moved to another window, closed, reloaded) or be joined by a second one at any moment, so
 * whatever a run in a page produces is reported to the host at once, and a page that starts learns all of it from `ready`.
 *
 *     page                                       host
 *     ready                                ->    what there is: picture, models, settings, the run, the result
 *     prepare {task, params}               ->    {run, job, slices, ...}
 *     a) its own worker runs the job, and
 *        report {run, event} ...           ->    remembered, mirrored to the document's other pages
 *     b) runOnHost {run}                   ->
 *                                          <-    runEvent {run, event} ...
 *                                          <-    result {picture, ...} once the finished run is composed
 *     amend {run, params}                  ->    the run changed on its way; also when the mask is painted during it
 *                                          <-    amend {run, amendment} to the page that makes the steps,
 *                                                runChanged {run, change} to all
 *     save                                 ->    the file's name
 *
 *     editMask {patch, edit}               ->    remembered and undoable, mirrored to the document's other pages
 *                                          <-    maskChanged {patch} for what is painted, loaded or undone elsewhere
 *     editRegion {region}                  ->    the same for the part of the picture that runs work on
 *                                          <-    regionChanged {region}
 *     choose {choices}                     ->    remembered, mirrored to the document's other pages as choicesChanged
 *
 * Everything is validated where it arrives. Typed arrays cross the border as they are; other values as JSON.
 */
import * as v from 'valibot';
import { manifestSchema, TASKS } from '../engine/generator/manifest.ts';
import type { Contract } from './rpc.ts';
import { NOISES } from '../engine/image/noise.ts';
import {
  amendmentSchema,
  checkpointSchema,
  jobSchema,
  maskPatchSchema,
  regionSchema,
  runEventSchema,
  taskSchema,
  tensorSchema,
} from './schemas.ts';

const text = v.string();
const bytes: v.GenericSchema<Uint8Array> = v.instance(Uint8Array);
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e6));
const countOrZero = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));
const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1));
const rate = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1000));
/** Of animations. */
const formatSchema = v.picklist(['gif', 'webm']);
const none = v.strictObject({});

/** Number of a run within its document; every prepare starts a new one, so late messages are told apart. */
const run = countOrZero;

/** What a person may set for a run. Whatever is absent comes from the settings, the model's preset, the paper, in this order. */
export const paramsSchema = v.strictObject({
  /** Id of a model in `setup.models`. */
  model: v.exactOptional(text),
  layer: v.exactOptional(count),
  codes: v.exactOptional(count),
  iterations: v.exactOptional(count),
  starts: v.exactOptional(countOrZero),
  /** Learning rates of the codes and of their importances. */
  learningRate: v.exactOptional(rate),
  alphaLearningRate: v.exactOptional(rate),
  seed: v.exactOptional(seed),
  /** The second term of the loss: the id of a network in `setup.networks`, "multi-scale" or "none". */
  perceptual: v.exactOptional(text),
  /** Super-resolution: how many times larger the result is; absent: as much as the picture and the model allow. */
  factor: v.exactOptional(v.picklist([2, 4, 8, 16, 32])),
  /** Denoising: what kind of noise there is; absent: Gaussian. */
  noise: v.exactOptional(v.picklist(NOISES)),
  /** The part of the picture to work on. The document knows it and adds it: a page need not. */
  region: v.exactOptional(regionSchema),
  /** Pixels over which the region's edges fade; absent: a share of its size. */
  seam: v.exactOptional(countOrZero),
  /** Inpainting: pixels over which the drawing fades in from the known ones; absent: none. */
  feather: v.exactOptional(countOrZero),
});
export type Params = v.InferOutput<typeof paramsSchema>;

/** What of it may be changed while the run goes. */
export const LIVE_PARAMS = ['iterations', 'learningRate', 'alphaLearningRate'] as const;
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

/** What a field of the form shows while it is empty: the value a run would use. */
const defaultsSchema = v.object({
  layer: count,
  codes: count,
  iterations: count,
  starts: countOrZero,
  learningRate: rate,
  alphaLearningRate: rate,
});
export type Defaults = v.InferOutput<typeof defaultsSchema>;

export const modelSchema = v.object({
  id: text,
  name: text,
  /** What the prior has seen, for a person: "fruits and vegetables on white". */
  domain: text,
  licence: text,
  /** Side of the square picture it makes. */
  resolution: count,
  /** Composing layers 1..lastCut are possible. */
  lastCut: count,
  /** One entry for each task in `setup.tasks`, the settings already applied. */
  defaults: v.record(v.picklist(TASKS), defaultsSchema),
});
export type ModelInfo = v.InferOutput<typeof modelSchema>;

/** What can be chosen, and how it is chosen if nobody does. Sent again whenever settings or models change. */
export const setupSchema = v.object({
  /** The tasks this version can do, in the order to offer them. */
  tasks: v.array(taskSchema),
  models: v.array(modelSchema),
  /** Id of the model each task uses unless `params.model` says otherwise. */
  modelFor: v.record(v.picklist(TASKS), text),
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

/**
 * Where the generator's square output lies on the upright source picture, in its pixels; it may stick out where the
 * picture was padded. Previews are drawn there.
 */
export const placementSchema = v.object({ left: v.number(), top: v.number(), width: v.number(), height: v.number() });
export type Placement = v.InferOutput<typeof placementSchema>;

/** A run as a page meets it that did not start it: after a reload, or in a second editor of the same document. */
export const runStateSchema = v.object({
  run,
  task: taskSchema,
  params: paramsSchema,
  /** Where the steps are (or were) made: the extension host, or a page. */
  where: v.picklist(['host', 'page']),
  /**
   * prepared: not started yet. running, paused: events keep coming as `runEvent`. interrupted: its page is gone;
   * `resume` continues it from the last checkpoint, and a page that finds this on `ready` does so by itself.
   * finishing: the last step is made, the picture is being composed. finished: see `result`. failed: see `message`; `resume` tries again (on the host, say) from the last checkpoint.
   */
  status: v.picklist(['prepared', 'running', 'paused', 'interrupted', 'finishing', 'finished', 'failed']),
  message: v.exactOptional(text),
  backend: text,
  step: countOrZero,
  iterations: countOrZero,
  seed,
  losses: v.array(v.number()),
  changes: v.array(runChangeSchema),
  placement: placementSchema,
});
export type RunState = v.InferOutput<typeof runStateSchema>;

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
  layer: count,
  codes: count,
  seed,
  steps: countOrZero,
  stopped: v.boolean(),
  /** The second term of the loss: the name of a network, "multi-scale" or "none". */
  perceptual: text,
  backend: text,
  milliseconds: v.number(),
  /** A snapshot of a run that a person chose, after `steps` steps; \`run\` is a number of its own then. */
  kept: v.exactOptional(v.literal(true)),
  /** What was changed while the run went. Absent: nothing, so the same settings make the same picture again. */
  changes: v.exactOptional(v.array(runChangeSchema)),
  /** Name of the file it was last saved as. */
  savedAs: v.exactOptional(text),
});
export type Result = v.InferOutput<typeof resultSchema>;

/** Null: infinite, which JSON does not know; the pictures are equal. */
const likenessSchema = v.object({ psnr: v.nullable(v.number()), ssim: v.number() });

/** The original that a person has given, and how near the result comes to it, or why nobody can say. */
export const truthSchema = v.object({
  /** Of its file. */
  name: text,
  comparison: v.exactOptional(
    v.object({ result: likenessSchema, baselineName: v.picklist(['bicubic', 'input']), baseline: likenessSchema }),
  ),
  problem: v.exactOptional(text),
});
export type Truth = v.InferOutput<typeof truthSchema>;

/** Everything a page needs to draw itself as the document is now. */
export const welcomeSchema = v.object({
  source: sourceSchema,
  setup: setupSchema,
  /** What the host would run on: "onnxruntime-node CPU". */
  hostBackend: text,
  /** Webview URIs of the scripts of the engine's worker and of the mask's, and of the WebAssembly binary: fetched by the page, handed to its worker. */
  assets: v.object({ worker: text, maskWorker: text, wasm: text }),
  run: v.exactOptional(runStateSchema),
  result: v.exactOptional(resultSchema),
  /** What is painted, as a patch from an empty mask; absent: nothing. */
  mask: v.exactOptional(maskPatchSchema),
  /** The part of the picture that runs work on; absent: all of it. */
  region: v.exactOptional(regionSchema),
  /** What is chosen in the form; absent: nobody has chosen anything for this picture yet. */
  choices: v.exactOptional(choicesSchema),
  /** The original that results are compared with; absent: none was given. */
  truth: v.exactOptional(truthSchema),
  /**
   * Start this task at once: the editor was opened by its command. Inpainting is only chosen, because something has to be
   * painted first. Told to one page, one time.
   */
  start: v.exactOptional(taskSchema),
  /** Translations by English text; empty in English. */
  strings: v.record(text, text),
});
export type Welcome = v.InferOutput<typeof welcomeSchema>;

/** A run ready to go, here (with the slices) or on the host. */
export const preparedSchema = v.object({
  run,
  job: jobSchema,
  manifest: manifestSchema,
  /** Webview URIs of the package's files, in the order of `packageFiles`; fetch them in the page, a fetch in a blob worker hangs. */
  slices: v.array(text),
  /** Sentences to show: "The picture is reduced to 64 x 48 first: ...". */
  /** Webview URI of the perceptual network's file, where the job has one. */
  network: v.exactOptional(text),
  notes: v.array(text),
  placement: placementSchema,
  /** Where to go on from; absent: from the beginning. */
  checkpoint: v.exactOptional(checkpointSchema),
});
export type Prepared = v.InferOutput<typeof preparedSchema>;

const actionSchema = v.picklist(['pause', 'resume', 'stop']);
/** stop keeps what there is: the run ends with an outcome as if it had been asked for fewer steps. */
export type RunAction = v.InferOutput<typeof actionSchema>;

const failureSchema = v.object({ run, message: text });
const reportSchema = v.object({ run, event: runEventSchema });

/** What the host can be asked and told. */
export const hostContract = {
  requests: {
    /**
     * First thing a page says, and again whenever it wants to know. `page` is a random text made when the page is loaded:
     * another one than before means that the page was reloaded and what ran in it is gone. Fails with a sentence to
     * show in place of the editor when the picture cannot be read.
     */
    ready: { params: v.strictObject({ page: text }), result: welcomeSchema },
    /** Fails when a parameter is out of range, the model is broken, or a run of this document is going. */
    prepare: { params: v.strictObject({ task: taskSchema, params: paramsSchema }), result: preparedSchema },
    /** The same for an interrupted or failed run, with its last checkpoint if it came so far. */
    resume: { params: v.strictObject({ run }), result: preparedSchema },
    /**
     * Starts a prepared run in the host's worker thread, or moves this page's own run there, from its last checkpoint;
     * answers when it has started. Its events follow as `runEvent`.
     */
    runOnHost: { params: v.strictObject({ run }), result: none },
    /** Controls the document's run wherever it is; a page's own run comes back to it as `control`. */
    control: { params: v.strictObject({ run, action: actionSchema }), result: none },
    /** Changes the document's run before its next step, wherever it is. Fails when it is over, or another one. */
    amend: { params: v.strictObject({ run, params: liveParamsSchema }), result: none },
    /** Makes a snapshot of the run the document's result, also while the run goes: composed and undoable like a finished one. */
    keep: { params: v.strictObject({ run, step: countOrZero, x: tensorSchema }), result: none },
    /**
     * Writes the result's file: where `ganPrior.output` says, or where the person says (`as`). Answers without a
     * name when the person cancels.
     */
    save: { params: v.strictObject({ as: v.boolean() }), result: v.object({ name: v.exactOptional(text) }) },
    /**
     * Asks where to save the animation of a run. Answers without a format when the person cancels; otherwise the page makes
     * one of that format and hands it over.
     */
    askForAnimation: {
      params: v.strictObject({ formats: v.pipe(v.array(formatSchema), v.minLength(1)) }),
      result: v.object({ format: v.exactOptional(formatSchema) }),
    },
    /** Writes it where the person said last. */
    writeAnimation: { params: v.strictObject({ bytes }), result: v.object({ name: text }) },
    /** The page painted. Fails when the patch does not fit the picture; nothing has changed then. */
    editMask: { params: v.strictObject({ patch: maskPatchSchema, edit: v.picklist(MASK_EDITS) }), result: none },
    /** The person chose another region, or none. Fails when it is no part of the picture; nothing has changed then. */
    editRegion: { params: v.strictObject({ region: v.nullable(regionSchema) }), result: none },
    /** Asks for a picture file and takes it as the mask; the change comes as `maskChanged`. */
    loadMask: { params: none, result: none },
    /** Asks where to, and writes the mask as a PNG file. Answers without a name when the person cancels. */
    saveMask: { params: none, result: v.object({ name: v.exactOptional(text) }) },
    /** Asks for the original of the picture; what comes of it follows as `truthChanged`. */
    chooseTruth: { params: none, result: none },
    forgetTruth: { params: none, result: none },
  },
  notifications: {
    /**
     * An event of a run in this page. Every kind but `preview` (the other pages of a document do without);
     * progress at most a few times a second.
     */
    report: reportSchema,
    /** The person chose something in the form; what is still mistyped is left out. */
    choose: choicesSchema,
    /** A run in this page broke, also when it never came to its first event; the message is for people. */
    failed: failureSchema,
    /** For the output channel. */
    log: v.object({ level: v.picklist(['info', 'warn', 'error']), message: text }),
    /** Opens what the page cannot: the output channel, this extension's settings, the file last saved. */
    show: v.object({ what: v.picklist(['log', 'settings', 'saved']) }),
  },
} as const satisfies Contract;

/** What a page can be told. */
export const pageContract = {
  requests: {},
  notifications: {
    /**
     * Start this task with the defaults, as if the person had pressed Start; ignored while a run is going. It is chosen
     * already. Inpainting is only chosen.
     */
    start: v.object({ task: taskSchema }),
    /** Export the animation of the run this page shows: a command asks for it. */
    exportAnimation: none,
    /** For the run in this page. */
    control: v.object({ run, action: actionSchema }),
    /** For the run in this page: take this up before the next step. */
    amend: v.object({ run, amendment: amendmentSchema }),
    /** The run, wherever it is, was changed. */
    runChanged: v.object({ run, change: runChangeSchema }),
    /** Something to tell that changes nothing else: the run cannot use the mask as it is. */
    notice: v.object({ message: text }),
    /** An event of a run elsewhere: in the host, or in another page. */
    runEvent: reportSchema,
    /** The run elsewhere broke, or this page's finished run could not be composed. */
    runFailed: failureSchema,
    /** The page that ran it is gone; `resume` continues it here. */
    runInterrupted: v.object({ run }),
    /** A finished run has been composed, or undo brought back an earlier result (or none). */
    result: v.object({ result: v.nullable(resultSchema) }),
    /** The result was saved, by whatever means. */
    saved: v.object({ run, name: text }),
    /** The mask was edited in another page, loaded, undone or redone. */
    maskChanged: v.object({ patch: maskPatchSchema }),
    /** The region was chosen in another page, undone or redone. */
    regionChanged: v.object({ region: v.nullable(regionSchema) }),
    /** Something was chosen in another page, by a command, or in the file beside the picture. */
    choicesChanged: choicesSchema,
    /** An original was given or taken back, or the result was compared with it. */
    truthChanged: v.object({ truth: v.nullable(truthSchema) }),
    setupChanged: setupSchema,
    /** The file changed on disk: ask `ready` again. A run that is going keeps to the old picture. */
    sourceChanged: none,
  },
} as const satisfies Contract;

export type HostContract = typeof hostContract;
export type PageContract = typeof pageContract;
