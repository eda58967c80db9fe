/**
 * What the editor page (webview) and the extension host say to each other, on top of `rpc.ts`.
 *
 * The document lives in the host: the source picture, its mask, the run with its latest checkpoint, the result. A page is a view
 * that may die (moved to another window, closed, reloaded) or be joined by a second one at any moment, so
 * whatever a run in a page produces is reported to the host at once, and a page that starts learns all of it from `ready`.
 *
 *     page                                       host
 *     ready                                ->    what there is: picture, models, settings, the run, the result
 *     gpu {name}                           ->    this page may make runs, or may not
 *     start {task, params}                 ->    the run's number
 *                                          <-    runEvent {run, event} ... to all pages: `run/reduce.ts` makes the state of it
 *     control {run, action}                ->    decided by `run/control.ts`
 *     amend {run, params}                  ->    the run changed on its way; also when the mask is painted during it
 *                                          <-    result {picture, ...} once the finished run is composed
 *     save                                 ->    the file's name
 *
 *     Where the host lets a page make the steps, as it lets its own thread make them:
 *                                          <-    execute {execution, job, slices, checkpoint, ...}
 *                                          <-    control, amend, abandon {execution}
 *     report {execution, event} ...        ->
 *     broken {execution, fault, message}   ->    another executor goes on, or the run has failed
 *
 *     editMask {patch, edit}               ->    remembered and undoable, mirrored to the document's other pages
 *                                          <-    maskChanged {patch} for what is painted, loaded or undone elsewhere
 *     editRegion {region}                  ->    the same for the part of the picture that runs work on
 *                                          <-    regionChanged {region}
 *     choose {choices}                     ->    remembered, mirrored to the document's other pages as choicesChanged
 *
 *     compare {methods}                    ->    several runs, one after the other: see `comparison/messages.ts`
 *
 * Everything is validated where it arrives. Typed arrays cross the border as they are; other values as JSON.
 */
import * as v from 'valibot';
import { priorManifestSchema } from '../engine/prior.ts';
import { chosenRegionSchema } from './chosenRegion.ts';
import {
  MASK_EDITS,
  choicesSchema,
  countOrZero,
  facesSchema,
  liveParamsSchema,
  paramsSchema,
  resultSchema,
  run,
  setupSchema,
  truthSchema,
} from './documentState.ts';
import { comparisonNotifications, comparisonRequests } from './comparison/messages.ts';
import { explorableSchema, explorationSchema, partSchema, thumbnailsSchema, VIEWS } from './exploration.ts';
import type { Contract } from './rpc.ts';
import { actionSchema } from './run/control.ts';
import { happeningSchema } from './run/reduce.ts';
import {
  amendmentSchema,
  checkpointSchema,
  jobSchema,
  maskPatchSchema,
  runEventSchema,
  previewSchema,
  sceneSchema,
  taskSchema,
  tensorSchema,
} from './schemas.ts';
import { hostBackendSchema, welcomeSchema } from './welcome.ts';

const text = v.string();
const bytes: v.GenericSchema<Uint8Array> = v.instance(Uint8Array);
/** Of animations; png: a filmstrip. */
const formatSchema = v.picklist(['png', 'gif', 'webm']);
/** What an animation shows: how a run went, or the way from its result to what is tried out. */
const shownSchema = v.picklist(['run', 'changes']);
const none = v.strictObject({});

/** Tells one stretch of a run's steps in a page from any other. */
const execution = countOrZero;

