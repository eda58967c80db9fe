/** StyleGAN2 with random weights, as the two projects keep it: one network, two files, the same pictures. */
import { uniforms } from '../../src/engine/random.ts';
import { sizeOf } from '../../src/engine/tensor.ts';
import type { Module } from './nvidiaPickle.ts';
import type { Stored } from './torchWriter.ts';

export interface RandomStyleGan2 {
  readonly resolution: number;
  readonly zDim: number;
  readonly wDim: number;
  /** Layers from z to w. */
  readonly mapping: number;
  readonly channels: (side: number) => number;
  readonly classes?: number;
  readonly clamp?: number;
  readonly seed?: number;
}

/** Channels of the published networks: as many as fit `base` numbers a row, at most 512. */
export const published =
  (base: number) =>
  (side: number): number =>
    Math.min(Math.floor(base / side), 512);

const RATE = 0.01;

/** The generator's module tree. Weights are drawn whenever they are asked for, so that large ones take no memory. */
export function styleGan2(spec: RandomStyleGan2): Module {
  const { resolution, zDim, wDim, mapping, channels, classes = 0, clamp = 256, seed = 1 } = spec;
  let draws = 0;
  const random = (dims: readonly number[], scale = 1, mean = 0): Stored =>
    drawn(dims, seed * 1000 + ++draws, scale, mean);
  const leaf = (parameters: Module['parameters'], settings: Module['settings'], className: string): Module => ({
    className,
    parameters,
    buffers: {},
    modules: {},
    settings,
  });
  const connected = (into: number, out: number, rate: number, mean = 0, activation = 'linear'): Module =>
    leaf(
      { weight: random([out, into], 1 / rate), bias: random([out], 0.1, mean) },
      { activation, weight_gain: rate / Math.sqrt(into), bias_gain: rate },
      'FullyConnectedLayer',
    );
  const filter: Stored = { dims: [4, 4], data: Float32Array.from(outer([1, 3, 3, 1]), (value) => value / 64) };
  const layer = (into: number, out: number, side: number, up: number): Module => ({
    className: 'SynthesisLayer',
    parameters: {
      weight: random([out, into, 3, 3]),
      noise_strength: random([], 0.2),
      bias: random([out], 0.1),
    },
    buffers: { resample_filter: filter, noise_const: random([side, side]) },
    modules: { affine: connected(wDim, into, 1, 1) },
    settings: { resolution: side, up, activation: 'lrelu', conv_clamp: clamp, padding: 1, act_gain: Math.SQRT2 },
  });
  const sides: number[] = [];
  for (let side = 4; side <= resolution; side *= 2) sides.push(side);
  const block = (side: number): Module => {
    const [into, out] = [channels(side / 2), channels(side)];
    const first = side === 4;
    return {
      className: 'SynthesisBlock',
      parameters: first ? { const: random([out, 4, 4]) } : {},
      buffers: { resample_filter: filter },
      modules: {
        ...(!first && { conv0: layer(into, out, side, 2) }),
        conv1: layer(out, out, side, 1),
        torgb: {
          ...leaf(
            { weight: random([3, out, 1, 1]), bias: random([3], 0.1) },
            { conv_clamp: clamp, weight_gain: 1 / Math.sqrt(out) },
            'ToRGBLayer',
          ),
          modules: { affine: connected(wDim, out, 1, 1) },
        },
      },
      settings: { architecture: 'skip', use_fp16: false },
    };
  };
  const embedded = classes > 0 ? wDim : 0;
  const links = Array.from({ length: mapping }, (_, i): [string, Module] => [
    `fc${i}`,
    connected(i === 0 ? zDim + embedded : wDim, wDim, RATE, 0, 'lrelu'),
  ]);
  return {
    className: 'Generator',
    parameters: {},
    buffers: {},
    modules: {
      synthesis: {
        className: 'SynthesisNetwork',
        parameters: {},
        buffers: {},
        modules: Object.fromEntries(sides.map((side) => [`b${side}`, block(side)])),
        settings: { w_dim: wDim, img_resolution: resolution, img_channels: 3 },
      },
      mapping: {
        className: 'MappingNetwork',
        parameters: {},
        buffers: { w_avg: random([wDim], 0.2) },
        modules: { ...(classes > 0 && { embed: connected(classes, wDim, 1) }), ...Object.fromEntries(links) },
        settings: { z_dim: zDim, c_dim: classes, w_dim: wDim, w_avg_beta: 0.995 },
      },
    },
    settings: { z_dim: zDim, c_dim: classes, w_dim: wDim, img_resolution: resolution, img_channels: 3 },
  };
}

