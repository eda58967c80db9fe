/**
 * RCAN (Zhang et al., ECCV 2018): residual groups of blocks that weigh their channels by what they come to over the whole picture. It counts from 0 to 255;
 * the package's file has [0, 1], which is put into the two shifts of the mean.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { LayerWriter, type Layer } from './layers.ts';
import { countOf, type FeedForwardLayout } from './layout.ts';

const WHITE = 255;

export const rcan: FeedForwardLayout = {
  title: 'RCAN',
  marks: 'head.0.weight, body.0.body.0.body.3.conv_du.0.weight, tail.1.weight',
  anchor: 'body.0.body.0.body.3.conv_du.0.weight',
  detect: () => true,

  plan: async (state, what) => {
    const net = new LayerWriter('RCAN', 3, state, what);
    const first = await net.conv('head.0', await net.conv('sub_mean', net.x, { scaleInput: WHITE }));
    const groups = countOf(state, (i) => `body.${i}.body.0.body.0.weight`);
    let features = first;
    for (let group = 0; group < groups; group++) {
      const of = `body.${group}`;
      const blocks = countOf(state, (i) => `${of}.body.${i}.body.0.weight`);
      let inner = features;
      for (let block = 0; block < blocks; block++) inner = await attended(net, `${of}.body.${block}`, inner);
      features = net.add(`${of}.added`, await net.conv(`${of}.body.${blocks}`, inner), features);
    }
    let y = net.add('body.added', await net.conv(`body.${groups}`, features), first);
    let scale = 1;
    // Every second layer of the tail makes pixels of channels: convolutions have even numbers.
    for (let i = 0; state.has(`tail.0.${i}.weight`); i += 2) {
      const made = await net.conv(`tail.0.${i}`, y);
      const side = Math.sqrt(made.channels / y.channels);
      if (side !== 2 && side !== 3)
        throw new ModelFormatError(`${what} is no whole RCAN: tail.0.${i} gives ${made.channels} channels.`);
      y = net.pixelShuffle(`tail.0.${i}.pixels`, made, side);
      scale *= side;
    }
    if (![2, 3, 4, 8].includes(scale))
      throw new ModelFormatError(`${what} is an RCAN that enlarges ${scale} times, which no published one does.`);
    y = await net.conv('add_mean', await net.conv('tail.1', y), { scale: 1 / WHITE });
    return {
      network: 'RCAN',
      tasks: ['super-resolve'],
      colours: 'rgb',
      scale: scale as 4,
      multiple: 1,
      graph: net.build(y),
    };
  },
};

async function attended(net: LayerWriter, name: string, x: Layer): Promise<Layer> {
  const inner = await net.conv(`${name}.body.2`, net.relu(await net.conv(`${name}.body.0`, x)));
  const squeezed = net.relu(await net.conv(`${name}.body.3.conv_du.0`, net.mean(inner)));
  const weights = net.sigmoid(await net.conv(`${name}.body.3.conv_du.2`, squeezed));
  return net.add(`${name}.added`, net.mul(`${name}.weighed`, inner, weights), x);
}