/** What a page needs to make a run's steps. */
export const assignmentSchema = v.object({
  execution,
  run,
  job: jobSchema,
  /** What its previews are composed with. */
  scene: sceneSchema,
  manifest: priorManifestSchema,
  /** Webview URIs of the engine's worker and of the WebAssembly binary; fetch them in the page, a fetch in a blob worker hangs. */
  assets: v.object({ worker: text, wasm: text }),
  /** Webview URIs of the package's files, in the order of `packageFiles`; none of the untrained prior. */
  slices: v.array(text),
  /** Webview URI of the perceptual network's file, where the job has one. */
  network: v.exactOptional(text),
  /** Where to go on from; absent: from the beginning. */
  checkpoint: v.exactOptional(checkpointSchema),
});
export type Assignment = v.InferOutput<typeof assignmentSchema>;

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
    /**
     * Starts a run; what becomes of it follows as `runEvent`s. While the same run is going already, it is the answer. Fails
     * while another one is.
     */
    start: { params: v.strictObject({ task: taskSchema, params: paramsSchema }), result: v.object({ run }) },
    /** Controls the document's run wherever it is made; nothing happens when it is over. */
    control: { params: v.strictObject({ run, action: actionSchema }), result: none },
    /** Changes the document's run before its next step, wherever it is. Fails when it is over, or another one. */
    amend: { params: v.strictObject({ run, params: liveParamsSchema }), result: none },
    /** Makes a snapshot of the run the document's result, also while the run goes: composed like a finished one, with the mask that it was shown with. */
    keep: { params: v.strictObject({ run, step: countOrZero, version: countOrZero, x: tensorSchema }), result: none },
    /** Makes ready to try out changes of the finished run. Fails with a sentence where its picture is not drawn from codes. */
    explore: { params: v.strictObject({ run }), result: explorableSchema },
    /** What would be kept of one. soon: with what can be drawn in time; `whole` says whether that is all, and who asks again gets further. */
    tryOut: {
      params: v.strictObject({ run, exploration: explorationSchema, soon: v.boolean() }),
      result: v.object({ shown: previewSchema, whole: v.boolean() }),
    },
    /** Small pictures of a code or a channel of the finished run. */
    thumbnails: {
      params: v.strictObject({ run, part: partSchema, side: countOrZero }),
      result: v.object({ pictures: thumbnailsSchema }),
    },
    /** One of those as the result is shown. */
    viewPart: {
      params: v.strictObject({ run, part: partSchema, view: v.picklist(VIEWS) }),
      result: v.object({ shown: previewSchema }),
    },
    /** Asks for directions of the catalogue, or a file of them. Answers without what there is to try out when the person cancels. */
    moreDirections: {
      params: v.strictObject({ run }),
      result: v.object({ explorable: v.exactOptional(explorableSchema) }),
    },
    /** Makes it a result of its own, which comes as `result`. */
    keepTried: { params: v.strictObject({ run, exploration: explorationSchema }), result: none },
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
     * Asks where to save an animation. Answers without a format when the person cancels; otherwise the page makes
     * one of that format and hands it over.
     */
    askForAnimation: {
      params: v.strictObject({ of: shownSchema, formats: v.pipe(v.array(formatSchema), v.minLength(1)) }),
      result: v.object({ format: v.exactOptional(formatSchema) }),
    },
    /** Writes it where the person said last. */
    writeAnimation: { params: v.strictObject({ bytes }), result: v.object({ name: text }) },
    /** The page painted. Fails when the patch does not fit the picture; nothing has changed then. */
    editMask: { params: v.strictObject({ patch: maskPatchSchema, edit: v.picklist(MASK_EDITS) }), result: none },
    /** The person chose another region, or none. Fails when it is no part of the picture; nothing has changed then. */
    editRegion: { params: v.strictObject({ region: v.nullable(chosenRegionSchema) }), result: none },
    /**
     * Looks for faces; those that there are come as `facesChanged`. Answers without a number when the person gives it up, and with
     * `byHand` when there is no detector and none is wanted.
     */
    findFaces: {
      params: none,
      result: v.object({ found: v.exactOptional(countOrZero), byHand: v.exactOptional(v.literal(true)) }),
    },
    forgetFaces: { params: none, result: none },
    /** Asks for a picture file and takes it as the mask; the change comes as `maskChanged`. */
    loadMask: { params: none, result: none },
    /** Asks where to, and writes the mask as a PNG file. Answers without a name when the person cancels. */
    saveMask: { params: none, result: v.object({ name: v.exactOptional(text) }) },
    /** Asks for the original of the picture; what comes of it follows as `truthChanged`. */
    chooseTruth: { params: none, result: none },
    forgetTruth: { params: none, result: none },
    ...comparisonRequests,
  },
  notifications: {
    /** This page's GPU ("" where it has no name); null: there is none. */
    gpu: v.object({ name: v.nullable(text) }),
    /**
     * An event of the steps that this page makes. Every kind but `preview` (the other pages of a document do without);
     * progress at most a few times a second.
     */
    report: v.object({ execution, event: runEventSchema }),
    /** The steps of this page are over without an outcome. device: another executor may succeed. The message is for people. */
    broken: v.object({ execution, fault: v.picklist(['device', 'job']), message: text }),
    /** The person chose something in the form; what is still mistyped is left out. */
    choose: choicesSchema,
    /** Which of the faces that were found a run is to work on: one for each. */
    chooseFaces: v.object({ chosen: v.array(v.boolean()) }),
    /** The page tries out nothing any more. */
    leaveTrials: none,
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
    /** Export the animation of the run this page shows: a command asks for it. */
    exportAnimation: none,
    /** Put the picture that is seen on the clipboard: a command asks for it. */
    copyPicture: none,
    /** Make these steps, and report them. */
    execute: assignmentSchema,
    control: v.object({ execution, action: actionSchema }),
    /** Take this up before the next step. */
    amend: v.object({ execution, amendment: amendmentSchema, scene: v.exactOptional(sceneSchema) }),
    /** Somebody else makes the steps, or nobody: report nothing more. */
    abandon: v.object({ execution }),
    /** Something happened to the document's run: see `run/reduce.ts`. */
    runEvent: v.object({ run, event: happeningSchema }),
    /** A run that the host makes after so many steps: what would be saved of it, and x, [1, 3, H, W] in [-1, 1], of what is remembered. */
    preview: v.object({ run, step: countOrZero, shown: previewSchema, x: v.exactOptional(tensorSchema) }),
    /** Where runs of a page without a GPU are made; it takes a while to find out. */
    hostBackend: hostBackendSchema,
    /** Something to tell that changes nothing else: the run cannot use the mask as it is. */
    notice: v.object({ message: text }),
    /** A finished run has been composed, or another result is shown (or none). */
    result: v.object({ result: v.nullable(resultSchema) }),
    /** The result was saved, by whatever means. */
    saved: v.object({ run, name: text }),
    /** The mask was edited in another page, loaded, undone or redone. */
    maskChanged: v.object({ patch: maskPatchSchema }),
    /** The region was chosen in another page, undone or redone. */
    regionChanged: v.object({ region: v.nullable(chosenRegionSchema) }),
    /** Faces were found, chosen in another page, or forgotten. */
    facesChanged: v.object({ faces: v.nullable(facesSchema) }),
    /** Something was chosen in another page, by a command, or in the file beside the picture. */
    choicesChanged: choicesSchema,
    /** An original was given or taken back, or the result was compared with it. */
    truthChanged: v.object({ truth: v.nullable(truthSchema) }),
    setupChanged: setupSchema,
    ...comparisonNotifications,
    /** The file changed on disk: ask `ready` again. A run that is going keeps to the old picture. */
    sourceChanged: none,
  },
} as const satisfies Contract;

export type HostContract = typeof hostContract;
export type PageContract = typeof pageContract;
