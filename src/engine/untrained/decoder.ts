/**
 * The Deep Decoder (Heckel, Hand, ICLR 2019): no convolution sees more than one pixel, so that what makes a picture of a little noise is the
 * bilinear enlargement between them. Every weight is optimised; there are fewer of them than a picture has numbers.
 *
 *     noise [1, k, H / 2^n, W / 2^n] - n times (1x1 - bilinear to twice the size - ReLU - norm) - 1x1 - ReLU - norm - 1x1 - sigmoid
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { Size } from '../image/picture.ts';
import type { ValuesInGraph } from '../methods/method.ts';
import { Applied, halved, halvings, type Layers } from './layers.ts';

/** Enlargements, where the picture has room for so many. */
const MOST = 5;

export interface Decoder {
  /** Of the picture. */
  readonly size: Size;
  /** Channels. */
  readonly width: number;
}

export function decoderLayers({ size, width }: Decoder): Layers {
  const names = Array.from({ length: halvings(size, MOST) + 1 }, (_, k) => `stage${k}`);
  return {
    kernels: { ...Object.fromEntries(names.map((name) => [name, [width, width, 1]])), image: [3, width, 1] },
    norms: Object.fromEntries(names.map((name) => [name, width])),
  };
}

export function decoderInput({ size, width }: Decoder): readonly number[] {
  const smallest = halved(size, halvings(size, MOST));
  return [1, width, smallest.height, smallest.width];
}

/** The picture that the parameters draw of noise in the shape of `decoderInput`: [1, 3, H, W] in [-1, 1]. */
export function decoderImage(b: GraphBuilder, values: ValuesInGraph, noise: Value, { size }: Decoder): Value {
  const layers = new Applied(b, values);
  const count = halvings(size, MOST);
  let x = noise;
  for (let k = 0; k <= count; k++) {
    const mixed = layers.convolve(x, `stage${k}`);
    const large = k < count ? layers.enlarge(mixed, halved(size, count - 1 - k)) : mixed;
    x = layers.normalise(b.node('Relu', [large]), `stage${k}`);
  }
  return layers.picture(layers.convolve(x, 'image'));
}
