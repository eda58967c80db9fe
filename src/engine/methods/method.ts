/**
 * What an inversion optimises: the paper's multi-code composition, or one of the baselines it is compared with. A method is
 * one file; adding one touches nothing but the list in `index.ts`.
 */
import type { Backend } from '../backends/backend.ts';
import type { Generator } from '../generator/generator.ts';
import type { Sampling } from '../generator/latent.ts';
import type { Manifest } from '../generator/manifest.ts';
import type { State } from '../generator/state.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { TypedGraph } from '../graph/graph.ts';
import type { Tensor } from '../tensor.ts';

/** Of a generator, the default first. */
export const STEPPING_METHODS = ['multi-code', 'single-code', 'feature-map', 'second-cut'] as const;
/** And what only a generator with an encoder can: see encoder.ts. */
export const GENERATOR_METHODS = [...STEPPING_METHODS, 'encoder'] as const;
/**
 * Of the untrained prior: see untrained/network.ts, drawn/drawnPass.ts for the one that takes no steps, and inversion/anchor.ts for the one that
 * is held to what that makes.
 */
export const UNTRAINED_METHODS = [
  'random-projector',
  'anchored-projector',
  'deep-image-prior',
  'deep-decoder',
  'one-pass',
] as const;
export const METHODS = [...GENERATOR_METHODS, ...UNTRAINED_METHODS] as const;
export const isMethod = (name: string): name is (typeof METHODS)[number] =>
  (METHODS as readonly string[]).includes(name);
/** What makes a picture at once: nothing is optimised. */
export const takesNoSteps = (method: MethodId): boolean => method === 'one-pass' || method === 'encoder';
/** No choice of a person's, but what the last steps of a run may do: see inversion/lastStage.ts. */
export const LAST_METHODS = ['tuned-weights'] as const;
export const STAGE_METHODS = [...METHODS, ...LAST_METHODS] as const;
export type MethodId = (typeof STAGE_METHODS)[number];

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Which of the job's learning rates it follows. */
  readonly rate: 'learningRate' | 'alphaLearningRate';
  /** Its rows along the last axis are points of a space of codes. */
  readonly vectors?: true;
}

/** Parameter values by name. */
export type Values = Readonly<Record<string, Tensor<'float32'>>>;

/** Parameters of a graph by name. */
export type ValuesInGraph = Readonly<Record<string, Value>>;

/** The part of a job a method depends on. */
export interface Cut extends Sampling {
  /** Composing layer l. */
  readonly layer: number;
  /** Number of latent codes N. */
  readonly codes: number;
  /** Codes whose feature maps are in memory at one time; absent: all of them. */
  readonly codesAtOnce?: number;
  /** Where the feature map is released at the end (release.ts): how firmly it is held to what the codes composed. */
  readonly release?: { readonly anchor: number };
  /** Where the generator is tuned at the end (tune.ts): which layers, and how firmly they are held to what they were. */
  readonly tune?: { readonly layers: readonly [first: number, last: number]; readonly anchor: number };
}

/** Parameter values on their way from one cut to another. */
export interface Carried {
  readonly values: Values;
  readonly from: Cut & { readonly method: Method };
  readonly to: Cut;
  /** As many sampled codes z as are asked for, [count, size]: the first of them are those that the run began with. */
  draw(count: number): Promise<Tensor<'float32'>>;
}

export interface Method {
  readonly id: MethodId;
  /** For people: "Multi-code composition". */
  readonly title: string;
  /** The first layer whose feature map is one, composed of all codes; absent: the cut's. */
  composedAt?(manifest: Pick<Manifest, 'slices'>, layer: number): number;
  /** Random codes it starts from. */
  codes(cut: Cut): number;
  parameters(generator: Generator, cut: Cut): readonly Parameter[];
  /** What travels with the parameters and does not move. */
  held?(generator: Generator, cut: Cut): readonly Omit<Parameter, 'rate'>[];
  /** x of the parameters: [1, 3, R, R] in [-1, 1]. */
  image(b: GraphBuilder, generator: Generator, values: ValuesInGraph, cut: Cut): Value;
  /** How x comes about where only what follows `alphaLearningRate` moves; absent: nothing does. */
  readonly cached?: {
    /** What does not depend on that. */
    what(b: GraphBuilder, generator: Generator, values: ValuesInGraph, cut: Cut): State;
    /** x of the rest: [1, 3, R, R] in [-1, 1]. */
    image(b: GraphBuilder, generator: Generator, cached: State, values: ValuesInGraph, cut: Cut): Value;
  };
  /** The state of `layer`, the cut's or a deeper one, on the way to x: its feature map [1, C, H, W] and what goes with it. */
  features(b: GraphBuilder, generator: Generator, values: ValuesInGraph, cut: Cut, layer: number): State;
  /** Of what has styles: those of the slices after `layer`, [slices, w]. */
  styles?(b: GraphBuilder, generator: Generator, values: ValuesInGraph, cut: Cut, layer: number): Value | undefined;
  /** A scalar that the descent follows beside the loss, which it is not part of. `values` has what is held, too. */
  penalty?(b: GraphBuilder, generator: Generator, values: ValuesInGraph, cut: Cut): Value | undefined;
  /** What `start` runs on the device, where it does: a graph from z [codes, size] to parameters. */
  startGraph?(generator: Generator, cut: Cut): TypedGraph;
  /** Parameter values that draw the composition of the starting codes z [n, size]. */
  start(backend: Backend, generator: Generator, z: Tensor<'float32'>, cut: Cut): Promise<Values>;
  /** Parameter values at another cut, which keep of the picture what they can. */
  carry(backend: Backend, generator: Generator, carried: Carried): Promise<Values>;
}
