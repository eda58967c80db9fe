/**
 * GAN Dissection's PGGAN (Bau et al., 2019), the paper's own priors: `layerK.conv.weight` without a conv bias,
 * `layerK.wscale.b`, `output_RxR.*`, K from 1. The image is clamped to [-1, 1].
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { parameter, type Layout } from './layout.ts';
import { equalised, everySecond, expectPairs, planPggan, type PgganLayer } from './pggan.ts';

const OUTPUT = /^(output_\d+x\d+)\.conv\.weight$/;

export const ganDissection: Layout = {
  id: 'gan-dissection',
  title: 'GAN Dissection PGGAN',
  marks: 'layer1.conv.weight, layer1.wscale.b, output_256x256.conv.weight',

  anchor: 'layer1.wscale.b',
  detect: (state) => [...state.keys()].some((name) => OUTPUT.test(name)),

  plan: async ({ state }, what) => {
    const layer = (name: string, gain?: number): PgganLayer => {
      const weight = parameter(state, `${name}.conv.weight`, what);
      const bias = parameter(state, `${name}.wscale.b`, what);
      return { weight, bias, weightScale: equalised(weight, gain), biasScale: 1 };
    };
    const layers: PgganLayer[] = [];
    while (state.has(`layer${layers.length + 1}.conv.weight`)) layers.push(layer(`layer${layers.length + 1}`));
    expectPairs(layers, what);
    // Those of lower resolutions are left over from the growing.
    const resolution = 2 * 2 ** (layers.length / 2);
    const output = `output_${resolution}x${resolution}`;
    if (!state.has(`${output}.conv.weight`)) {
      const outputs = [...state.keys()].flatMap((name) => OUTPUT.exec(name)?.[1] ?? []);
      throw new ModelFormatError(
        `${what} lacks layers: it has ${layers.length}, which end in ${output}, but ${outputs.join(', ')}.`,
      );
    }
    return planPggan({ layers, upsamples: everySecond, toRgb: layer(output, 1), clamp: true }, what);
  },
};
