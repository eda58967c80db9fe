/** `--perceptual FILE`: a downloaded perceptual network by its id, a package, its ONNX file, or the published checkpoint. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import type { Graph } from '../engine/graph/graph.ts';
import { importPerceptual, loadPerceptual, perceptualManifestSchema } from '../importers/index.ts';
import { readBytes } from '../node/codecs/index.ts';
import { FileError } from '../node/errors.ts';
import { fileSource } from '../node/fileSource.ts';
import { MANIFEST } from '../node/models.ts';
import { ID } from '../node/store/catalog.ts';
import { defaultHome } from '../node/store/home.ts';
import { StoreLayout } from '../node/store/layout.ts';

/** @throws FileError or ModelFormatError naming the file */
export async function readPerceptual(file: string): Promise<Graph> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) return readPackage(file);
  if (!found && ID.test(file)) {
    const downloaded = new StoreLayout(defaultHome()).package('perceptual', file);
    if (existsSync(downloaded)) return readPackage(downloaded);
  }
  if (basename(file) === MANIFEST) return readPackage(dirname(file));
  if (/\.onnx$/i.test(file)) return loadPerceptual(await readBytes(file), file);
  const source = await fileSource(file);
  try {
    const { manifest, files } = await importPerceptual(source, { fileName: file });
    return loadPerceptual(files.get(manifest.file)!, file);
  } finally {
    await source.close();
  }
}

async function readPackage(folder: string): Promise<Graph> {
  const path = join(folder, MANIFEST);
  const text = new TextDecoder().decode(await readBytes(path));
  const manifest = v.safeParse(v.pipe(v.string(), v.parseJson(), perceptualManifestSchema), text);
  if (!manifest.success)
    throw new FileError(path, 'does not describe a perceptual network. Import the checkpoint first.');
  const file = join(folder, manifest.output.file);
  return loadPerceptual(await readBytes(file), file);
}
