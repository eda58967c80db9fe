/**
 * StyleGAN2's synthesis network as a program: one slice for each convolution, and a last one for the largest resolution's RGB layer, so
 * that every slice reads one style. The RGB layer of a smaller resolution stands at the beginning of the slice that enlarges, with
 * which it shares that style.
 *
 * Styles scale activations and never weights, so that codes are the batch and all of them share one convolution: what a convolution makes
 * of activations scaled by s is what its weights scaled by s make of them, and demodulation scales its result.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { float, int, ints, type Graph } from '../../engine/graph/graph.ts';
import { int64 } from '../../engine/tensor.ts';
import { GraphWriter } from '../graphWriter.ts';
import { loadScaled, type GeneratorPlan, type SlicePlan } from '../layouts/layout.ts';
import { enlarge, enlargedPicture, phaseKernels, TAPS } from './enlarging.ts';
import { linear, planMapping, SLOPE } from './mapping.ts';
import type { StyledLayer, StyleGan2, ToRgb } from './network.ts';

const EPSILON = 1e-8;

/** @throws ModelFormatError for a filter of another length than all published networks have */
export function planStyleGan2(network: StyleGan2, what: string): GeneratorPlan {
  const { layers, toRgb, zDim, resolution, filter } = network;
  if (filter.length !== TAPS) {
    throw new ModelFormatError(`${what} enlarges by a filter of ${filter.length} taps; only ${TAPS} are supported.`);
  }
  const slices = layers.map((layer, i): SlicePlan => {
    const channels = layer.weight.dims[0]!;
    const before = layer.up ? toRgb.find(({ side }) => side === layer.side / 2)! : undefined;
    return {
      inputs: {
        ...(i > 0 && ({ features: 'features' } as const)),
        // The smallest RGB layer has no picture to add to.
        ...(before && before !== toRgb[0] && ({ rgb: 'rgb' } as const)),
        style: 'style',
        ...(layer.noise && ({ noise: 'noise' } as const)),
      },
      outputs: {
        next_features: { value: 'features', shape: [channels, layer.side, layer.side] },
        ...(before && { next_rgb: { value: 'rgb', shape: [3, before.side, before.side] } as const }),
      },
      build: () => buildConvolution(network, i, before),
    };
  });
  const last = toRgb.at(-1)!;
  slices.push({
    inputs: { features: 'features', ...(toRgb.length > 1 && ({ rgb: 'rgb' } as const)), style: 'style' },
    outputs: { image: { value: 'image', shape: [3, resolution, resolution] } },
    build: () => buildLast(network, last),
  });
  return { zDim, mapping: planMapping(network), resolution, range: [-1, 1], slices };
}

/** A slice of one convolution. @param before the RGB layer that comes before it */
async function buildConvolution(network: StyleGan2, index: number, before: ToRgb | undefined): Promise<Graph> {
  const { layers, wDim, constant, filter } = network;
  const layer = layers[index]!;
  const inputs = layer.weight.dims[1]!;
  const inputSide = layer.up ? layer.side / 2 : layer.side;
  const w = new GraphWriter(`slice ${index + 1}`);
  const shapes: Record<string, readonly number[]> = {};
  let x = 'features';
  if (index === 0) {
    const first = await loadScaled(constant, 1);
    x = w.constant('constant', { ...first, dims: [1, inputs, inputSide, inputSide] });
  } else {
    shapes['features'] = [inputs, inputSide, inputSide];
  }
  const rgb = before && (await drawRgb(w, network, before, x));
  if (before && before !== network.toRgb[0]) shapes['rgb'] = [3, before.side / 2, before.side / 2];
  shapes['style'] = [wDim];
  const y = await styled(w, layer, x, filter);
  return w.program(shapes, {
    next_features: { from: y, shape: [layer.weight.dims[0]!, layer.side, layer.side] },
    ...(rgb && before && { next_rgb: { from: rgb, shape: [3, before.side, before.side] } }),
  });
}

async function buildLast(network: StyleGan2, layer: ToRgb): Promise<Graph> {
  const { wDim, layers, toRgb } = network;
  const w = new GraphWriter(`slice ${layers.length + 1}`);
  const image = await drawRgb(w, network, layer, 'features');
  const { side } = layer;
  const inputs = {
    features: [layer.weight.dims[1]!, side, side],
    ...(toRgb.length > 1 && { rgb: [3, side / 2, side / 2] }),
    style: [wDim],
  };
  return w.program(inputs, { image: { from: image, shape: [3, side, side] } });
}

