/** The paper's method, Eq. 3 and 4: N codes and their channel importances. */
import { compose, initialAlpha } from '../generator/compose.ts';
import { float32 } from '../tensor.ts';
import type { Method } from './method.ts';

export const multiCode: Method = {
  id: 'multi-code',
  title: 'Multi-code composition',
  codes: ({ codes }) => codes,
  parameters: (generator, { codes, layer }) => [
    { name: 'z', shape: [codes, generator.manifest.zDim], rate: 'learningRate' },
    { name: 'alpha', shape: [codes, generator.channels(layer)], rate: 'alphaLearningRate' },
  ],
  image: (b, generator, { z, alpha }, { layer }) =>
    generator.tail(b, compose(b, generator.head(b, z!, layer), alpha!), layer),
  start(_backend, generator, z, { codes, layer }) {
    const channels = generator.channels(layer);
    return Promise.resolve({ z, alpha: float32([codes, channels], initialAlpha(codes, channels)) });
  },
};
