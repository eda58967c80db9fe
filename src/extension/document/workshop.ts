/**
 * The heavy work of a document, which happens elsewhere (a worker thread): an interface, so that the document itself
 * stays plain logic.
 */
import type { Rest } from '../../engine/faces/rest.ts';
import type { Landmarks } from '../../engine/faces/alignment.ts';
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { Amendment } from '../../engine/inversion/amendment.ts';
import type { Checkpoint, Outcome, RunEvent } from '../../engine/inversion/job.ts';
import type { Comparison } from '../../engine/metrics/likeness.ts';
import type { Edit } from '../../engine/inspect/moves.ts';
import type { PriorManifest } from '../../engine/prior.ts';
import type { Prepared, Preview, Scene, Size, TaskOptions, TellShare } from '../../engine/tasks/index.ts';
import type { MaskAlpha, MaskQuestion } from '../../node/maskMeaning.ts';
import type { MaskPlane } from '../../shared/mask/plane.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { RunParams, Result, RunChange, Setup } from '../../shared/documentState.ts';
import type { Explorable, Exploration, NamedDirection, Part, Thumbnails, View } from '../../shared/exploration.ts';
import type { Params as RequestOf } from '../../shared/rpc.ts';
import type { RunAction } from '../../shared/run/control.ts';
import type { ThreadContract } from '../../shared/threadProtocol.ts';

/** Everything that is needed to run a job and to compose its picture, whatever happens to the file meanwhile. */
export interface Plan extends Prepared {
  readonly manifest: PriorManifest;
  /** The prior's folder, as `node/priors.ts` has it. */
  readonly folder: string;
  /** The perceptual network of the job, where it has one: the folder of its package, its file in there, the file's hash. */
  readonly network?: { readonly folder: string; readonly file: string; readonly sha256: string };
  /** Size of the whole result. */
  readonly result: Size;
  /** The encoded source picture that the job was made from. */
  readonly source: Uint8Array;
  /** Inpainting: the mask that the job was made with. */
  readonly mask?: MaskPatch;
  /** Of faces: what enlarges the picture around them; absent: a filter. */
  readonly rest?: Rest;
  /** What its previews are composed with. */
  readonly scene: Scene;
  /** What composing needs of the options of the job. */
  readonly options: TaskOptions;
  /** What was changed while the run went: with any, the recipe alone does not make the same picture again. */
  readonly changes: readonly RunChange[];
}

export interface Composed {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** How it was made, as JSON. */
  readonly record: string;
}

/** A picture that no run has made. */
export type PlainResult = Omit<Composed, 'record'> & { readonly milliseconds: number };

/** A contact sheet (PNG), or a page that needs no other file. */
export type ReportFormat = 'png' | 'html';
export type ReportRequest = Omit<RequestOf<ThreadContract, 'report'>, 'format'>;

export interface Composing {
  /** Gives it up: it rejects then, and the work ends. */
  readonly signal?: AbortSignal | undefined;
  /** Told on the way. */
  readonly tell?: TellShare | undefined;
  /** What was changed after the run; `outcome` has what came of that. */
  readonly edit?: Edit;
  /** What the same run made of other faces, which is in the picture, too. */
  readonly earlier?: readonly { readonly plan: Plan; readonly outcome: Outcome }[];
}

/** A run in the host's worker thread. */
export interface HostRun {
  control(action: RunAction): void;
  /** @param scene what previews are composed with from now on */
  amend(amendment: Amendment, scene?: Scene): void;
  /** Settles when the thread is done with it; the outcome itself comes as a `done` event. */
  readonly done: Promise<void>;
}

/** Changes of a finished run that are tried out, and what it consists of. */
export interface Trials {
  readonly explorable: Explorable;
  /** What would be kept of it. @param soon with what can be drawn in time: `whole` says whether that is all, asked again it goes on */
  show(exploration: Exploration, soon: boolean): Promise<{ readonly shown: Preview; readonly whole: boolean }>;
  /** What it is made of, to be composed and recorded. */
  make(exploration: Exploration): Promise<{ readonly x: Outcome['x']; readonly edit: Edit }>;
  /** Small pictures of a part, of at most `side` pixels a side. */
  thumbnails(part: Part, side: number): Promise<Thumbnails>;
  /** One of those as the result is shown. */
  viewPart(part: Part, view: View): Promise<Preview>;
  /** Lets go of what draws. */
  leave(): void;
}

export interface LoadedMask {
  readonly mask: MaskPatch;
  /** How the file was understood, where that was a guess. */
  readonly note?: string;
}

export interface Workshop {
  /** What the settings let runs of this picture be made on. */
  readonly device: Setup['device'];
  /** Upright size of the source picture as it is on disk now. @throws when it cannot be read, with a sentence for people */
  inspect(): Promise<{ readonly width: number; readonly height: number }>;
  /** @param mask for inpainting: what is to be filled */
  prepare(task: TaskId, params: RunParams, mask?: MaskPatch): Promise<Plan>;
  /** Whether a result of that size is wanted; asks where it is a surprise. */
  agree(plan: Plan): Promise<boolean>;
  start(plan: Plan, checkpoint: Checkpoint | undefined, emit: (event: RunEvent) => void): HostRun;
  /** The plan with another mask: the job compares with the same picture, and knows other pixels of it. */
  observe(plan: Plan, mask: MaskPatch): Promise<Plan>;
  /**
   * @param directions beside the model's own
   * @throws when the run's picture is not drawn from codes or a direction does not fit them, with a sentence for people
   */
  explore(plan: Plan, outcome: Outcome, directions: readonly NamedDirection[]): Promise<Trials>;
  compose(plan: Plan, outcome: Outcome, how?: Composing): Promise<Composed>;
  /**
   * How near a result comes to its original.
   * @param name of the original's file, for errors
   * @param signal gives it up: it rejects then, and the work ends
   * @throws when it cannot be compared
   */
  compareWithTruth(
    truth: Uint8Array,
    name: string,
    result: Pick<Result, 'task' | 'png'>,
    signal: AbortSignal,
  ): Promise<Comparison>;
  /**
   * What needs no model makes of the picture.
   * @param mask for inpainting: what is to be filled
   * @param signal gives it up: it rejects then, and the work ends
   */
  plain(task: TaskId, params: RunParams, mask: MaskPatch | undefined, signal: AbortSignal): Promise<PlainResult>;
  /** A comparison as a file. @param signal as above */
  report(format: ReportFormat, asked: ReportRequest, signal: AbortSignal): Promise<Uint8Array>;
  /** Whether there is a detector of faces. */
  readonly detects: boolean;
  /** The faces in the picture, the surest first. @throws when there is no detector, with a sentence for people */
  findFaces(): Promise<readonly Landmarks[]>;
  /** A whole mask as a patch from an empty one. The plane may be changed while this goes on. */
  packMask(mask: MaskPlane): Promise<MaskPatch>;
  /**
   * A mask of any kind.
   * @param name of the file, for errors
   * @param alpha which reading is meant, where its transparency could be read either way
   * @throws when it is no mask that can be read, with a sentence for people
   */
  readMask(bytes: Uint8Array, name: string, alpha?: MaskAlpha): Promise<LoadedMask | MaskQuestion>;
  /** A mask that this extension wrote. @param name of the file, for errors @throws when it cannot be read */
  decodeMask(bytes: Uint8Array, name: string): Promise<MaskPatch>;
  /** A grey PNG, white where it is unknown. */
  encodeMask(mask: MaskPatch, signal?: AbortSignal): Promise<Uint8Array>;
}
