/**
 * A task is one file: what it degrades, what it compares, and how the final picture is put together. Adding one touches
 * nothing but the list in `registry.ts`.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { Preset, TaskId } from '../generator/manifest.ts';
import type { View } from '../image/opacity.ts';
import type { Picture, Planes, Size } from '../image/picture.ts';
import type { Rectangle } from '../image/planes.ts';
import type { Noise } from '../image/noise.ts';
import type { Oval } from '../faces/oval.ts';
import type { Downsampling } from '../image/downsampling.ts';
import type { Job } from '../inversion/job.ts';
import type { Refinements } from '../inversion/refinements.ts';
import type { PerceptualSettings } from '../losses/perceptual.ts';
import type { MethodId } from '../methods/method.ts';
import type { PriorManifest } from '../prior.ts';
import type { Schedule } from '../optimizers/schedule.ts';
import type { Region } from './region.ts';
import type { NamedPreset } from './robustUnsupervised.ts';
import type { TurnedRegion } from './turned.ts';
import type { UprightRegion } from './upright.ts';

/** What a person may set. Whatever is absent comes from the generator's preset for the task, then from the task. */
export interface TaskOptions extends Refinements {
  /** Numbers that go by one name, in place of the generator's and the task's; whatever is said beside it goes before it. */
  readonly preset?: NamedPreset;
  readonly layer?: number;
  readonly codes?: number;
  readonly iterations?: number;
  readonly seed?: number;
  readonly starts?: number;
  readonly optimizer?: string;
  /** Rate of the codes; of the importances too unless `alphaLearningRate` is given. A rate given here stays constant. */
  readonly learningRate?: number;
  readonly alphaLearningRate?: number;
  readonly schedule?: Schedule;
  /** The second term of the loss (default: the one without a network). */
  readonly perceptual?: PerceptualSettings | { readonly kind: 'none' };
  /** Super-resolution: how many times larger the result is (2, 4, 8, 16 or 32); chosen from the size when absent. */
  readonly factor?: number;
  readonly down?: Downsampling;
  /** Super-resolution, inpainting: put back what the picture says and x does not (default true). */
  readonly consistency?: boolean;
  /** Denoising: what kind of noise there is (default gaussian). */
  readonly noise?: Noise;
  /** Of a generator: the id of the network of one pass that makes what the run begins with and is held to. Whoever runs brings it. */
  readonly startFrom?: string;
  /** What is optimised of a generator: the paper's multi-code composition (default) or a baseline. */
  readonly method?: MethodId;
  /** Inpainting: a picture of the source's size, white where pixels are unknown. */
  readonly unknown?: Picture;
  /** Inpainting: greys of the mask are soft edges, where the result is mixed with the source (default false: cut at mid-grey). */
  readonly softMask?: boolean;
  /** Inpainting: pixels over which the drawing fades in from the known pixels, inside the unknown part (default 0). */
  readonly feather?: number;
  /** The part of the picture to work on (default: all of it); the result is still the whole picture. */
  readonly region?: Region;
  /** Several parts, in place of `region`: whoever runs makes a job of each, and puts all of them into one picture. */
  readonly faces?: readonly TurnedRegion[];
  /** Reconstruction and denoising of a face: how much of the picture's grain what is drawn gets back, 0 to 1 (default 1; of denoising 0). */
  readonly grain?: number;
  /** Pixels of the source over which the region's edges fade towards its inside (default: a 16th of its shorter side). */
  readonly seam?: number;
}

/** How a source picture lies in the prior's image: plain data that travels with a job. */
export interface Frame {
  readonly source: Size;
  /** Of the prior's image x. */
  readonly image: Size;
  /** Side ratio between the prior's image and the target. */
  readonly factor: number;
  /** The covered part of the target, in its pixels; times `factor` it is the covered part of x. */
  readonly covered: Rectangle;
  readonly result: Size;
  /** Where `source` lies in the whole picture; absent: it is the whole picture. `result` is then this part's, too. */
  readonly region?: Region;
  /** Where the face lies in a turned region that a face prior draws: the seam follows it. */
  readonly oval?: Oval;
  /** Whether what the picture says is put back where nobody says so; absent: it is. */
  readonly consistency?: boolean;
}

/** What the loss compares with. */
export interface Observation {
  /** Planes of the target's size, in [-1, 1]. */
  readonly target: Planes;
  /** The paper's m: the share of each cell that is known, 0 to 1. Absent: known everywhere. */
  readonly known?: Planes | undefined;
  /** A pixel loss below which only noise is left to fit. */
  readonly stopBelow?: number;
  /** What is good to know about this picture before the run, as sentences. */
  readonly notes?: readonly string[];
}

/** What a picture that is known in part was seen as. */
export interface Observed {
  readonly target: Planes;
  readonly known: Planes;
}

/** Told of how much of something lengthy is done: 0 to 1, growing. */
export type TellShare = (share: number) => void;

export interface Task {
  readonly id: TaskId;
  /** For buttons and menus: "Super-resolve". */
  readonly title: string;
  /** The recipe of the published code, which goes with gradient descent at learning rate 1. */
  readonly paper: Required<Pick<Preset, 'layer' | 'codes' | 'iterations'>>;
  /**
   * What Adam needs on a generator without a preset of its own: chosen on face photographs, see docs/performance.md. The
   * layer is the paper's.
   */
  readonly preset: Required<Pick<Preset, 'codes' | 'iterations' | 'starts' | 'alphaLearningRate'>> &
    Pick<Preset, 'learningRate'>;
  /**
   * @param whole the picture that `source` is a region of, or `source` itself
   * @throws ParameterError when the options do not fit the picture or the prior
   */
  frame(
    source: Size,
    manifest: PriorManifest,
    options: TaskOptions,
    whole: Size,
  ): { readonly frame: Frame; readonly notes: readonly string[] };
  observe(source: View, frame: Frame, options: TaskOptions): Observation;
  /** The degradation of Eq. 6-8 inside the step graph: x [n, 3, R, R] -> what is compared with the target [n, 3, h, w]. */
  degrade(b: GraphBuilder, x: Value, job: Pick<Job, 'factor' | 'down'>): Value;
  /** How much of each pixel is drawn, 0 to 1: one plane; the rest stays as it was. Absent, or nothing: all of it. */
  shares?(source: View, options: TaskOptions): Planes | undefined;
  /** The part of the source that a result may differ in, where that need not be all of it. */
  touched?(options: TaskOptions): UprightRegion | undefined;
  /** Whether x is settled by what it was compared with. */
  anchored?(options: TaskOptions): boolean;
  /** What is taken from x. @param observed where it is anchored @returns planes of x's size */
  settle?(x: Planes, observed: Observed | undefined): Planes;
  /** What the picture itself says of the result: three planes, or one for all channels. */
  says?(source: View, options: TaskOptions): Planes | undefined;
  /**
   * Of a task whose drawing is taken as it is: how much of the grain of what is around it a face gets, 0 to 1, unless somebody says
   * so; its colours are fitted to what is around it, too. Nothing: the task joins them with the picture by itself.
   */
  continues?(options: TaskOptions): number | undefined;
  /** What is drawn, of the result's size, joined with what the picture says: one channel, or all where that is one plane. */
  join?(drawn: Planes, said: Planes): Planes;
}
