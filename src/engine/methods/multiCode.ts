/** The paper's method, Eq. 3 and 4: N codes and their channel importances. */
import { compose, initialAlpha } from '../generator/compose.ts';
import { inParts } from '../generator/inParts.ts';
import type { Value } from '../graph/builder.ts';
import { float32 } from '../tensor.ts';
import type { Method } from './method.ts';
import { rows, withFewerCodes, withMoreCodes, type Composition } from './otherCodes.ts';

export const multiCode: Method = {
  id: 'multi-code',
  title: 'Multi-code composition',
  codes: ({ codes }) => codes,
  parameters: (generator, { codes, layer }) => [
    { name: 'z', shape: [codes, generator.manifest.zDim], rate: 'learningRate' },
    { name: 'alpha', shape: [codes, generator.channels(layer)], rate: 'alphaLearningRate' },
  ],
  image(b, generator, values, cut) {
    return generator.tail(b, this.features(b, generator, values, cut, cut.layer), cut.layer);
  },
  cached: {
    what: (b, generator, { z }, { layer }) => generator.head(b, z!, layer),
    image: (b, generator, maps, { alpha }, { layer }) => generator.tail(b, compose(b, maps, alpha!), layer),
  },
  features(b, generator, { z, alpha }, { layer: own, codes, codesAtOnce = codes }, layer) {
    const part = (codes: Value, weights: Value) => compose(b, generator.head(b, codes, own), weights);
    const composed = codesAtOnce < codes ? inParts(b, z!, alpha!, codesAtOnce, part) : part(z!, alpha!);
    return generator.between(b, composed, own, layer);
  },
  start(_backend, generator, z, { codes, layer }) {
    const channels = generator.channels(layer);
    return Promise.resolve({ z, alpha: float32([codes, channels], initialAlpha(codes, channels)) });
  },
  /** The codes stay; at another layer their importances, which belong to its channels, begin anew. */
  async carry(backend, generator, { values, from, to, draw }) {
    let composition = values as Readonly<Record<keyof Composition, Composition['z']>>;
    if (to.codes < from.codes) {
      composition = await withFewerCodes(backend, generator, composition, from.layer, to.codes, from.codesAtOnce);
    } else if (to.codes > from.codes) {
      const drawn = await draw(to.codes);
      const further = Array.from({ length: to.codes - from.codes }, (_, i) => from.codes + i);
      composition = withMoreCodes(composition, rows(drawn, further));
    }
    const { z, alpha } = composition;
    return to.layer === from.layer ? { z, alpha } : this.start(backend, generator, z, to);
  },
};
