/** The LPIPS metric on disk: its package, or the ONNX file in there. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Backend } from '../engine/backends/backend.ts';
import { Lpips } from '../engine/metrics/lpips.ts';
import { lpipsManifestSchema } from '../importers/index.ts';
import { readBytes } from './codecs/index.ts';
import { FileError } from './errors.ts';
import { MANIFEST } from './packageFile.ts';

/** @throws FileError or ModelFormatError naming the file */
export async function openLpips(path: string, backend: Backend): Promise<Lpips> {
  const folder = (await stat(path).catch(() => undefined))?.isDirectory();
  const file = folder ? join(path, await listedFile(join(path, MANIFEST))) : path;
  return Lpips.open(backend, await readBytes(file), file);
}

async function listedFile(manifest: string): Promise<string> {
  const text = new TextDecoder().decode(await readBytes(manifest));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), lpipsManifestSchema), text);
  if (parsed.success) return parsed.output.file;
  throw new FileError(
    manifest,
    'does not describe LPIPS. Make it with: ganprior import VGG16 --lpips HEADS --out DIR.',
  );
}
