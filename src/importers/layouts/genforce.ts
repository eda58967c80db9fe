/**
 * PGGAN as genforce and the paper's reference code save it: `layerK.conv.weight`, `layerK.wscale.bias`, K from 0, an
 * `outputK.*` for every resolution and `lod`, how many resolutions from the top training had reached.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { toNumbers } from '../../engine/tensor.ts';
import { parameter, type Layout } from './layout.ts';
import { equalised, everySecond, expectPairs, planPggan, type PgganLayer } from './pggan.ts';

export const genforce: Layout = {
  id: 'genforce',
  title: 'genforce PGGAN (the reference code of the paper)',
  marks: 'layer0.conv.weight, layer0.wscale.bias, output0.conv.weight',

  anchor: 'layer0.wscale.bias',
  detect: (state) => state.has('output0.conv.weight'),

  plan: async ({ state }, what) => {
    const layer = (name: string, gain?: number): PgganLayer => {
      const weight = parameter(state, `${name}.conv.weight`, what);
      const bias = parameter(state, `${name}.wscale.bias`, what);
      return { weight, bias, weightScale: equalised(weight, gain), biasScale: 1 };
    };
    const lod = await state.get('lod')?.load();
    if (lod && toNumbers(lod).some((value) => value !== 0)) {
      throw new ModelFormatError(`${what} was saved in the middle of progressive training (lod is not 0).`);
    }
    const layers: PgganLayer[] = [];
    while (state.has(`layer${layers.length}.conv.weight`)) layers.push(layer(`layer${layers.length}`));
    expectPairs(layers, what);
    const toRgb = layer(`output${layers.length / 2 - 1}`, 1);
    return planPggan({ layers, upsamples: everySecond, toRgb, clamp: false }, what);
  },
};
