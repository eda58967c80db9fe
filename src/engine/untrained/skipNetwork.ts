/**
 * The network of the deep image prior (Ulyanov, Vedaldi, Lempitsky, CVPR 2018): an hourglass of several scales with a thin way across each,
 * drawn from a seed, whose every weight is optimised. Its input is noise.
 *
 *     scale k   x -+- 1x1 to 4 channels, norm -----------------------------------------------------------+
 *                  +- 3x3 to half the size, norm - 3x3, norm - scale k + 1 - bilinear to the size of x --+- norm - 3x3, norm - 1x1, norm
 *
 * A 1x1 convolution and a sigmoid make the picture of the first scale. Padding reflects, normalisation is over the picture (batch
 * normalisation, where a batch is one picture), and a leaky ReLU follows every one but that of the joined maps.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { float } from '../graph/graph.ts';
import type { Size } from '../image/picture.ts';
import type { ValuesInGraph } from '../methods/method.ts';
import { Applied, halved, halvings, type Layers } from './layers.ts';

/** Of the input. */
export const SKIP_INPUT = 32;
/** Channels of the ways across. */
const ACROSS = 4;
const LEAK = 0.2;

export interface SkipNetwork {
  /** Of the picture. */
  readonly size: Size;
  /** Channels of each scale, as many scales as the picture has room for. */
  readonly widths: readonly number[];
}

const scalesOf = ({ size, widths }: SkipNetwork): readonly number[] => widths.slice(0, halvings(size, widths.length));

export function skipLayers(network: SkipNetwork): Layers {
  const widths = scalesOf(network);
  const kernels: Record<string, readonly [number, number, number]> = { image: [3, widths[0]!, 1] };
  const norms: Record<string, number> = {};
  widths.forEach((width, k) => {
    const given = k === 0 ? SKIP_INPUT : widths[k - 1]!;
    const joined = ACROSS + (widths[k + 1] ?? width);
    const add = (name: string, out: number, of: number, side: number) => {
      kernels[`scale${k}.${name}`] = [out, of, side];
      norms[`scale${k}.${name}`] = out;
    };
    add('across', ACROSS, given, 1);
    add('down', width, given, 3);
    add('inner', width, width, 3);
    norms[`scale${k}.joined`] = joined;
    add('up', width, joined, 3);
    add('mix', width, width, 1);
  });
  return { kernels, norms, biases: { image: 3 } };
}

/** The picture that the parameters draw of noise [1, 32, H, W]: [1, 3, H, W] in [-1, 1]. */
export function skipImage(b: GraphBuilder, values: ValuesInGraph, noise: Value, network: SkipNetwork): Value {
  const count = scalesOf(network).length;
  const layers = new Applied(b, values);
  const layer = (x: Value, name: string, stride = 1) =>
    b.node('LeakyRelu', [layers.normalise(layers.convolve(x, name, stride), name)], { alpha: float(LEAK) });
  const scale = (x: Value, k: number): Value => {
    const [across, inner] = [layer(x, `scale${k}.across`), layer(layer(x, `scale${k}.down`, 2), `scale${k}.inner`)];
    const deep = layers.enlarge(k + 1 < count ? scale(inner, k + 1) : inner, halved(network.size, k));
    const joined = layers.normalise(b.concat([across, deep], 1), `scale${k}.joined`);
    return layer(layer(joined, `scale${k}.up`), `scale${k}.mix`);
  };
  return layers.picture(layers.convolve(scale(noise, 0), 'image'));
}
