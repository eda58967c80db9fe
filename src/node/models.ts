/**
 * Packages of models on disk, generators and feed-forward networks: finding one by id, folder or file, and reading it with every file checked against its
 * manifest. The embedded default lies in `models/` beside dist/.
 */
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import * as v from 'valibot';
import type { Generator } from '../engine/generator/generator.ts';
import { feedForwardSchema } from '../engine/feedForward/manifest.ts';
import { MANIFEST_FORMAT, manifestSchema, type Manifest } from '../engine/generator/manifest.ts';
import { filesOf, isGenerator, isTrained, priorOf, type ModelManifest } from '../engine/prior.ts';
import { CHECKPOINTS, importModel } from '../importers/index.ts';
import { ModelFormatError } from '../engine/errors.ts';
import { installationRoot } from './assets.ts';
import { readBytes } from './codecs/index.ts';
import { openCpu } from './backends.ts';
import { FileError } from './errors.ts';
import { fileSource } from './fileSource.ts';
import { MANIFEST, readListed } from './packageFile.ts';

/** The model used where nobody names one. */
export const DEFAULT_MODEL = 'fruit128';

/** The folder of the models that ship with this installation. */
export const embeddedModels = (): string => join(installationRoot(), 'models');

const CHECKPOINT = new RegExp(`\\.(${CHECKPOINTS.join('|')})$`, 'i');

/** A package that has been found; its files have not been read yet. */
export interface ModelFolder<M extends ModelManifest = ModelManifest> {
  readonly folder: string;
  readonly manifest: M;
}

/** A package in memory. */
export interface LoadedModel<M extends ModelManifest = ModelManifest> {
  readonly manifest: M;
  /** The files' bytes, in the order of `filesOf`. */
  readonly files: readonly Uint8Array[];
}

/** @throws FileError when the folder has no manifest, or one that does not say what it must */
export async function readModelManifest(folder: string): Promise<ModelManifest> {
  const file = join(folder, MANIFEST);
  const text = new TextDecoder().decode(await readBytes(file));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FileError(file, 'is not valid JSON. Import the model again.', { cause: error });
  }
  const parsed = v.safeParse(schemaOf(json), json);
  if (parsed.success) return parsed.output;
  const format = formatOf(json);
  if (format !== undefined && format > MANIFEST_FORMAT) {
    throw new FileError(
      file,
      `was made by a newer version of GAN Prior (format ${format}; this one reads up to ${MANIFEST_FORMAT}). Update GAN Prior, or import the model again with this version.`,
    );
  }
  const { message, path } = parsed.issues[0];
  const where = path?.map(({ key }) => String(key)).join('.') ?? 'it';
  throw new FileError(
    file,
    `is not a model manifest of format 1 or ${MANIFEST_FORMAT} (${where}: ${message}). Import the model again.`,
  );
}

/** Of a generator. @throws FileError as `readModelManifest`, and for a feed-forward network */
export async function readManifest(folder: string): Promise<Manifest> {
  const manifest = await readModelManifest(folder);
  if (isTrained(manifest)) return manifest;
  throw new FileError(folder, 'holds a network that makes a picture of a picture, not a generator.');
}

/** What a manifest has to be, by its kind, so that an error names what is wrong with it. */
const schemaOf = (json: unknown) =>
  v.is(v.object({ kind: v.literal('feed-forward') }), json) ? feedForwardSchema : manifestSchema;

/** The number that a manifest calls its format, where it does. */
function formatOf(json: unknown): number | undefined {
  const parsed = v.safeParse(v.object({ format: v.number() }), json);
  return parsed.success ? parsed.output.format : undefined;
}

