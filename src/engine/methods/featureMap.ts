/**
 * The baseline that optimises the feature map at layer l itself, without latent codes: all freedom, hardly any prior. Starts
 * from the composition that the multi-code method starts from; as the last stage of a run (inversion/release.ts), from what that
 * reached, and held to it.
 */
import type { Backend } from '../backends/backend.ts';
import { evaluate } from '../backends/evaluate.ts';
import { compose, initialAlpha } from '../generator/compose.ts';
import type { Generator } from '../generator/generator.ts';
import type { State } from '../generator/state.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { meanSquaredError } from '../losses/pixel.ts';
import { float32 } from '../tensor.ts';
import { codesOf, startOfCodes, stylesOf, stylesParameter } from './codes.ts';
import type { Carried, Method, Parameter, Values, ValuesInGraph } from './method.ts';

/** Where a released value began. */
const anchorOf = (name: string): string => `${name}.anchor`;

/** The optimised state among values. */
export const stateOf = (generator: Generator, layer: number, values: ValuesInGraph): State =>
  Object.fromEntries(Object.keys(generator.stateShapes(layer)).map((name) => [name, values[name]!]));

export const featureMap: Method = {
  id: 'feature-map',
  title: 'Feature map',
  codes: ({ codes }) => codes,
  parameters: (generator, { layer }) => [
    ...Object.entries(generator.stateShapes(layer)).map(([name, shape]): Parameter => ({
      name,
      shape,
      rate: 'learningRate',
    })),
    ...stylesParameter(generator, layer),
  ],
  held: (generator, { layer, release }) =>
    Object.entries(release ? generator.stateShapes(layer) : {}).map(([name, shape]) => ({
      name: anchorOf(name),
      shape,
    })),
  image: (b, generator, values, { layer }) =>
    generator.tail(b, stateOf(generator, layer, values), layer, values['styles']),
  features: (b, generator, values, cut, layer) =>
    generator.between(b, stateOf(generator, cut.layer, values), cut.layer, layer, values['styles']),
  styles: (b, _generator, values, cut, layer) => stylesOf(b, values, cut.layer, layer),
  /** The anchor's weight times the squared distance to it, relative to its own square: no matter how a generator scales its maps. */
  penalty(b, _generator, values, { release }) {
    if (!release) return undefined;
    const distances = Object.entries(values).flatMap(([name, value]) => {
      const anchor = values[anchorOf(name)];
      return anchor ? [b.div(meanSquaredError(b, value, anchor), b.reduceMean(b.square(anchor)))] : [];
    });
    return distances.length > 0 ? b.scale(distances.reduce(b.add), release.anchor) : undefined;
  },
  startGraph(generator, cut) {
    const { codes, layer } = cut;
    const b = new GraphBuilder('features');
    const channels = generator.channels(layer);
    const alpha = b.constant(float32([codes, channels], initialAlpha(codes, channels)), 'alpha');
    const z = b.input('z', 'float32', [codes, generator.manifest.latent.size]);
    const { styles, ...start } = startOfCodes(b, generator, z, cut, layer);
    const state = compose(b, generator.head(b, codesOf(generator, cut, start), layer, cut), alpha);
    return b.typed({ ...state, ...(styles && { styles }) });
  },
  start(backend, generator, z, cut) {
    return evaluate(backend, this.startGraph!(generator, cut).graph, { z });
  },
  /** To a deeper layer a map is carried as it is; no way leads back to an earlier one, where it begins anew. */
  async carry(backend, generator, carried) {
    const { from, to, draw } = carried;
    if (to.layer < from.layer) return this.start(backend, generator, await draw(to.codes), to);
    const state = await stateValues(backend, generator, carried);
    const anchors = Object.keys(to.release ? generator.stateShapes(to.layer) : {});
    return { ...state, ...Object.fromEntries(anchors.map((name) => [anchorOf(name), state[name]!])) };
  },
};

/** The state of a layer, the composing one or a deeper one, that parameters draw, and the styles of the slices after it. */
export async function stateValues(
  backend: Backend,
  generator: Generator,
  { values, from, to }: Pick<Carried, 'values' | 'from' | 'to'>,
): Promise<Values> {
  const b = new GraphBuilder('features');
  const inputs = Object.entries(values).map(
    ([name, { dims }]) => [name, b.input(`at/${name}`, 'float32', dims)] as const,
  );
  const at = Object.fromEntries(inputs);
  const state = from.method.features(b, generator, at, from, to.layer);
  const styles = from.method.styles?.(b, generator, at, from, to.layer);
  const feeds = Object.fromEntries(Object.entries(values).map(([name, value]) => [`at/${name}`, value]));
  return evaluate(backend, b.build({ ...state, ...(styles && { styles }) }), feeds);
}
