/** A picture of 4 x 4 pixels, as a workshop meets it in the editor. */
import type { Models } from '../../../src/extension/models.ts';
import type { Settings } from '../../../src/extension/settings.ts';
import type { Surroundings } from '../../../src/extension/threadWorkshop.ts';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { quarters } from '../node/pictures.ts';

export const surroundings = (settings: Settings, models: () => Models): Surroundings => ({
  name: 'a.png',
  read: () => Promise.resolve(new Uint8Array(encodePng(quarters(4, 4)))),
  settings: () => settings,
  models,
  patiently: (_title, work) => work(new AbortController().signal, () => undefined),
  agreeToSize: () => Promise.resolve(true),
  detector: () => undefined,
  lpips: () => undefined,
});
