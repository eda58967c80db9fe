/**
 * The settings, as they are written and as they are used. A value out of range is named in a sentence and not used,
 * never silently bent. package.json says the same to the settings editor.
 */
import * as v from 'valibot';
import { TASKS } from '../engine/generator/manifest.ts';
import { PRECISIONS } from '../engine/inversion/refinements.ts';
import { DEFAULT_QUALITY } from '../node/codecs/formats.ts';
import { RECORD_PLACES } from '../node/recordPlace.ts';
import { inWords, LIMITS, withinSchema } from '../shared/limits.ts';
import { DEFAULT_OUTPUT } from './save/outputName.ts';

/** `null` (an empty field) and "auto" leave the choice to the model's preset for the task, else to the paper. */
const automatic = v.pipe(
  v.union([v.null(), v.literal('auto')]),
  v.transform(() => undefined),
);
const text = v.pipe(v.string(), v.trim(), v.nonEmpty());
const DEVICES = ['auto', 'webgpu', 'cpu'] as const;

const settingsSchema = v.object({
  layer: v.optional(v.union([automatic, withinSchema(LIMITS.layer)])),
  codes: v.optional(v.union([automatic, withinSchema(LIMITS.codes)])),
  iterations: v.optional(v.union([automatic, withinSchema(LIMITS.iterations)])),
  /** The id of an installed model, the path of a model's folder, or "auto" for the one that comes with the extension. */
  model: v.optional(text, 'auto'),
  /** As `model`, for single tasks. */
  models: v.optional(v.record(v.picklist(TASKS), text), {}),
  /** What is compared beside the pixels: the id of a network, "multi-scale", "none", or "auto" for a network if there is one. */
  perceptual: v.optional(text, 'auto'),
  perceptualWeight: v.optional(v.union([automatic, withinSchema(LIMITS.perceptualWeight)])),
  /** The package or file of the LPIPS metric; empty: it is not measured. */
  lpips: v.optional(v.pipe(v.string(), v.trim()), ''),
  /** The file of the detector of faces; empty: the one that was downloaded. */
  faceDetector: v.optional(v.pipe(v.string(), v.trim()), ''),
  device: v.optional(v.picklist(DEVICES), 'auto'),
  /** In GB. */
  memory: v.optional(v.union([automatic, withinSchema(LIMITS.memory)])),
  precision: v.optional(v.picklist(PRECISIONS), 'single'),
  output: v.optional(text, DEFAULT_OUTPUT),
  /** Of JPEG and WebP results. */
  quality: v.optional(withinSchema(LIMITS.quality), DEFAULT_QUALITY),
  record: v.optional(v.picklist(RECORD_PLACES), 'embedded'),
});
export type Settings = v.InferOutput<typeof settingsSchema>;

const orNull = (words: string): string => `${words}, or null for automatic`;
const ALLOWED: Readonly<Record<keyof Settings, string>> = {
  layer: orNull(inWords(LIMITS.layer)),
  codes: orNull(inWords(LIMITS.codes)),
  iterations: orNull(inWords(LIMITS.iterations)),
  model: 'the id of an installed model, the path of a model folder, or "auto"',
  models: `an object from tasks (${TASKS.join(', ')}) to models`,
  perceptual: '"auto", "multi-scale", "none" or the id of an installed perceptual network',
  perceptualWeight: orNull(inWords(LIMITS.perceptualWeight)),
  lpips: 'the path of an LPIPS package or its .onnx file, or empty',
  faceDetector: 'the path of a YuNet detector (.onnx), or empty',
  device: '"auto", "webgpu" or "cpu"',
  memory: orNull(`${inWords(LIMITS.memory)} (GB)`),
  precision: '"single" or "mixed"',
  output: 'a file name that ends in .png, .jpg or .webp',
  quality: inWords(LIMITS.quality),
  record: '"embedded", "json", "both" or "none"',
};

/**
 * @param get the configured value of a key below "ganPrior"
 * @param complain told about every value that is not used
 */
export function readSettings(get: (key: string) => unknown, complain: (problem: string) => void): Settings {
  const configured = Object.fromEntries(
    Object.entries(settingsSchema.entries).map(([key, schema]) => {
      const value = get(key);
      if (v.is(schema, value)) return [key, value];
      const allowed = ALLOWED[key as keyof Settings];
      complain(`The setting "ganPrior.${key}" is ${JSON.stringify(value)} and not used: it may be ${allowed}.`);
      return [key, undefined];
    }),
  );
  return v.parse(settingsSchema, configured);
}
