/**
 * The baseline that optimises the feature map at layer l itself, without latent codes: all freedom, hardly any prior. Starts
 * from the composition that the multi-code method starts from; as the last stage of a run (inversion/release.ts), from what that
 * reached, and held to it.
 */
import type { Backend } from '../backends/backend.ts';
import { evaluate } from '../backends/evaluate.ts';
import { compose, initialAlpha } from '../generator/compose.ts';
import type { Generator } from '../generator/generator.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { meanSquaredError } from '../losses/pixel.ts';
import { float32, type Tensor } from '../tensor.ts';
import type { Carried, Method } from './method.ts';

/** Where a released map began. */
const ANCHOR = 'features.anchor';

export const featureMap: Method = {
  id: 'feature-map',
  title: 'Feature map',
  codes: ({ codes }) => codes,
  parameters: (generator, { layer }) => [
    { name: 'features', shape: generator.featureShape(layer), rate: 'learningRate' },
  ],
  held: (generator, { layer, release }) => (release ? [{ name: ANCHOR, shape: generator.featureShape(layer) }] : []),
  image: (b, generator, { features }, { layer }) => generator.tail(b, features!, layer),
  features: (b, generator, { features }, cut, layer) => generator.between(b, features!, cut.layer, layer),
  /** The anchor's weight times the squared distance to it, relative to its own square: no matter how a generator scales its maps. */
  penalty(b, _generator, { features, [ANCHOR]: anchor }, { release }) {
    if (!release || !anchor) return undefined;
    const distance = meanSquaredError(b, features!, anchor);
    return b.scale(b.div(distance, b.reduceMean(b.square(anchor))), release.anchor);
  },
  startGraph(generator, { codes, layer }) {
    const b = new GraphBuilder('features');
    const channels = generator.channels(layer);
    const alpha = b.constant(float32([codes, channels], initialAlpha(codes, channels)), 'alpha');
    const z = b.input('z', 'float32', [codes, generator.manifest.zDim]);
    return b.typed({ features: compose(b, generator.head(b, z, layer), alpha) });
  },
  start(backend, generator, z, cut) {
    return evaluate(backend, this.startGraph!(generator, cut).graph, { z });
  },
  /** To a deeper layer a map is carried as it is; no way leads back to an earlier one, where it begins anew. */
  async carry(backend, generator, carried) {
    const { from, to, draw } = carried;
    if (to.layer < from.layer) return this.start(backend, generator, await draw(to.codes), to);
    const features = await featuresOf(backend, generator, carried);
    return { features, ...(to.release && { [ANCHOR]: features }) };
  },
};

/** The feature map of a layer, the composing one or a deeper one, that parameters draw. */
export async function featuresOf(
  backend: Backend,
  generator: Generator,
  { values, from, to }: Pick<Carried, 'values' | 'from' | 'to'>,
): Promise<Tensor<'float32'>> {
  const b = new GraphBuilder('features');
  const inputs = Object.entries(values).map(
    ([name, { dims }]) => [name, b.input(`at/${name}`, 'float32', dims)] as const,
  );
  const features = from.method.features(b, generator, Object.fromEntries(inputs), from, to.layer);
  const feeds = Object.fromEntries(Object.entries(values).map(([name, value]) => [`at/${name}`, value]));
  return (await evaluate<'features'>(backend, b.build({ features }), feeds)).features;
}
