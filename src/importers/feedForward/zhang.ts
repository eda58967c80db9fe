/**
 * *Colorful Image Colorization* (Zhang, Isola, Efros, ECCV 2016): eight groups of convolutions, each with a batch norm after its last activation, from the
 * lightness to odds of 313 colours, and their mean. The layers' numbers are those of the published code.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { LayerWriter } from './layers.ts';
import type { FeedForwardLayout } from './layout.ts';

/** By group: the strides of its convolutions, and their dilation. */
const GROUPS = [
  { strides: [1, 2], dilation: 1 },
  { strides: [1, 2], dilation: 1 },
  { strides: [1, 1, 2], dilation: 1 },
  { strides: [1, 1, 1], dilation: 1 },
  { strides: [1, 1, 1], dilation: 2 },
  { strides: [1, 1, 1], dilation: 2 },
  { strides: [1, 1, 1], dilation: 1 },
] as const;

/** Of the lightness, and of the colours. */
const MIDDLE = 50;
const LIGHTNESS = 100;
const COLOURS = 110;

export const zhang: FeedForwardLayout = {
  title: "Zhang et al.'s colorization of 2016",
  marks: 'model1.0.weight, model8.0.weight, model_out.weight',
  anchor: 'model_out.weight',
  detect: (state) =>
    state.has('model8.0.weight') && state.has('model1.4.running_mean') && !state.has('model9up.0.weight'),

  plan: async (state, what) => {
    const net = new LayerWriter('Zhang et al. 2016', 1, state, what);
    let y = net.scale('lightness', net.shift('centred', net.x, -MIDDLE), 1 / LIGHTNESS);
    for (const [group, { strides, dilation }] of GROUPS.entries()) {
      const of = `model${group + 1}`;
      for (const [i, stride] of strides.entries())
        y = net.relu(await net.conv(`${of}.${2 * i}`, y, { stride, dilation }));
      y = await net.batchNorm(`${of}.${2 * strides.length}`, y);
    }
    y = net.relu(await net.doublingConv('model8.0', y));
    for (const i of [2, 4]) y = net.relu(await net.conv(`model8.${i}`, y));
    y = await net.conv('model_out', net.softmax(await net.conv('model8.6', y)), { scale: COLOURS });
    if (y.channels !== 2)
      throw new ModelFormatError(`${what} is no such colorization: it gives ${y.channels} channels for a and b.`);
    const graph = net.build(net.bilinear('enlarged', y, 4));
    return {
      network: 'Zhang et al. 2016',
      tasks: ['colorize'],
      colours: 'lab',
      scale: 1,
      multiple: 8,
      side: 256,
      graph,
    };
  },
};