/** conv(x · s, W) · d + noise · strength + bias, leaky ReLU times sqrt 2, clamped; d = 1 / sqrt(sum of (W s)² + epsilon). */
async function styled(w: GraphWriter, layer: StyledLayer, x: string, filter: readonly number[]): Promise<string> {
  const [out, into] = layer.weight.dims as [number, number];
  const s = await linear(w, 'scales', 'style', layer.style);
  const scaled = w.node('Mul', 'scaled', [x, asMap(w, 'scales_map', s, into)]);
  const stored = await loadScaled(layer.weight, layer.weightScale);
  const kernels = w.constant('weight', layer.up ? phaseKernels(stored) : stored);
  const convolved = layer.up
    ? enlarge(w, scaled, kernels, { out, filter })
    : w.node('Conv', 'convolution', [scaled, kernels], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) });
  const d = demodulation(w, s, kernels, { out, into, phases: layer.up ? 4 : 1 });
  let y = w.node('Mul', 'demodulated', [convolved, asMap(w, 'demodulation_map', d, out)]);
  if (layer.noise) {
    const noise = w.constant('noise', { ...(await loadScaled(layer.noise, 1)), dims: [1, 1, layer.side, layer.side] });
    const strength = layer.noiseStrength ? (await loadScaled(layer.noiseStrength, Math.SQRT2)).data[0]! : Math.SQRT2;
    y = w.node('Add', 'noisy', [y, w.node('Mul', 'scaled_noise', [noise, w.scalar('noise_strength', strength)])]);
  }
  // The activation's gain commutes with it: it is in the demodulation, the noise and the bias.
  const bias = await loadScaled(layer.bias, Math.SQRT2);
  y = w.node('Add', 'biased', [y, w.constant('bias', { ...bias, dims: [1, out, 1, 1] })]);
  y = w.node('LeakyRelu', 'activation', [y], { alpha: float(SLOPE) });
  return clamped(w, 'clamped', y, layer.clamp);
}

/** sqrt 2 / sqrt(sum of (W s)² + epsilon), [n, out]. Squares are taken in the graph, so that they follow weights that a run tunes. */
function demodulation(
  w: GraphWriter,
  s: string,
  kernels: string,
  { out, into, phases }: { readonly out: number; readonly into: number; readonly phases: number },
): string {
  const squares = w.node('Mul', 'weight_squares', [kernels, kernels]);
  const ofTaps = w.node('ReduceSum', 'tap_sums', [squares, w.ints('tap_axes', [2, 3])], { keepdims: int(0) });
  const shape = w.constant('phase_shape', int64([3], [phases, out, into]));
  const byPhase = w.node('Reshape', 'phase_sums', [ofTaps, shape]);
  const sums = w.node('ReduceSum', 'weight_sums', [byPhase, w.ints('phase_axis', [0])], { keepdims: int(0) });
  const energies = w.node('Transpose', 'energies', [sums], { perm: ints([1, 0]) });
  const variance = w.node('MatMul', 'variance', [w.node('Mul', 'scale_squares', [s, s]), energies]);
  const padded = w.node('Add', 'variance_plus_epsilon', [variance, w.scalar('variance_epsilon', EPSILON)]);
  return w.node('Div', 'demodulation', [w.scalar('gain', Math.SQRT2), w.node('Sqrt', 'deviation', [padded])]);
}

/** The picture of a resolution: what its RGB layer makes of features, and the smaller picture enlarged. */
async function drawRgb(w: GraphWriter, network: StyleGan2, layer: ToRgb, features: string): Promise<string> {
  const into = layer.weight.dims[1]!;
  const s = await linear(w, 'rgb_scales', 'style', layer.style);
  const scaled = w.node('Mul', 'rgb_scaled', [features, asMap(w, 'rgb_scales_map', s, into)]);
  const weight = w.constant('rgb_weight', await loadScaled(layer.weight, layer.weightScale));
  const bias = w.constant('rgb_bias', await loadScaled(layer.bias, 1));
  const drawn = w.node('Conv', 'rgb_drawn', [scaled, weight, bias], { kernel_shape: ints([1, 1]) });
  const clampedRgb = clamped(w, 'rgb_clamped', drawn, layer.clamp);
  if (layer === network.toRgb[0]) return clampedRgb;
  return w.node('Add', 'rgb_sum', [enlargedPicture(w, 'rgb', network.filter), clampedRgb]);
}

const asMap = (w: GraphWriter, name: string, value: string, channels: number): string =>
  w.node('Reshape', name, [value, w.constant(`${name}_shape`, int64([4], [-1, channels, 1, 1]))]);

function clamped(w: GraphWriter, name: string, x: string, limit: number | undefined): string {
  if (limit === undefined) return x;
  return w.node('Clip', name, [x, w.scalar(`${name}_low`, -limit), w.scalar(`${name}_high`, limit)]);
}
