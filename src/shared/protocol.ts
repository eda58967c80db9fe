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
import { priorManifestSchema } from '../engine/prior.ts';
import {
  MASK_EDITS,
  choicesSchema,
  countOrZero,
  liveParamsSchema,
  paramsSchema,
  placementSchema,
  resultSchema,
  run,
  runChangeSchema,
  setupSchema,
  truthSchema,
  welcomeSchema,
} from './documentState.ts';
import type { Contract } from './rpc.ts';
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
/** Of animations. */
const formatSchema = v.picklist(['gif', 'webm']);
const none = v.strictObject({});

/** A run ready to go, here (with the slices) or on the host. */
export const preparedSchema = v.object({
  run,
  job: jobSchema,
  manifest: priorManifestSchema,
  /** Webview URIs of the package's files, in the order of `packageFiles` (none of the untrained prior); fetch them in the page, a fetch in a blob worker hangs. */
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

/** What the host opens for a page. */
export const PLACES = ['log', 'settings', 'saved', 'models'] as const;
export type Place = (typeof PLACES)[number];

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
    /** Makes a snapshot of the run the document's result, also while the run goes: composed like a finished one. */
    keep: { params: v.strictObject({ run, step: countOrZero, x: tensorSchema }), result: none },
    /**
     * Writes the result's file: where `ganPrior.output` says, or where the person says (`as`). Answers without a
     * name when the person cancels.
     */
    save: { params: v.strictObject({ as: v.boolean() }), result: v.object({ name: v.exactOptional(text) }) },
    /** Shows the result before (-1) or after (1) the one that is shown; it comes as `result`. */
    stepResult: { params: v.strictObject({ by: v.picklist([-1, 1]) }), result: none },
    /** Forgets a result, once the person has said so; the one before it comes as `result`. */
    discardResult: { params: v.strictObject({ run }), result: none },
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
    /** Opens what the page cannot: the output channel, the setting of the model, the file last saved, the models view. */
    show: v.object({ what: v.picklist(PLACES) }),
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
    /** Put the picture that is seen on the clipboard: a command asks for it. */
    copyPicture: none,
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
    /** A finished run has been composed, or another result is shown (or none). */
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
