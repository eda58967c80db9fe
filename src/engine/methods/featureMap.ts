/**
 * The baseline that optimises the feature map at layer l itself, without latent codes: all freedom, hardly any prior. Starts
 * from the composition that the multi-code method starts from.
 */
import { evaluate } from '../backends/evaluate.ts';
import { compose, initialAlpha } from '../generator/compose.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { float32 } from '../tensor.ts';
import type { Method } from './method.ts';

export const featureMap: Method = {
  id: 'feature-map',
  title: 'Feature map',
  codes: ({ codes }) => codes,
  parameters: (generator, { layer }) => [
    { name: 'features', shape: generator.featureShape(layer), rate: 'learningRate' },
  ],
  image: (b, generator, { features }, { layer }) => generator.tail(b, features!, layer),
  start(backend, generator, z, { codes, layer }) {
    const b = new GraphBuilder('features');
    const channels = generator.channels(layer);
    const alpha = b.constant(float32([codes, channels], initialAlpha(codes, channels)), 'alpha');
    const features = compose(b, generator.head(b, b.input('z', 'float32', z.dims), layer), alpha);
    return evaluate(backend, b.build({ features }), { z });
  },
  /** To a deeper layer the map is carried as it is; no way leads back to an earlier one, where it begins anew. */
  async carry(backend, generator, { values, from, to, draw }) {
    if (to.layer === from.layer) return values;
    if (to.layer < from.layer) return this.start(backend, generator, await draw(to.codes), to);
    const before = values['features']!;
    const b = new GraphBuilder('deeper');
    const features = generator.between(b, b.input('before', 'float32', before.dims), from.layer, to.layer);
    return evaluate(backend, b.build({ features }), { before });
  },
};
