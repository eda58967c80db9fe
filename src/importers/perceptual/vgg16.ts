/** torchvision's VGG16 up to relu3_3 (`features[:16]`), the paper's phi: seven of its sixteen layers, 7 of 528 MB. */
import { channelsOf, FeatureWriter, type PerceptualNetwork } from './network.ts';

/** Convolutions by their index in `features`, in three blocks with a 2x2 pooling between them. */
const BLOCKS = [
  [0, 2],
  [5, 7],
  [10, 12, 14],
];

export const vgg16: PerceptualNetwork = {
  id: 'vgg16',
  title: 'torchvision VGG16',
  marks: 'features.0.weight, features.14.weight',
  features: 'relu3_3',

  // Index 1 is a batch norm in the variants that have one, a ReLU without parameters here.
  detect: (state) => BLOCKS.flat().every((i) => state.has(`features.${i}.weight`)) && !state.has('features.1.weight'),

  build: async (state, what) => {
    const writer = new FeatureWriter('VGG16 relu3_3', state, what);
    for (const [block, convolutions] of BLOCKS.entries()) {
      if (block > 0) writer.pool(`pool${block}`, 2);
      for (const index of convolutions) await writer.conv(`features.${index}`, { padding: 1 });
    }
    const channels = channelsOf(state, 'features.14', what);
    return { graph: writer.build(channels), channels };
  },
};
