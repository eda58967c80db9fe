/**
 * One optimisation step as one static graph: forward, loss, gradients and the optimiser's update.
 *
 *   inputs   target, known, draft and covered (where the job has them), `seen/<k>` (what a perceptual term saw of the target),
 *            rates (the per-step numbers), noise, share and own (where the drawing has its own input, an average, or a draft beside it), and the
 *            optimiser state
 *   outputs  loss [1] and image [1, 3, H, W], both of the state that came in (the image with those before it, where they are averaged), `pixels` [1] (the mean squared error of the
 *            pixels, where the loss is another number), and `next/<name>` for every state tensor
 *
 * The state is the prior's parameters, what it holds beside them, `<parameter>.<moment>` for the optimiser's moments and,
 * where the job keeps it, `<parameter>.best` and `loss.best`; in mixed precision the scale of the loss, too.
 */
import { gradients } from '../autodiff/gradients.ts';
import type { State } from '../generator/state.ts';
import { GraphBuilder, type Value } from '../graph/builder.ts';
import { int, type Graph, type TypedGraph } from '../graph/graph.ts';
import { coarseToFine, LEVELS } from '../losses/coarse.ts';
import { perceptualTerm } from '../losses/perceptual.ts';
import { meanSquaredError, pixelLoss } from '../losses/pixel.ts';
import { totalVariation } from '../losses/variation.ts';
import type { Parameter, ValuesInGraph } from '../methods/method.ts';
import { optimizerById } from '../optimizers/index.ts';
import type { Before, Optimizer } from '../optimizers/optimizer.ts';
import type { Prior } from '../prior.ts';
import { taskById } from '../tasks/registry.ts';
import { held as heldToDraft } from './anchor.ts';
import { averaged } from './average.ts';
import { BEST_LOSS, keepBest, WORST_LOSS } from './best.ts';
import { drawingOf, type Drawing } from './drawing.ts';
import type { Job } from './job.ts';
import { FIRST_SCALE, lossScale, noScale } from './lossScale.ts';
import { inPrecisionOf } from './precision.ts';

/** One tensor of the state: what it is, and what it begins as. */
export type StateTensor = { readonly shape: readonly number[] } & (
  | { readonly kind: 'parameter' | 'held' }
  /** What the optimiser and the run keep beside the parameters: every element of it begins as `first`. */
  | { readonly kind: 'kept'; readonly first: number }
);

export interface StepGraph extends TypedGraph {
  /** The state tensors by name. */
  readonly state: Readonly<Record<string, StateTensor>>;
  readonly optimizer: Optimizer;
}

/** The job's learning rates. */
const RATES = ['learningRate', 'alphaLearningRate'] as const;

/** Input name of what the image is drawn from beside the state. */
export const NOISE = 'noise';

/** Output name of a state tensor after the step. */
export const next = (name: string): string => `next/${name}`;

/** Order of the `rates` input: the learning rates, the optimiser's own numbers for each, the weights of the loss's levels. */
export const rateNames = (optimizer: Optimizer, { coarse }: Pick<Job, 'coarse'>): string[] => [
  ...RATES,
  ...RATES.flatMap((rate) => optimizer.scalars.map((scalar) => scalarOf(rate, scalar))),
  ...(coarse ? LEVELS : []),
];

const scalarOf = (rate: Parameter['rate'], scalar: string): string => `${rate}.${scalar}`;

/** @throws UnsupportedOperatorError when the generator uses an operator without a gradient rule */
export function buildStepGraph(prior: Prior, job: Job, phi?: Graph): StepGraph {
  return build(drawingOf(prior, job), job, phi, RATES);
}

/** A step of the importances alone: it takes what `buildCacheGraph` leaves, and leaves the next state of what moves only. */
export function buildAlphaStepGraph(prior: Prior, job: Job, phi?: Graph): TypedGraph {
  const drawing = drawingOf(prior, job);
  const kept = whatIsCached(new GraphBuilder('shape'), drawing);
  const image: Drawing['image'] = (b, values) => {
    const cached = Object.entries(kept).map(([name, { shape }]) => [name, b.input(cachedName(name), 'float32', shape)]);
    return drawing.cached!.image(b, Object.fromEntries(cached) as State, values);
  };
  return build({ ...drawing, image }, job, phi, ['alphaLearningRate']);
}

