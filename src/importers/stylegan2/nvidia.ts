/**
 * StyleGAN2 as NVIDIA's PyTorch projects name it (stylegan2-ada-pytorch, stylegan3): `mapping.fc0.weight`, `synthesis.b4.const`,
 * `synthesis.b8.conv0.affine.weight`. A network that was saved whole also says its gains, clamps and activations.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { parameter } from '../layouts/layout.ts';
import type { Located } from '../locate.ts';
import { checked, type Linear, type StyledLayer, type StyleGan2, type ToRgb } from './network.ts';
import { tapsOf } from './taps.ts';

/** The mapping's learning rate relative to the others': its stored weights are larger by the inverse. */
const MAPPING_RATE = 0.01;
/** How far a stored gain of an activation may be from sqrt 2. */
const GAIN_TOLERANCE = 1e-3;

/** @throws ModelFormatError when parameters are missing, do not fit, or make another kind of network */
export async function readNvidia({ state }: Located, what: string): Promise<StyleGan2> {
  const settings = state.settings ?? new Map<string, never>();
  const number = (name: string): number | undefined => {
    const value = settings.get(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  const expectSetting = (name: string, wanted: string): void => {
    const value = settings.get(name);
    if (typeof value !== 'string' || value === wanted) return;
    throw new ModelFormatError(`${what}: ${name} is "${value}"; only "${wanted}" is supported.`);
  };
  const linear = (name: string, rate: number): Linear => {
    const weight = parameter(state, `${name}.weight`, what);
    return {
      weight,
      weightScale: number(`${name}.weight_gain`) ?? rate / Math.sqrt(weight.dims[1] ?? 1),
      bias: parameter(state, `${name}.bias`, what),
      biasScale: number(`${name}.bias_gain`) ?? rate,
    };
  };

  const mapping: Linear[] = [];
  while (state.has(`mapping.fc${mapping.length}.weight`)) {
    expectSetting(`mapping.fc${mapping.length}.activation`, 'lrelu');
    mapping.push(linear(`mapping.fc${mapping.length}`, MAPPING_RATE));
  }

  const layers: StyledLayer[] = [];
  const toRgb: ToRgb[] = [];
  const layer = (name: string, side: number, up: boolean): void => {
    expectSetting(`${name}.activation`, 'lrelu');
    const gain = number(`${name}.act_gain`) ?? Math.SQRT2;
    if (Math.abs(gain - Math.SQRT2) > GAIN_TOLERANCE) {
      throw new ModelFormatError(`${what}: ${name} has an activation of gain ${gain}; only sqrt 2 is supported.`);
    }
    layers.push({
      side,
      up,
      style: linear(`${name}.affine`, 1),
      weight: parameter(state, `${name}.weight`, what),
      weightScale: 1,
      bias: parameter(state, `${name}.bias`, what),
      noise: state.get(`${name}.noise_const`),
      noiseStrength: state.get(`${name}.noise_strength`),
      clamp: number(`${name}.conv_clamp`),
    });
  };
  let side = 4;
  for (; state.has(`synthesis.b${side}.conv1.weight`); side *= 2) {
    const block = `synthesis.b${side}`;
    expectSetting(`${block}.architecture`, 'skip');
    if (side > 4) layer(`${block}.conv0`, side, true);
    layer(`${block}.conv1`, side, false);
    const weight = parameter(state, `${block}.torgb.weight`, what);
    toRgb.push({
      side,
      style: linear(`${block}.torgb.affine`, 1),
      weight,
      weightScale: number(`${block}.torgb.weight_gain`) ?? 1 / Math.sqrt(weight.dims[1] ?? 1),
      bias: parameter(state, `${block}.torgb.bias`, what),
      clamp: number(`${block}.torgb.conv_clamp`),
    });
  }
  const embedding = state.has('mapping.embed.weight') ? linear('mapping.embed', 1) : undefined;
  return checked(
    {
      resolution: side / 2,
      embedding,
      mapping,
      wAverage: state.get('mapping.w_avg'),
      constant: parameter(state, 'synthesis.b4.const', what),
      layers,
      toRgb,
      filter: await tapsOf(parameter(state, 'synthesis.b8.resample_filter', what), what),
    },
    what,
  );
}
