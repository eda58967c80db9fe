/** The paper's method, Eq. 3 and 4: N codes and their channel importances. */
import { compose, initialAlpha } from '../generator/compose.ts';
import { inParts } from '../generator/inParts.ts';
import type { Value } from '../graph/builder.ts';
import { float32 } from '../tensor.ts';
import { carriedValues, codesOf, codesParameter, startValues, stylesOf, stylesParameter } from './codes.ts';
import type { Method } from './method.ts';
import { rows, withFewerCodes, withMoreCodes } from './otherCodes.ts';

export const multiCode: Method = {
  id: 'multi-code',
  title: 'Multi-code composition',
  codes: ({ codes }) => codes,
  parameters: (generator, cut) => [
    codesParameter(generator, cut, cut.codes, cut.layer),
    { name: 'alpha', shape: [cut.codes, generator.channels(cut.layer)], rate: 'alphaLearningRate' },
    ...stylesParameter(generator, cut.layer),
  ],
  image(b, generator, values, cut) {
    const { layer } = cut;
    return generator.tail(b, this.features(b, generator, values, cut, layer), layer, values['styles']);
  },
  cached: {
    what: (b, generator, values, cut) => generator.head(b, codesOf(generator, cut, values), cut.layer, cut),
    image: (b, generator, maps, { alpha, styles }, { layer }) =>
      generator.tail(b, compose(b, maps, alpha!), layer, styles),
  },
  features(b, generator, values, cut, layer) {
    const { layer: own, codes: count, codesAtOnce = count } = cut;
    const [codes, alpha] = [codesOf(generator, cut, values), values['alpha']!];
    const part = (some: Value, weights: Value) => compose(b, generator.head(b, some, own, cut), weights);
    const composed = codesAtOnce < count ? inParts(b, codes, alpha, codesAtOnce, part) : part(codes, alpha);
    return generator.between(b, composed, own, layer, values['styles']);
  },
  styles: (b, _generator, values, cut, layer) => stylesOf(b, values, cut.layer, layer),
  async start(backend, generator, z, cut) {
    const { codes, layer } = cut;
    const channels = generator.channels(layer);
    const alpha = float32([codes, channels], initialAlpha(codes, channels));
    return { ...(await startValues(backend, generator, z, cut, layer)), alpha };
  },
  /** The codes stay; at another layer their importances, which belong to its channels, begin anew. */
  async carry(backend, generator, { values, from, to, draw }) {
    const { name } = generator.space(from.latent);
    const { alpha: given, [name]: codes, ...others } = values;
    let composition = { codes: codes!, alpha: given! };
    if (to.codes < from.codes) {
      composition = await withFewerCodes(backend, generator, composition, from, to.codes);
    } else if (to.codes > from.codes) {
      const drawn = await draw(to.codes);
      const further = Array.from({ length: to.codes - from.codes }, (_, i) => from.codes + i);
      const start = await startValues(backend, generator, rows(drawn, further), from, from.layer);
      composition = withMoreCodes(composition, start[name]!);
    }
    const at = { [name]: composition.codes, ...others };
    const carried = await carriedValues(
      backend,
      generator,
      at,
      { cut: from, layer: from.layer },
      { cut: to, layer: to.layer },
    );
    if (!carried) return this.start(backend, generator, await draw(to.codes), to);
    const { codes: count, layer } = to;
    const channels = generator.channels(layer);
    const alpha = layer === from.layer ? composition.alpha : float32([count, channels], initialAlpha(count, channels));
    return { ...carried, alpha };
  },
};
