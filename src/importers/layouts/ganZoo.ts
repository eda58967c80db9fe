/**
 * pytorch_GAN_zoo's PGAN: `formatLayer`, `groupScale0.*`, `scaleLayers.S.*`, `toRGBLayers.S`, each with
 * `.module.weight` and `.module.bias`. Bias and weight are both scaled, and the pixel norm follows the activation, with
 * one on the code itself: the same network as the others.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import type { StateDict } from '../torch/stateDict.ts';
import { parameter, type Layout } from './layout.ts';
import { equalised, planPggan, type PgganLayer } from './pggan.ts';

export const ganZoo: Layout = {
  id: 'gan-zoo',
  title: 'pytorch_GAN_zoo PGAN',
  marks: 'formatLayer.module.weight, groupScale0.0.module.weight, toRGBLayers.0.module.weight',

  anchor: 'formatLayer.module.weight',
  detect: (state) => state.has('groupScale0.0.module.weight'),

  plan: async ({ state }, what) => {
    const layer = (name: string): PgganLayer => {
      const weight = parameter(state, `${name}.module.weight`, what);
      const scale = equalised(weight);
      return { weight, bias: parameter(state, `${name}.module.bias`, what), weightScale: scale, biasScale: scale };
    };
    const names = ['formatLayer', ...group(state, 'groupScale0')];
    const doubling = new Set<number>();
    let scales = 0;
    for (let members; (members = group(state, `scaleLayers.${scales}`)).length > 0; scales++) {
      doubling.add(names.length);
      names.push(...members);
    }
    if (state.has(`toRGBLayers.${scales + 1}.module.weight`)) {
      throw new ModelFormatError(`${what} lacks the layers "scaleLayers.${scales}".`);
    }
    const layers = names.map(layer);
    const toRgb = layer(`toRGBLayers.${scales}`);
    return planPggan({ layers, upsamples: (i) => doubling.has(i), toRgb, clamp: false }, what);
  },
};

/** Names of the consecutive layers `prefix.0`, `prefix.1`, ... */
function group(state: StateDict, prefix: string): string[] {
  const names: string[] = [];
  while (state.has(`${prefix}.${names.length}.module.weight`)) names.push(`${prefix}.${names.length}`);
  return names;
}
