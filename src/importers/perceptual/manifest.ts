/**
 * A perceptual network's package: a folder with `manifest.json` and one ONNX file, input `x` [n, 3, H, W] in ImageNet's
 * normalisation (which is not part of the file), output `y` [n, C, H', W'].
 */
import * as v from 'valibot';
import { ModelFormatError } from '../../engine/errors.ts';
import type { Graph } from '../../engine/graph/graph.ts';
import { readModel } from '../../engine/onnx/read.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

export const perceptualManifestSchema = v.object({
  format: v.literal(1),
  kind: v.literal('perceptual'),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]*$/)),
  name: v.string(),
  licence: v.string(),
  /** Where the weights come from: a URL or a file name. */
  source: v.string(),
  /** The features taken, by the name the literature uses: "relu3_3". */
  features: v.string(),
  channels: count,
  file: v.pipe(v.string(), v.regex(/^[\w.-]+\.onnx$/)),
  bytes: count,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
export type PerceptualManifest = v.InferOutput<typeof perceptualManifestSchema>;

/**
 * Reads a feature network, from a package or any other ONNX file of that form.
 * @param what the file's name, for errors
 * @throws ModelFormatError when it is not one input of three channels to one output
 */
export function loadPerceptual(file: Uint8Array, what: string): Graph {
  const graph = readModel(file, what);
  const [x, y] = [graph.inputs[0], graph.outputs[0]];
  const single = graph.inputs.length === 1 && graph.outputs.length === 1;
  if (!single || x?.name !== 'x' || y?.name !== 'y' || x.shape.length !== 4 || x.shape[1] !== 3) {
    throw new ModelFormatError(
      `${what} is not a perceptual network: it needs one input "x" [n, 3, H, W] and one output "y". Import the checkpoint first.`,
    );
  }
  return graph;
}
