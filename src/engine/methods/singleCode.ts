/** The baseline of Eq. 1: one latent code through the whole generator. */
import type { Method } from './method.ts';

export const singleCode: Method = {
  id: 'single-code',
  title: 'Single code',
  composedAt: () => 1,
  codes: () => 1,
  parameters: (generator) => [{ name: 'z', shape: [1, generator.manifest.zDim], rate: 'learningRate' }],
  image: (b, generator, { z }) => generator.normalise(b, generator.whole(b, z!)),
  features: (b, generator, { z }, _cut, layer) => generator.head(b, z!, layer),
  start: (_backend, _generator, z) => Promise.resolve({ z }),
  carry: (_backend, _generator, { values }) => Promise.resolve(values),
};
