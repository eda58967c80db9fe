/** What a job optimises and how that draws a picture, whatever the prior: all that a step graph knows of it. */
import type { State } from '../generator/state.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { methodById } from '../methods/index.ts';
import type { Method, Parameter, ValuesInGraph } from '../methods/method.ts';
import { isGenerator, type Prior } from '../prior.ts';
import { networkOf } from '../untrained/network.ts';
import type { Noise } from '../untrained/noise.ts';
import type { Job } from './job.ts';
import { noiseParameters, noisePenalty, placeNoise } from './noiseMaps.ts';

export interface Drawing {
  readonly parameters: readonly Parameter[];
  /** What travels with them and does not move. */
  readonly held: readonly Omit<Parameter, 'rate'>[];
  /** What x is drawn from beside the parameters, where that is another in every step. */
  noise?(): Noise;
  /** x of the parameters: [1, 3, H, W] in [-1, 1]. @param noise where the drawing has it */
  image(b: GraphBuilder, values: ValuesInGraph, noise?: Value): Value;
  /** Whether the result is an average of the steps' pictures; see average.ts. */
  readonly averages?: boolean;
  /** How x comes about where only what follows `alphaLearningRate` moves; absent: nothing does. */
  readonly cached?: {
    /** What does not depend on that. */
    what(b: GraphBuilder, values: ValuesInGraph): State;
    /** x of the rest. */
    image(b: GraphBuilder, cached: State, values: ValuesInGraph): Value;
  };
  /** A scalar that the descent follows beside the loss, which it is not part of. `values` has what is held, too. */
  penalty(b: GraphBuilder, values: ValuesInGraph): Value | undefined;
}

/** @throws ParameterError when the prior knows no such method */
export function drawingOf(prior: Prior, job: Job): Drawing {
  if (!isGenerator(prior)) {
    return { ...networkOf(job), held: [], penalty: () => undefined };
  }
  const method: Method = methodById(job.method);
  const { cached } = method;
  return {
    parameters: [...method.parameters(prior, job), ...noiseParameters(prior, job)],
    held: method.held?.(prior, job) ?? [],
    image(b, values) {
      placeNoise(b, prior, values, job);
      return method.image(b, prior, values, job);
    },
    ...(cached && {
      cached: {
        what(b, values) {
          placeNoise(b, prior, values, job);
          return cached.what(b, prior, values, job);
        },
        image(b, kept, values) {
          placeNoise(b, prior, values, job);
          return cached.image(b, prior, kept, values, job);
        },
      },
    }),
    penalty(b, values) {
      const terms = [method.penalty?.(b, prior, values, job), noisePenalty(b, prior, values, job)];
      const found = terms.filter((term) => term !== undefined);
      return found.length > 0 ? found.reduce(b.add) : undefined;
    },
  };
}
