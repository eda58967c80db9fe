/**
 * The last stage of a run that tunes its generator (inversion/tune.ts): the feature map that the codes composed stays, and the weights of
 * layers after it move, from what they are in the package, and held to that.
 */
import type { Generator } from '../generator/generator.ts';
import { weightsOf, type Weight } from '../generator/weights.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { castFloat } from '../tensor.ts';
import { stylesParameter } from './codes.ts';
import { featureMap, stateOf, stateValues } from './featureMap.ts';
import type { Cut, Method, Values, ValuesInGraph } from './method.ts';

const movedBy = ({ plain }: Generator, { tune }: Cut): Weight[] => (tune ? weightsOf(plain, tune.layers) : []);

const firstValues = (generator: Generator, cut: Cut): Values =>
  Object.fromEntries(movedBy(generator, cut).map(({ name, data }) => [name, castFloat(data, 'float32')]));

/** The generator with values of the graph in the place of its weights. */
function tuned(b: GraphBuilder, generator: Generator, values: ValuesInGraph, cut: Cut): Generator {
  for (const { name, data } of movedBy(generator, cut)) b.substitute(data, values[name]!);
  return generator.plain;
}

export const tunedWeights: Method = {
  id: 'tuned-weights',
  title: 'Tuned weights',
  codes: ({ codes }) => codes,
  parameters: (generator, cut) =>
    movedBy(generator, cut).map(({ name, data }) => ({ name, shape: data.dims, rate: 'learningRate' })),
  held: (generator, { layer }) => [
    ...Object.entries(generator.stateShapes(layer)).map(([name, shape]) => ({ name, shape })),
    ...stylesParameter(generator, layer),
  ],
  image: (b, generator, values, cut) =>
    tuned(b, generator, values, cut).tail(b, stateOf(generator, cut.layer, values), cut.layer, values['styles']),
  features(b, generator, values, cut, layer) {
    const state = stateOf(generator, cut.layer, values);
    return tuned(b, generator, values, cut).between(b, state, cut.layer, layer, values['styles']);
  },
  /** The anchor's weight times the squared distance of each layer to what it was, relative to its own square: no matter how large its weights are. */
  penalty(b, generator, values, cut) {
    if (!cut.tune) return undefined;
    const distances = [...byLayer(movedBy(generator, cut)).values()].map((weights): Value => {
      const square = weights.reduce((sum, { data }) => sum + squareOf(castFloat(data, 'float32').data), 0);
      const moved = weights.map(({ name, data }) =>
        sumOfSquares(b, b.sub(values[name]!, b.constant(castFloat(data, 'float32'), `${name}.anchor`))),
      );
      return b.scale(moved.reduce(b.add), 1 / Math.max(square, Number.MIN_VALUE));
    });
    return distances.length === 0 ? undefined : b.scale(distances.reduce(b.add), cut.tune.anchor);
  },
  async start(backend, generator, z, cut) {
    return { ...(await featureMap.start(backend, generator, z, cut)), ...firstValues(generator, cut) };
  },
  async carry(backend, generator, carried) {
    return { ...(await stateValues(backend, generator, carried)), ...firstValues(generator, carried.to) };
  },
};

function byLayer(weights: readonly Weight[]): Map<number, Weight[]> {
  const layers = new Map<number, Weight[]>();
  for (const weight of weights) layers.set(weight.layer, [...(layers.get(weight.layer) ?? []), weight]);
  return layers;
}

const squareOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);

const sumOfSquares = (b: GraphBuilder, x: Value): Value =>
  b.reduceSum(
    b.square(x),
    x.shape.map((_, i) => i),
    false,
  );
