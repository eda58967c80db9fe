/** The package of the LPIPS metric: a folder with `manifest.json` and one ONNX file. */
import * as v from 'valibot';
import { perceptualManifestSchema } from './manifest.ts';

const { format, id, name, licence, source, file, bytes, sha256 } = perceptualManifestSchema.entries;

export const lpipsManifestSchema = v.object({
  format,
  kind: v.literal('lpips'),
  id,
  name,
  licence,
  source,
  file,
  bytes,
  sha256,
});
export type LpipsManifest = v.InferOutput<typeof lpipsManifestSchema>;