/** The folder of the package that a path names, if it is a sound one; synchronous, for a page that is being set up. */
export function packageFolder(path: string): string | undefined {
  const folder = basename(path) === MANIFEST ? dirname(path) : path;
  try {
    const json: unknown = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
    return v.is(schemaOf(json), json) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Everything in the folders of models, sound or not, in the order of the roots. A root that is missing holds nothing. */
export async function listModels(
  roots: readonly string[],
): Promise<(ModelFolder | { folder: string; problem: string })[]> {
  const folders = await Promise.all(roots.map(modelFolders));
  return Promise.all(
    folders.flat().map(async (folder) => {
      try {
        return { folder, manifest: await readModelManifest(folder) };
      } catch (error) {
        return { folder, problem: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

async function modelFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  // A folder may be a link to one on another disk.
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  const paths = folders.map(({ name }) => join(root, name));
  const holds = await Promise.all(paths.map((folder) => exists(join(folder, MANIFEST))));
  return paths.filter((_, i) => holds[i]).sort();
}

/** Whether a reference is a place on disk rather than an id, which has no separator. */
export const isPath = (reference: string): boolean =>
  isAbsolute(reference) || /[\\/]/.test(reference) || reference === '.' || reference === '..';

/**
 * Finds a model by its id in one of the roots, or by the path of a package's folder or manifest. An id is never looked for in
 * the working directory: what lies there must not replace the model that a person means.
 * @throws FileError naming what was typed and what is there to choose from
 */
export async function findModel(reference: string, roots: readonly string[]): Promise<ModelFolder> {
  const found = isPath(reference) ? await modelAt(reference) : await modelNamed(reference, roots);
  if (found) return found;
  const ids = (await listModels(roots)).flatMap((model) => ('manifest' in model ? [model.manifest.id] : []));
  throw new FileError(
    reference,
    `is not an installed model, nor a folder that holds one. Installed: ${ids.join(', ') || 'none'}.`,
  );
}

/** @throws FileError when the model of this id is broken */
async function modelNamed(id: string, roots: readonly string[]): Promise<ModelFolder | undefined> {
  const found = (await listModels(roots)).find((model) =>
    'manifest' in model ? model.manifest.id === id : basename(model.folder) === id,
  );
  return found && { folder: found.folder, manifest: await readModelManifest(found.folder) };
}

/** The package in this folder, or of this manifest; undefined when there is nothing. @throws FileError when there is something else */
async function modelAt(path: string): Promise<ModelFolder | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  if (found.isDirectory()) return { folder: path, manifest: await readModelManifest(path) };
  if (basename(path) === MANIFEST) return { folder: dirname(path), manifest: await readModelManifest(dirname(path)) };
  throw new FileError(path, 'is not a model package: give its folder, or import it first.');
}

/**
 * Reads a package's files.
 * @throws FileError naming the file that is missing, or that is not the one the manifest describes
 */
export async function loadModel<M extends ModelManifest>({
  folder,
  manifest,
}: ModelFolder<M>): Promise<LoadedModel<M>> {
  const files = await Promise.all(filesOf(manifest).map((listed) => readListed(folder, listed, 'model')));
  return { manifest, files };
}

/**
 * Loads whatever a person names as the model on the command line: an id, a package, or a published checkpoint, which is
 * imported in memory. What no model has as its id may be the name of a folder or file in the working directory.
 */
export async function openModel(reference: string, roots: readonly string[]): Promise<LoadedModel> {
  const known = isPath(reference) ? undefined : await modelNamed(reference, roots);
  if (known) return loadModel(known);
  const folder = await stat(reference).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (folder || !CHECKPOINT.test(reference)) {
    return loadModel((await modelAt(reference)) ?? (await findModel(reference, roots)));
  }
  const source = await fileSource(reference);
  try {
    const { manifest, files } = await importModel(source, { fileName: reference, backend: openCpu });
    return { manifest, files: filesOf(manifest).map(({ file }) => files.get(file)!) };
  } finally {
    await source.close();
  }
}

/** @throws ModelFormatError for a feed-forward network, which has no codes */
export function generatorOf(model: LoadedModel): Generator {
  const prior = priorOf(model.manifest, model.files);
  if (isGenerator(prior)) return prior;
  throw new ModelFormatError(
    `${prior.manifest.name} makes a picture of a picture: it is no generator and has no codes. Name another model.`,
  );
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
