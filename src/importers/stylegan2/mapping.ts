/** StyleGAN2's mapping as a graph: `z`, and `class` where there are classes, to one style `w` for all layers; its mean beside it. */
import { float, int, type Graph } from '../../engine/graph/graph.ts';
import { GraphWriter } from '../graphWriter.ts';
import { loadScaled, type MappingPlan } from '../layouts/layout.ts';
import type { Linear, StyleGan2 } from './network.ts';

const EPSILON = 1e-8;
export const SLOPE = 0.2;

export function planMapping(network: StyleGan2): MappingPlan {
  const { wDim, layers, classes, wAverage } = network;
  return {
    size: wDim,
    // One for each convolution, and one for the last RGB layer.
    styles: layers.length + 1,
    ...(classes && { classes: classes.count }),
    truncates: !!wAverage,
    build: () => buildMapping(network),
  };
}

async function buildMapping({ zDim, wDim, classes, mapping, wAverage }: StyleGan2): Promise<Graph> {
  const w = new GraphWriter('mapping');
  const z = w.pixelNorm('z', EPSILON, 'z_');
  let x = z;
  if (classes) {
    const embedded = w.pixelNorm(await linear(w, 'embedding', 'class', classes.embedding), EPSILON, 'class_');
    x = w.node('Concat', 'joined', [z, embedded], { axis: int(1) });
  }
  for (const [i, layer] of mapping.entries()) {
    // The activation's gain commutes with it.
    const y = await linear(w, `linear_${i + 1}`, x, layer, Math.SQRT2);
    x = w.node('LeakyRelu', `activation_${i + 1}`, [y], { alpha: float(SLOPE) });
  }
  const outputs = { w: { from: x, shape: [wDim] } };
  const inputs = { z: [zDim], ...(classes && { class: [classes.count] }) };
  if (!wAverage) return w.program(inputs, outputs);
  const mean = await loadScaled(wAverage, 1);
  const average = w.node('Identity', 'mean', [w.constant('w_average', { ...mean, dims: [1, wDim] })]);
  const graph = w.program(inputs, { ...outputs, average: { from: average, shape: [wDim] } });
  // It is one for all codes.
  return {
    ...graph,
    outputs: graph.outputs.map((output) => (output.name === 'average' ? { ...output, shape: [1, wDim] } : output)),
  };
}

/** x (weight)ᵀ + bias, both times `gain`. @param name of the node, and what its constants' names begin with */
export async function linear(w: GraphWriter, name: string, x: string, layer: Linear, gain = 1): Promise<string> {
  const weight = w.constant(`${name}_weight`, await loadScaled(layer.weight, layer.weightScale * gain));
  const bias = w.constant(`${name}_bias`, await loadScaled(layer.bias, layer.biasScale * gain));
  return w.node('Gemm', name, [x, weight, bias], { transB: int(1) });
}