/** A discriminator's worth of weights, which no import reads. */
export function discriminator({ resolution, channels, seed = 2 }: RandomStyleGan2): Module {
  const modules: Record<string, Module> = {};
  for (let side = resolution; side > 4; side /= 2) {
    const [into, out] = [channels(side), channels(side / 2)];
    const parameters = {
      conv0: drawn([into, into, 3, 3], seed + side),
      conv1: drawn([out, into, 3, 3], seed + side + 1),
    };
    modules[`b${side}`] = { className: 'DiscriminatorBlock', parameters, buffers: {}, modules: {}, settings: {} };
  }
  const parameters = { fc: drawn([channels(4), channels(4) * 16], seed) };
  return { className: 'Discriminator', parameters, buffers: {}, modules, settings: { c_dim: 0 } };
}

/** Names and tensors of a module tree, as its state_dict() has them. */
export function stateOf({ parameters, buffers, modules }: Module): Record<string, Stored> {
  const inner = Object.entries(modules).flatMap(([name, child]) =>
    Object.entries(stateOf(child)).map(([key, value]): [string, Stored] => [`${name}.${key}`, value]),
  );
  return Object.fromEntries([...Object.entries(parameters), ...Object.entries(buffers), ...inner]);
}

/** The same network under rosinality's names and scales, and the mean of w that lies beside it. */
export function rosinality(network: Module): { readonly g_ema: Record<string, Stored>; readonly latent_avg: Stored } {
  const state = stateOf(network);
  const at = (name: string): Stored => state[name]!;
  const g_ema: Record<string, Stored> = {};
  for (let i = 0; `mapping.fc${i}.weight` in state; i++) {
    g_ema[`style.${i + 1}.weight`] = at(`mapping.fc${i}.weight`);
    g_ema[`style.${i + 1}.bias`] = at(`mapping.fc${i}.bias`);
  }
  g_ema['input.input'] = under([1], at('synthesis.b4.const'));
  let noises = 0;
  const layer = (from: string, to: string): void => {
    const weight = at(`${from}.weight`);
    g_ema[`${to}.conv.weight`] = under([1], weight, Math.sqrt(sizeOf(weight.dims.slice(1))));
    g_ema[`${to}.conv.modulation.weight`] = at(`${from}.affine.weight`);
    g_ema[`${to}.conv.modulation.bias`] = at(`${from}.affine.bias`);
    g_ema[`${to}.noise.weight`] = under([1], at(`${from}.noise_strength`));
    g_ema[`${to}.activate.bias`] = at(`${from}.bias`);
    g_ema[`noises.noise_${noises++}`] = under([1, 1], at(`${from}.noise_const`));
  };
  const picture = (from: string, to: string): void => {
    g_ema[`${to}.bias`] = { ...at(`${from}.bias`), dims: [1, 3, 1, 1] };
    g_ema[`${to}.conv.weight`] = under([1], at(`${from}.weight`));
    g_ema[`${to}.conv.modulation.weight`] = at(`${from}.affine.weight`);
    g_ema[`${to}.conv.modulation.bias`] = at(`${from}.affine.bias`);
  };
  layer('synthesis.b4.conv1', 'conv1');
  picture('synthesis.b4.torgb', 'to_rgb1');
  for (let i = 0; `synthesis.b${8 << i}.conv1.weight` in state; i++) {
    const block = `synthesis.b${8 << i}`;
    layer(`${block}.conv0`, `convs.${2 * i}`);
    layer(`${block}.conv1`, `convs.${2 * i + 1}`);
    picture(`${block}.torgb`, `to_rgbs.${i}`);
    g_ema[`to_rgbs.${i}.upsample.kernel`] = under([], at(`${block}.resample_filter`), 4);
    g_ema[`convs.${2 * i}.conv.blur.kernel`] = under([], at(`${block}.resample_filter`), 4);
  }
  return { g_ema, latent_avg: at('mapping.w_avg') };
}

/** Uniform numbers of this standard deviation around `mean`: a file of real size is drawn in seconds. */
const drawn = (dims: readonly number[], seed: number, scale = 1, mean = 0): Stored => ({
  dims,
  get data() {
    const draw = uniforms(seed);
    const width = scale * Math.sqrt(12);
    return Float32Array.from({ length: sizeOf(dims) }, () => mean + width * (draw() - 0.5));
  },
});

const under = (leading: readonly number[], stored: Stored, scale = 1): Stored => ({
  dims: [...leading, ...stored.dims],
  get data() {
    return scale === 1 ? stored.data : stored.data.map((value) => value * scale);
  },
});

const outer = (taps: readonly number[]): number[] => taps.flatMap((y) => taps.map((x) => x * y));
