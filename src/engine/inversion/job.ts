/**
 * An inversion job: everything one run needs beside the generator's weights. Jobs are plain data, made by
 * `tasks/prepare.ts` and carried between threads, so where a run happens and who prepared it are separate decisions.
 */
import type { Downsampling } from '../image/downsampling.ts';
import type { LatentId } from '../generator/latent.ts';
import type { TaskId } from '../generator/manifest.ts';
import type { Preview } from '../tasks/compose.ts';
import type { PerceptualSettings } from '../losses/perceptual.ts';
import type { MethodId } from '../methods/method.ts';
import type { Schedule } from '../optimizers/schedule.ts';
import type { Tensor } from '../tensor.ts';
import type { PlateauState } from './plateau.ts';
import type { Refinements } from './refinements.ts';

export interface OptimizerSettings {
  /** An id of `optimizers/index.ts`: "adam", "gd", "lbfgs". */
  readonly kind: string;
  /** Learning rate of the codes z. */
  readonly learningRate: number;
  /** Learning rate of the channel importances alpha. */
  readonly alphaLearningRate: number;
  /** Shape of the learning rate over a run: constant as in the paper, or a 5 % ramp up and a cosine down. */
  readonly schedule: Schedule;
}

/** Values of what a method optimises, by name. */
export type Parameters = Readonly<Record<string, Tensor<'float32'>>>;

export interface Job extends Refinements {
  readonly task: TaskId;
  /** What is optimised: the paper's multi-code composition, or a baseline. */
  readonly method: MethodId;
  /** Composing layer l (1-based): feature maps of slice l are composed. */
  readonly layer: number;
  /** Number of latent codes N. */
  readonly codes: number;
  readonly iterations: number;
  readonly seed: number;
  /** Random codes scored on the target before the first step (0: start from N(0, 1) draws as they come). */
  readonly starts: number;
  readonly optimizer: OptimizerSettings;
  /** The second term of the loss; absent: pixels alone are compared. */
  readonly perceptual?: PerceptualSettings;
  /** Side ratio between x and the target (super-resolution), 1 otherwise. */
  readonly factor: number;
  readonly down: Downsampling;
  /** What the degraded x is compared with: [1, 3, h, w], in [-1, 1]. */
  readonly target: Tensor<'float32'>;
  /** The paper's m: 1 where the target is known, 0 where it says nothing; [1, 1, h, w]. Absent: known everywhere. */
  readonly known?: Tensor<'float32'>;
  /** Initial values of the method's parameters (z [N, zDim] and alpha [N, C]), instead of random codes. */
  readonly init?: Parameters;
  /** What a network of one pass made of the target, where the run has an anchor: [1, 3, H, W] in [-1, 1], times `covered`. */
  readonly draft?: Tensor<'float32'>;
  /** Where x shows the picture, with an anchor: [1, 1, H, W], 1 there and 0 around it. Absent: everywhere. */
  readonly covered?: Tensor<'float32'>;
  /** The run ends when the pixel term of the loss falls below this: what is left to fit is noise (denoising). */
  readonly stopBelow?: number;
}

/** A stretch of a run's steps that optimises one set of parameters; another cut makes another stage. */
export interface Stage {
  readonly method: MethodId;
  readonly layer: number;
  readonly codes: number;
  /** The space of its codes; absent: z. */
  readonly latent?: LatentId;
  /** Its steps look for what draws the draft. */
  readonly fitting?: true;
  /** Steps of the run made before it, when the optimiser's moments were zero. */
  readonly began: number;
}

/** The whole state of an optimisation after `step` steps; enough to continue it on the same backend bit for bit. */
export interface Checkpoint {
  readonly step: number;
  /** The stage that the state is of. */
  readonly stage: Stage;
  /** The parameters by name, and `<parameter>.<moment>` for whatever moments the optimiser keeps. */
  readonly state: Parameters;
  /** How long the run has been getting nowhere, where it has patience. */
  readonly plateau?: PlateauState;
}

/** What a run is about to do. refitting: to carry the codes to another layer or number of them, and to compile the step for that. */
export type Phase = 'compiling' | 'scoring' | 'refitting' | 'optimising' | 'paused';

/** What a run reports while it goes. `step` counts finished steps. */
export type RunEvent =
  | {
      readonly kind: 'phase';
      readonly phase: Phase;
      readonly backend: string;
      /** Codes in memory at one time, where memory is too small for all of them. */
      readonly codesAtOnce?: number;
      /** How much of the phase is done, 0 to 1, where that is known (scoring). */
      readonly fraction?: number;
    }
  | {
      readonly kind: 'progress';
      readonly step: number;
      readonly iterations: number;
      /** Loss before each step since the last progress event, first one belonging to step `step - losses.length`; none where one pass descends nothing. */
      readonly losses: readonly number[];
      readonly msPerStep: number;
      readonly etaMs: number;
    }
  /** Something a person should know about the run. */
  | { readonly kind: 'note'; readonly text: string }
  /** Another layer or number of codes was asked for and is not to be had: what of them holds on instead, and why. */
  | {
      readonly kind: 'refused';
      readonly kept: { readonly layer?: number; readonly codes?: number };
      readonly reason: string;
    }
  /** What a run has come to after so many steps; whoever knows the scene adds what would be saved of it. */
  | {
      readonly kind: 'preview';
      readonly step: number;
      /** [1, 3, H, W] in [-1, 1]; absent once `shown` of a passing one is composed, because it may be large. */
      readonly x?: Tensor<'float32'>;
      readonly shown?: Preview;
      /**
       * To be seen, and remembered nowhere: what plain means make of the picture before the run has come to anything, or the part of it
       * that one pass has done.
       */
      readonly passing?: true;
    }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'done'; readonly outcome: Outcome };

export interface Outcome {
  /** The image [1, 3, R, R] in [-1, 1] of the last state, or of the best one where the job keeps that. */
  readonly x: Tensor<'float32'>;
  /** What was optimised, where `x` was drawn from: z and alpha for the paper's method. */
  readonly parameters: Parameters;
  readonly steps: number;
  /** Codes in memory at one time, where memory was too small for all of them. */
  readonly codesAtOnce?: number;
  /** Loss before each step. */
  readonly losses: readonly number[];
  /** True when the run was stopped before `iterations` steps. */
  readonly stopped: boolean;
  readonly backend: string;
  readonly milliseconds: number;
}