/** What stays while only the importances move, as a graph from the parameters. */
export function buildCacheGraph(prior: Prior, job: Job): TypedGraph {
  const b = new GraphBuilder('cache');
  const kept = Object.entries(whatIsCached(b, drawingOf(prior, job)));
  return inPrecisionOf(job, b.typed(Object.fromEntries(kept.map(([name, value]) => [cachedName(name), value]))));
}

/** Name of a value that stays, between the two graphs. */
const cachedName = (name: string): string => `cached/${name}`;

function whatIsCached(b: GraphBuilder, { cached, parameters }: Drawing): State {
  const values = parameters.map(({ name, shape }) => [name, b.input(name, 'float32', shape)]);
  return cached!.what(b, Object.fromEntries(values) as ValuesInGraph);
}

/** @param moving the rates that parameters follow which the step moves: the others stay */
function build(drawing: Drawing, job: Job, phi: Graph | undefined, moving: readonly Parameter['rate'][]): StepGraph {
  const b = new GraphBuilder('step');
  const optimizer = optimizerById(job.optimizer.kind);
  const input = ({ name, shape }: Omit<Parameter, 'rate'>) => b.input(name, 'float32', shape);
  const { parameters } = drawing;
  const values = parameters.map(input);
  const held = drawing.held.map(input);
  const named = Object.fromEntries([...values, ...held].map((value) => [value.name, value]));
  const noise = drawing.noise?.();
  const image = drawing.image(b, named, noise && b.input(NOISE, 'float32', noise.shape));
  const { loss, pixels, compared, target, known } = lossOf(b, image, job, phi);
  const names = rateNames(optimizer, job);
  const rates = split(b, b.input('rates', 'float32', [names.length]), names);
  const followed = job.coarse ? coarseToFine(b, loss, compared, target, rates, known) : loss;
  const average = drawing.averages ? averaged(b, image) : undefined;
  const anchored = heldToDraft(b, image, average?.average ?? image, job);
  const terms = [followed, drawing.penalty(b, named), anchored.distance];
  const moved = parameters.filter(({ rate }) => moving.includes(rate));
  const descended = terms.filter((term) => term !== undefined).reduce(b.add);
  const wrt = moved.map(({ name }) => named[name]!);
  const scale = job.precision === 'mixed' ? lossScale(b) : noScale;
  const { gradients: grads, stepped, state: ofScale } = scale.unscaled(gradients(b, scale.scaled(descended), wrt));

  const state: Record<string, StateTensor> = {};
  const outputs: Record<string, Value> = {
    loss: b.reshape(loss, [1]),
    image: anchored.image,
    ...(pixels !== loss && { pixels: b.reshape(pixels, [1]) }),
  };
  const carry = (name: string, value: Value, kind: 'parameter' | 'held') => {
    state[name] = { kind, shape: value.shape };
    outputs[next(name)] = value;
  };
  const keep = (name: string, value: Value, first = 0) => {
    state[name] = { kind: 'kept', shape: value.shape, first };
    outputs[next(name)] = value;
  };
  const before = moved.map(({ name, rate, vectors }, i): Before => {
    const parameter = named[name]!;
    const moments = optimizer.moments.map(
      (moment) => [moment, b.input(`${name}.${moment}`, 'float32', parameter.shape)] as const,
    );
    return {
      parameter,
      gradient: vectors && job.gradients === 'normalised' ? ofOneLength(b, grads[i]!) : grads[i]!,
      moments: Object.fromEntries(moments),
      learningRate: rates[rate]!,
      scalars: Object.fromEntries(optimizer.scalars.map((scalar) => [scalar, rates[scalarOf(rate, scalar)]!])),
    };
  });
  // Parameters that take steps without each other are updated without each other.
  const together = job.alphaSteps ? before.map((one) => [one]) : [before];
  const after = together.flatMap((parameters) => optimizer.update(b, parameters));
  moved.forEach(({ name }, i) => {
    const { parameter, moments } = before[i]!;
    carry(name, stepped(after[i]!.parameter, parameter), 'parameter');
    for (const moment of optimizer.moments) {
      keep(`${name}.${moment}`, stepped(after[i]!.moments[moment]!, moments[moment]!));
    }
  });
  for (const [name, value] of Object.entries(average?.state ?? {})) keep(name, value);
  for (const [name, value] of Object.entries(ofScale)) keep(name, value, FIRST_SCALE[name]);
  for (const value of held) carry(value.name, value, 'held');
  if (job.keep === 'best') {
    const best = Object.entries(keepBest(b, outputs['loss']!, values));
    for (const [name, value] of best) keep(name, value, name === BEST_LOSS ? WORST_LOSS : 0);
  }
  return { ...inPrecisionOf(job, b.typed(outputs)), state, optimizer };
}

