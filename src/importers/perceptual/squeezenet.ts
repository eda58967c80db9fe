/**
 * torchvision's SqueezeNet 1.1 up to its second fire module (`features[:5]`), where the picture is reduced four times in
 * each direction as at VGG16's relu3_3, at a small part of the cost.
 */
import { channelsOf, FeatureWriter, type PerceptualNetwork } from './network.ts';

const FIRES = ['features.3', 'features.4'];

export const squeezenet: PerceptualNetwork = {
  id: 'squeezenet1_1',
  title: 'torchvision SqueezeNet 1.1',
  marks: 'features.0.weight, features.3.squeeze.weight',
  features: 'fire3',

  // SqueezeNet 1.0 has its first two fire modules at the same indices but a 7x7 first convolution.
  detect: (state) =>
    state.get('features.0.weight')?.dims[2] === 3 && FIRES.every((fire) => state.has(`${fire}.squeeze.weight`)),

  build: async (state, what) => {
    const writer = new FeatureWriter('SqueezeNet 1.1 fire3', state, what);
    await writer.conv('features.0', { stride: 2, padding: 0 });
    writer.pool('pool1', 3, true);
    let channels = 0;
    for (const fire of FIRES) {
      const squeezed = await writer.conv(`${fire}.squeeze`, { padding: 0 });
      const small = await writer.conv(`${fire}.expand1x1`, { padding: 0, from: squeezed });
      const large = await writer.conv(`${fire}.expand3x3`, { padding: 1, from: squeezed });
      writer.concatChannels(fire, [small, large]);
      channels = channelsOf(state, `${fire}.expand1x1`, what) + channelsOf(state, `${fire}.expand3x3`, what);
    }
    return { graph: writer.build(channels), channels };
  },
};
