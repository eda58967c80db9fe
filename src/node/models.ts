/**
 * Generator packages on disk: finding one by id, folder or file, and reading it with every file checked against its
 * manifest. The embedded default lies in `models/` beside dist/.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { Generator } from '../engine/generator/generator.ts';
import { manifestSchema, packageFiles, type Manifest } from '../engine/generator/manifest.ts';
import { importCheckpoint } from '../importers/index.ts';
import { installationRoot } from './assets.ts';
import { readBytes } from './codecs/index.ts';
import { FileError } from './errors.ts';
import { fileSource } from './fileSource.ts';
import { MANIFEST, readListed } from './packageFile.ts';

/** The model used where nobody names one. */
export const DEFAULT_MODEL = 'fruit128';

/** The folder of the models that ship with this installation. */
export const embeddedModels = (): string => join(installationRoot(), 'models');

/** A package that has been found; its slices have not been read yet. */
export interface ModelFolder {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** A package in memory. */
export interface LoadedModel {
  readonly manifest: Manifest;
  /** The files' bytes, in the order of `packageFiles`. */
  readonly files: readonly Uint8Array[];
}

/** @throws FileError when the folder has no manifest, or one that does not say what it must */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST);
  const text = new TextDecoder().decode(await readBytes(file));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FileError(file, 'is not valid JSON. Import the model again.', { cause: error });
  }
  const parsed = v.safeParse(manifestSchema, json);
  if (parsed.success) return parsed.output;
  const { message, path } = parsed.issues[0];
  const where = path?.map(({ key }) => String(key)).join('.') ?? 'it';
  throw new FileError(file, `is not a model manifest of format 1 (${where}: ${message}). Import the model again.`);
}

/** Everything in the folders of models, sound or not, in the order of the roots. A root that is missing holds nothing. */
export async function listModels(
  roots: readonly string[],
): Promise<(ModelFolder | { folder: string; problem: string })[]> {
  const folders = await Promise.all(roots.map(modelFolders));
  return Promise.all(
    folders.flat().map(async (folder) => {
      try {
        return { folder, manifest: await readManifest(folder) };
      } catch (error) {
        return { folder, problem: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

async function modelFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
  const holds = await Promise.all(folders.map((folder) => exists(join(folder, MANIFEST))));
  return folders.filter((_, i) => holds[i]).sort();
}

/**
 * Finds a model by what a person types: an id in one of the roots, a package's folder, or its manifest.
 * @throws FileError naming what was typed and what is there to choose from
 */
export async function findModel(reference: string, roots: readonly string[]): Promise<ModelFolder> {
  const found = await stat(reference).catch(() => undefined);
  if (found?.isDirectory()) return { folder: reference, manifest: await readManifest(reference) };
  if (found && basename(reference) === MANIFEST) return findModel(dirname(reference), roots);
  const models = await listModels(roots);
  for (const model of models) {
    if ('manifest' in model ? model.manifest.id === reference : basename(model.folder) === reference) {
      return { folder: model.folder, manifest: await readManifest(model.folder) };
    }
  }
  if (found) throw new FileError(reference, `is not a model package: give its folder, or import it first.`);
  const ids = models.flatMap((model) => ('manifest' in model ? [model.manifest.id] : []));
  throw new FileError(reference, `is neither a model nor a folder. Models here: ${ids.join(', ') || 'none'}.`);
}

/**
 * Reads a package's files.
 * @throws FileError naming the file that is missing, or that is not the one the manifest describes
 */
export async function loadModel({ folder, manifest }: ModelFolder): Promise<LoadedModel> {
  const files = await Promise.all(packageFiles(manifest).map((listed) => readListed(folder, listed, 'model')));
  return { manifest, files };
}

/**
 * Loads whatever a person names as the model: a package (id, folder or manifest), or a published checkpoint, which is
 * imported in memory.
 */
export async function openModel(reference: string, roots: readonly string[]): Promise<LoadedModel> {
  if (!/\.(pth|pt|onnx|safetensors|npz)$/i.test(reference)) return loadModel(await findModel(reference, roots));
  const source = await fileSource(reference);
  try {
    const { manifest, files } = await importCheckpoint(source, { fileName: reference });
    return { manifest, files: packageFiles(manifest).map(({ file }) => files.get(file)!) };
  } finally {
    await source.close();
  }
}

export const generatorOf = ({ manifest, files }: LoadedModel): Generator => Generator.load(manifest, files);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
