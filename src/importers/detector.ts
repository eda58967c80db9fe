/** A face detector's package: a folder with `manifest.json` and the network's ONNX file as it was published. */
import * as v from 'valibot';
import { isYuNet } from '../engine/faces/yunet.ts';
import { readModel } from '../engine/onnx/read.ts';
import { describe, sha256, type ImportOptions } from './package.ts';
import type { ByteSource } from './source.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

export const detectorManifestSchema = v.object({
  format: v.literal(1),
  kind: v.literal('detector'),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]*$/)),
  name: v.string(),
  licence: v.string(),
  /** Where the weights come from: a URL or a file name. */
  source: v.string(),
  file: v.pipe(v.string(), v.regex(/^[\w.-]+\.onnx$/)),
  bytes: count,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
export type DetectorManifest = v.InferOutput<typeof detectorManifestSchema>;

export interface ImportedDetector {
  readonly manifest: DetectorManifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What the network's file is called in its package. */
export const DETECTOR_FILE = 'detector.onnx';
/** YuNet has 0.2 MB: larger files need not be looked at. */
const LARGEST = 4e6;

/** @returns the file's bytes, where it is a detector */
export async function findDetector(source: ByteSource, fileName: string): Promise<Uint8Array | undefined> {
  if (source.size > LARGEST) return undefined;
  const bytes = await source.read(0, source.size);
  try {
    return isYuNet(readModel(bytes, fileName)) ? bytes.slice() : undefined;
  } catch {
    // Whoever reads it as something else says what is wrong with it.
    return undefined;
  }
}

export async function writeDetector(bytes: Uint8Array, options: ImportOptions): Promise<ImportedDetector> {
  const { id, licence, source } = describe(options);
  const manifest: DetectorManifest = {
    ...{ format: 1, kind: 'detector', id, name: options.name ?? 'YuNet', licence, source },
    ...{ file: DETECTOR_FILE, bytes: bytes.length, sha256: await sha256(bytes) },
  };
  return { manifest, files: new Map([[DETECTOR_FILE, bytes]]) };
}
