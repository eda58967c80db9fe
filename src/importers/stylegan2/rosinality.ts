/**
 * StyleGAN2 as rosinality's stylegan2-pytorch names it, and the many projects that took it over: `style.1.weight`, `input.input`,
 * `convs.0.conv.modulation.weight`. The mean of w, `latent_avg`, lies beside the generator.
 */
import { sizeOf } from '../../engine/tensor.ts';
import { parameter } from '../layouts/layout.ts';
import type { Located } from '../locate.ts';
import type { LazyTensor } from '../torch/tensorRef.ts';
import { checked, reshaped, type Linear, type StyledLayer, type StyleGan2, type ToRgb } from './network.ts';
import { tapsOf } from './taps.ts';

/** The mapping's learning rate relative to the others': its stored weights are larger by the inverse. */
const MAPPING_RATE = 0.01;

/** @throws ModelFormatError when parameters are missing or do not fit */
export async function readRosinality({ state, beside }: Located, what: string): Promise<StyleGan2> {
  const linear = (name: string, rate: number): Linear => {
    const weight = parameter(state, `${name}.weight`, what);
    const bias = parameter(state, `${name}.bias`, what);
    return { weight, weightScale: rate / Math.sqrt(weight.dims[1] ?? 1), bias, biasScale: rate };
  };
  /** [1, out, in, k, k], and 1 / sqrt of how many numbers make one output. */
  const kernel = (name: string): { readonly weight: LazyTensor; readonly weightScale: number } => {
    const weight = parameter(state, `${name}.conv.weight`, what);
    return { weight, weightScale: 1 / Math.sqrt(sizeOf(weight.dims.slice(2))) };
  };

  // The first of the mapping is the normalisation, which has no parameters.
  const mapping: Linear[] = [];
  while (state.has(`style.${mapping.length + 1}.weight`)) {
    mapping.push(linear(`style.${mapping.length + 1}`, MAPPING_RATE));
  }

  const layers: StyledLayer[] = [];
  const layer = (name: string, side: number, up: boolean): void => {
    layers.push({
      side,
      up,
      style: linear(`${name}.conv.modulation`, 1),
      ...kernel(name),
      bias: parameter(state, `${name}.activate.bias`, what),
      noise: state.get(`noises.noise_${layers.length}`),
      noiseStrength: state.get(`${name}.noise.weight`),
      clamp: undefined,
    });
  };
  const toRgb: ToRgb[] = [];
  const picture = (name: string, side: number): void => {
    const bias = parameter(state, `${name}.bias`, what);
    toRgb.push({
      side,
      style: linear(`${name}.conv.modulation`, 1),
      ...kernel(name),
      bias: reshaped(bias, [sizeOf(bias.dims)]),
      clamp: undefined,
    });
  };
  layer('conv1', 4, false);
  picture('to_rgb1', 4);
  let side = 4;
  for (let i = 0; state.has(`convs.${i}.conv.weight`); i += 2) {
    side *= 2;
    layer(`convs.${i}`, side, true);
    layer(`convs.${i + 1}`, side, false);
    picture(`to_rgbs.${i / 2}`, side);
  }
  // Encoders keep the mean once for every layer, which is no mean of w.
  const wDim = mapping.at(-1)?.weight.dims[0];
  const average = [state.get('latent_avg'), beside('latent_avg')].find((found) => found && sizeOf(found.dims) === wDim);
  return checked(
    {
      resolution: side,
      embedding: undefined,
      mapping,
      wAverage: average,
      constant: parameter(state, 'input.input', what),
      layers,
      toRgb,
      filter: await tapsOf(parameter(state, 'to_rgbs.0.upsample.kernel', what), what),
    },
    what,
  );
}
