/** VGG16 up to relu3_3 with random weights, the network of Eq. 5: time does not depend on the weights. */
import { GraphBuilder, type Value } from '../../src/engine/graph/builder.ts';
import { ints, type Graph } from '../../src/engine/graph/graph.ts';
import { NETWORK_SIZE, NETWORK_WEIGHT, type NetworkSettings } from '../../src/engine/losses/perceptual.ts';
import { normals } from '../../src/engine/random.ts';
import { float32, sizeOf } from '../../src/engine/tensor.ts';

/** The published code's weight and size. */
export const VGG: NetworkSettings = {
  kind: 'network',
  network: 'VGG16, random weights',
  weight: NETWORK_WEIGHT,
  size: NETWORK_SIZE,
};

/** Channels of the convolutions, halving the size between blocks. */
const BLOCKS = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
];

export function randomVgg(): Graph {
  const b = new GraphBuilder('vgg16');
  const draw = normals(0);
  const convolution = (x: Value, channels: number): Value => {
    const dims = [channels, x.shape[1]!, 3, 3];
    const scale = Math.sqrt(2 / sizeOf(dims.slice(1)));
    const weight = Float32Array.from({ length: sizeOf(dims) }, () => scale * draw());
    return b.node('Conv', [x, b.constant(float32(dims, weight))], { pads: ints([1, 1, 1, 1]) });
  };
  const half = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
  const y = BLOCKS.reduce(
    (below, channels, block) =>
      channels.reduce(
        (x, count) => b.node('Relu', [convolution(x, count)]),
        block === 0 ? below : b.node('MaxPool', [below], half),
      ),
    b.input('x', 'float32', [1, 3, VGG.size, VGG.size]),
  );
  return b.build({ y });
}

/** Floating point operations of its part in a step: forward and backward to the image; the target is looked at once. */
export function vggFlops(): number {
  const layers = BLOCKS.flatMap((channels, block) =>
    channels.map((out, i) => {
      const below = i > 0 ? channels[i - 1]! : (BLOCKS[block - 1]?.at(-1) ?? 3);
      return below * out * 9 * (VGG.size / 2 ** block) ** 2;
    }),
  );
  return 2 * 2 * layers.reduce((a, b) => a + b, 0);
}
