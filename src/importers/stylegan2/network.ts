/**
 * StyleGAN2's generator (Karras et al., 2020) as its checkpoints describe it, whatever their names. Weights stay in the file until they are
 * asked for; shapes have been checked.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import type { LazyTensor } from '../torch/tensorRef.ts';

/** y = x (weight · weightScale)ᵀ + bias · biasScale */
export interface Linear {
  /** [out, in] */
  readonly weight: LazyTensor;
  readonly weightScale: number;
  /** [out] */
  readonly bias: LazyTensor;
  readonly biasScale: number;
}

/** A modulated and demodulated convolution, then noise · strength, bias, leaky ReLU of slope 0.2 times sqrt 2, and the clamp. */
export interface StyledLayer {
  /** Side of its output in pixels. */
  readonly side: number;
  /** Whether its output is twice as large as its input. */
  readonly up: boolean;
  /** From w to one factor a channel of the input. */
  readonly style: Linear;
  /** [out, in, 3, 3] */
  readonly weight: LazyTensor;
  /** What the weight is multiplied by before it is demodulated. */
  readonly weightScale: number;
  /** [out] */
  readonly bias: LazyTensor;
  /** One number a pixel, [side, side]; absent where the network has no noise. */
  readonly noise: LazyTensor | undefined;
  /** What the noise is multiplied by: one number. */
  readonly noiseStrength: LazyTensor | undefined;
  /** Values beyond ± this are cut off. */
  readonly clamp: number | undefined;
}

/** A modulated 1 x 1 convolution, its bias, and the clamp; the picture so far, enlarged, is added to it. */
export interface ToRgb {
  readonly side: number;
  readonly style: Linear;
  /** [3, in, 1, 1] */
  readonly weight: LazyTensor;
  readonly weightScale: number;
  /** [3] */
  readonly bias: LazyTensor;
  readonly clamp: number | undefined;
}

export interface StyleGan2 {
  readonly zDim: number;
  readonly wDim: number;
  readonly resolution: number;
  /** Of a class-conditional one: the normalised embedding of the class stands behind the normalised z. */
  readonly classes: { readonly count: number; readonly embedding: Linear } | undefined;
  /** From the normalised z to w; leaky ReLU of slope 0.2 times sqrt 2 after each. */
  readonly mapping: readonly Linear[];
  /** The mean of w, [wDim], which truncation draws towards; absent where the file lacks it. */
  readonly wAverage: LazyTensor | undefined;
  /** The first feature map, [C, 4, 4]. */
  readonly constant: LazyTensor;
  /** One at 4 x 4, two at every further resolution, from the smallest. */
  readonly layers: readonly StyledLayer[];
  /** One a resolution, from the smallest. */
  readonly toRgb: readonly ToRgb[];
  /** The taps of the separable filter that enlarges; their sum is 1. */
  readonly filter: readonly number[];
}

/** What a layout reads; the rest follows from the shapes. */
export type StyleGan2Parts = Omit<StyleGan2, 'zDim' | 'wDim' | 'classes'> & {
  /** From a class's one-hot label. */
  readonly embedding: Linear | undefined;
};

const MAX_RESOLUTION = 2048;
const MAX_WIDTH = 16_384;

/**
 * The network of these parts, all shapes as they are documented.
 * @throws ModelFormatError naming the first part that does not fit
 */
export function checked(parts: StyleGan2Parts, what: string): StyleGan2 {
  const { embedding, mapping, resolution } = parts;
  const size = Math.log2(resolution) - 1;
  if (!Number.isInteger(size) || size < 2 || resolution > MAX_RESOLUTION) {
    throw new ModelFormatError(`${what}: its picture of ${resolution} pixels is not of a StyleGAN2.`);
  }
  if (mapping.length === 0) throw new ModelFormatError(`${what} has no mapping from z to w.`);
  const fit = (source: LazyTensor, dims: readonly number[], name: string) => shaped(source, dims, name, what);
  const linear = (from: Linear, dims: readonly [number, number], name: string): Linear => ({
    ...from,
    weight: fit(from.weight, dims, name),
    bias: fit(from.bias, [dims[0]], `the bias of ${name}`),
  });
  const width = (value: number | undefined, name: string): number => {
    if (value !== undefined && Number.isInteger(value) && value >= 1 && value <= MAX_WIDTH) return value;
    throw new ModelFormatError(`${what}: ${name} has a width of ${value ?? 0}.`);
  };

  const wDim = width(mapping.at(-1)!.weight.dims[0], 'the mapping');
  const joined = width(mapping[0]!.weight.dims[1], 'the mapping');
  const embedded = embedding ? width(embedding.weight.dims[0], 'the embedding of classes') : 0;
  const zDim = width(joined - embedded, 'z');
  let last = joined;
  const links = mapping.map((link, i) => {
    const next = width(link.weight.dims[0], 'the mapping');
    const made = linear(link, [next, last], `layer ${i + 1} of the mapping`);
    last = next;
    return made;
  });

  const first = width(parts.constant.dims.at(-3), 'the first feature map');
  let channels = first;
  const widths = new Map<number, number>();
  const layers = parts.layers.map((layer, i) => {
    const name = `layer ${i + 1}`;
    const next = width(layer.weight.dims.at(-4), name);
    const made: StyledLayer = {
      ...layer,
      style: linear(layer.style, [channels, wDim], `the style of ${name}`),
      weight: fit(layer.weight, [next, channels, 3, 3], name),
      bias: fit(layer.bias, [next], `the bias of ${name}`),
      noise: layer.noise && fit(layer.noise, [layer.side, layer.side], `the noise of ${name}`),
      noiseStrength: layer.noiseStrength && fit(layer.noiseStrength, [], `the strength of the noise of ${name}`),
    };
    channels = next;
    widths.set(layer.side, next);
    return made;
  });
  const toRgb = parts.toRgb.map((layer) => {
    const name = `the RGB layer of ${layer.side} x ${layer.side}`;
    const from = widths.get(layer.side)!;
    return {
      ...layer,
      style: linear(layer.style, [from, wDim], `the style of ${name}`),
      weight: fit(layer.weight, [3, from, 1, 1], name),
      bias: fit(layer.bias, [3], `the bias of ${name}`),
    };
  });
  return {
    zDim,
    wDim,
    resolution,
    classes: embedding && classesOf(embedding),
    mapping: links,
    wAverage: parts.wAverage && fit(parts.wAverage, [wDim], 'the mean of w'),
    constant: fit(parts.constant, [first, 4, 4], 'the first feature map'),
    layers,
    toRgb,
    filter: parts.filter,
  };

  function classesOf(embedding: Linear): StyleGan2['classes'] {
    const count = width(embedding.weight.dims[1], 'the embedding of classes');
    return { count, embedding: linear(embedding, [embedded, count], 'the embedding of classes') };
  }
}

/** A tensor under another shape of as many numbers. */
export const reshaped = (source: LazyTensor, dims: readonly number[]): LazyTensor => ({
  dims,
  load: async () => ({ ...(await source.load()), dims }),
});

/** The tensor without leading axes of 1. @throws ModelFormatError when what is left has another shape */
function shaped(source: LazyTensor, dims: readonly number[], name: string, what: string): LazyTensor {
  const extra = source.dims.length - dims.length;
  if (extra >= 0 && source.dims.every((dim, i) => dim === (i < extra ? 1 : dims[i - extra]))) {
    return extra === 0 ? source : reshaped(source, dims);
  }
  throw new ModelFormatError(`${what}: ${name} has shape [${source.dims.join(', ')}], expected [${dims.join(', ')}].`);
}
