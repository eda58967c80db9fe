/**
 * Real-ESRGAN's compact network (SRVGGNetCompact): convolutions with PReLU at the picture's own size, then channels to pixels; the picture enlarged by
 * nearest neighbour is added.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { LayerWriter } from './layers.ts';
import { countOf, type FeedForwardLayout } from './layout.ts';

const SCALES = [1, 2, 3, 4, 8, 16] as const;

export const compact: FeedForwardLayout = {
  title: 'Real-ESRGAN compact',
  marks: 'body.0.weight, body.1.weight (PReLU), body.2.weight',
  anchor: 'body.1.weight',
  detect: (state) => state.get('body.1.weight')?.dims.length === 1 && state.get('body.0.weight')?.dims.length === 4,

  plan: async (state, what) => {
    // Convolutions are even, activations odd; the last convolution has none.
    const last = countOf(state, (i) => `body.${i}.weight`) - 1;
    const made = state.get(`body.${last}.weight`)?.dims[0] ?? 0;
    const scale = SCALES.find((one) => 3 * one ** 2 === made);
    if (last % 2 !== 0 || scale === undefined) {
      throw new ModelFormatError(`${what} is no whole network: its last layer, body.${last}, gives ${made} channels.`);
    }
    const network = 'Real-ESRGAN compact';
    const net = new LayerWriter(network, 3, state, what);
    let y = net.x;
    for (let i = 0; i < last; i += 2) y = await net.prelu(`body.${i + 1}`, await net.conv(`body.${i}`, y));
    y = net.pixelShuffle('pixels', await net.conv(`body.${last}`, y), scale);
    const graph = net.build(net.add('added', y, net.nearest('enlarged', net.x, scale)));
    return { network, tasks: ['super-resolve'], colours: 'rgb', scale, multiple: 1, reach: last / 2 + 1, graph };
  },
};