/** A length below this is none. */
const NO_LENGTH = 1e-18;

/** Every row of the last axis divided by its length. */
function ofOneLength(b: GraphBuilder, gradient: Value): Value {
  const length = b.sqrt(b.reduceSum(b.square(gradient), [gradient.shape.length - 1]));
  return b.div(gradient, b.add(length, b.scalar(NO_LENGTH)));
}

/** Eq. 5 on the degraded images, and what else a job asks for. */
function lossOf(
  b: GraphBuilder,
  image: Value,
  job: Job,
  phi: Graph | undefined,
): Readonly<Record<'loss' | 'pixels' | 'compared' | 'target', Value>> & { readonly known: Value | undefined } {
  const { compared, known } = comparable(b, taskById(job.task).degrade(b, image, job), job);
  const target = b.input('target', 'float32', job.target.dims);
  const pixels = meanSquaredError(b, compared, target, known);
  const terms = [pixelLoss(b, pixels, job.pixelLoss ?? 'mse', compared, target)];
  const term = perceptualTerm(job.perceptual, phi);
  if (term) {
    const seen = term.look(b, compared, known);
    const wanted = seen.map(({ shape }, k) => b.input(seenName(k), 'float32', shape));
    terms.push(term.distance(b, seen, wanted));
  }
  if (job.variation) terms.push(b.scale(totalVariation(b, image), job.variation));
  return { loss: terms.reduce(b.add), pixels, compared, target, known };
}

/** Input name of what the perceptual term saw of the target. */
const seenName = (k: number): string => `seen/${k}`;

/** What a job's perceptual term sees of the target, as a graph from `target` and `known`; nothing without such a term. */
export function buildTargetGraph(job: Job, phi?: Graph): Graph | undefined {
  const term = perceptualTerm(job.perceptual, phi);
  if (!term) return undefined;
  const b = new GraphBuilder('target');
  const known = job.known && b.input('known', 'float32', job.known.dims);
  const seen = term.look(b, b.input('target', 'float32', job.target.dims), known);
  return b.build(Object.fromEntries(seen.map((value, k) => [seenName(k), value])));
}

/** x * m: what the target says nothing about is zero on both sides, and what it says in part counts by its share. */
export function comparable(
  b: GraphBuilder,
  degraded: Value,
  job: Pick<Job, 'known'>,
): { readonly compared: Value; readonly known: Value | undefined } {
  const known = job.known && b.input('known', 'float32', job.known.dims);
  return { compared: known ? b.mul(degraded, known) : degraded, known };
}

function split(b: GraphBuilder, vector: Value, names: readonly string[]): Record<string, Value> {
  const parts = b.nodes('Split', [vector, b.ints(names.map(() => 1))], { axis: int(0) }, names.length);
  return Object.fromEntries(names.map((name, i) => [name, parts[i]!]));
}
