/**
 * A feed-forward network's package: a folder with `manifest.json` and one ONNX file that makes a picture of a picture in one pass, `x` to `y`,
 * of any size.
 *
 * Of the colours "rgb", x and y are [1, 3, h, w] in [0, 1]. Of "lab", x is the lightness L [1, 1, h, w] in [0, 100], and y are the
 * colours a and b that go with it, [1, 2, h, w].
 */
import * as v from 'valibot';
import { TASKS } from '../generator/manifest.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e6));

export const feedForwardSchema = v.object({
  format: v.literal(1),
  kind: v.literal('feed-forward'),
  id: v.pipe(v.string(), v.regex(/^(?!untrained$)[a-z0-9][a-z0-9._-]*$/)),
  name: v.string(),
  /** What it was trained on, in a few words for a person. */
  domain: v.string(),
  licence: v.string(),
  /** Where the weights come from: a URL or a file name. */
  source: v.string(),
  /** The architecture, by the name the literature uses. */
  network: v.string(),
  /** What it was trained for. */
  tasks: v.pipe(v.array(v.picklist(TASKS)), v.minLength(1)),
  colours: v.picklist(['rgb', 'lab']),
  /** Side of y by that of x. */
  scale: v.picklist([1, 2, 3, 4, 8, 16]),
  /** The sides of x are multiples of this. */
  multiple: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  /** Pixels of x that a pixel of y depends on to each side; absent: all of them. */
  reach: v.exactOptional(count),
  /** Side of the square pictures it was trained on, where it sees others reduced to about as many pixels. */
  side: v.exactOptional(v.pipe(count, v.maxValue(4096))),
  /** What the import decided about the file, in sentences. */
  notes: v.exactOptional(v.array(v.string())),
  file: v.pipe(v.string(), v.regex(/^[\w.-]+\.onnx$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
export type FeedForwardManifest = v.InferOutput<typeof feedForwardSchema>;
