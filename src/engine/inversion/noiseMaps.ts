/**
 * The noise of a StyleGAN's layers as something to optimise (Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN",
 * appendix D): fine texture that no style holds. A map stays normalised, and a penalty keeps it noise, so that it does not draw the picture:
 * neighbours at every scale are to be uncorrelated.
 */
import type { Generator } from '../generator/generator.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { ints } from '../graph/graph.ts';
import type { Parameter, Values, ValuesInGraph } from '../methods/method.ts';
import { castFloat, type Tensor } from '../tensor.ts';
import type { Job } from './job.ts';

/** Of the projector that was published with the network. */
const WEIGHT = 1e5;
/** A map of this side is not reduced any more. */
const SMALLEST = 8;

interface NoiseMap {
  readonly name: string;
  /** As the slice has it: [1, 1, side, side]. */
  readonly data: Tensor;
}

function mapsOf(generator: Generator, { noiseMaps }: Pick<Job, 'noiseMaps'>): NoiseMap[] {
  if (noiseMaps !== 'optimised') return [];
  return generator.manifest.slices.flatMap(({ inputs }, k) => {
    const [port] = Object.entries(inputs).find(([, read]) => read === 'noise') ?? [];
    const data = port === undefined ? undefined : generator.slices[k]!.initializers.get(port);
    return data ? [{ name: `noise${k + 1}`, data }] : [];
  });
}

export const noiseParameters = (generator: Generator, job: Pick<Job, 'noiseMaps'>): Parameter[] =>
  mapsOf(generator, job).map(({ name, data }) => ({ name, shape: data.dims, rate: 'learningRate' }));

/** The maps of the generator itself. */
export const firstNoise = (generator: Generator, job: Pick<Job, 'noiseMaps'>): Values =>
  Object.fromEntries(mapsOf(generator, job).map(({ name, data }) => [name, castFloat(data, 'float32')]));

/** Puts normalised values of the graph in the place of the generator's maps, in what is built from here on. */
export function placeNoise(
  b: GraphBuilder,
  generator: Generator,
  values: ValuesInGraph,
  job: Pick<Job, 'noiseMaps'>,
): void {
  for (const { name, data } of mapsOf(generator, job)) b.substitute(data, normalised(b, values[name]!));
}

export function noisePenalty(
  b: GraphBuilder,
  generator: Generator,
  values: ValuesInGraph,
  job: Pick<Job, 'noiseMaps'>,
): Value | undefined {
  const maps = mapsOf(generator, job);
  if (maps.length === 0) return undefined;
  const terms = maps.flatMap(({ name }) => correlations(b, normalised(b, values[name]!)));
  return b.scale(terms.reduce(b.add), WEIGHT);
}

function normalised(b: GraphBuilder, map: Value): Value {
  const centred = b.sub(map, b.reduceMean(map));
  return b.div(centred, b.sqrt(b.reduceMean(b.square(centred))));
}

/** Squares of the mean products of neighbours, in a row and in a column, at every scale; the last pixel's neighbour is the first. */
function correlations(b: GraphBuilder, map: Value): Value[] {
  const side = map.shape[2]!;
  const here = [3, 2].map((axis) => {
    const last = b.slice(map, [axis], [side - 1], [side]);
    const moved = b.concat([last, b.slice(map, [axis], [0], [side - 1])], axis);
    return b.reshape(b.square(b.reduceMean(b.mul(map, moved))), []);
  });
  if (side <= SMALLEST) return here;
  const half = b.node('AveragePool', [map], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) });
  return [...here, ...correlations(b, half)];
}
