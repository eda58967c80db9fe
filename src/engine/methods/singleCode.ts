/** The baseline of Eq. 1: one latent code through the whole generator. */
import { carriedValues, codesOf, codesParameter, startValues, stylesOfCodes } from './codes.ts';
import type { Method } from './method.ts';

export const singleCode: Method = {
  id: 'single-code',
  title: 'Single code',
  composedAt: () => 1,
  codes: () => 1,
  parameters: (generator, cut) => [codesParameter(generator, cut, 1)],
  image: (b, generator, values, cut) =>
    generator.normalise(b, generator.whole(b, codesOf(generator, cut, values), cut)),
  features: (b, generator, values, cut, layer) => generator.head(b, codesOf(generator, cut, values), layer, cut),
  styles: stylesOfCodes,
  start: (backend, generator, z, cut) => startValues(backend, generator, z, cut),
  async carry(backend, generator, { values, from, to, draw }) {
    const carried = await carriedValues(backend, generator, values, { cut: from }, { cut: to });
    return carried ?? this.start(backend, generator, await draw(1), to);
  },
};
