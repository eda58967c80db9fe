/** Packages of perceptual networks on disk. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Graph } from '../engine/graph/graph.ts';
import { loadPerceptual, perceptualManifestSchema, type PerceptualManifest } from '../importers/index.ts';
import { readBytes } from './codecs/index.ts';
import { FileError } from './errors.ts';
import { MANIFEST, readListed } from './packageFile.ts';

/** @throws FileError when the folder has no sound manifest */
export async function readNetworkManifest(folder: string): Promise<PerceptualManifest> {
  const path = join(folder, MANIFEST);
  const text = new TextDecoder().decode(await readBytes(path));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), perceptualManifestSchema), text);
  if (parsed.success) return parsed.output;
  throw new FileError(path, 'does not describe a perceptual network. Import the checkpoint again.');
}

/** @throws FileError or ModelFormatError naming the file that is missing or not the one that the manifest describes */
export async function loadNetwork(folder: string): Promise<Graph> {
  const listed = await readNetworkManifest(folder);
  return loadPerceptual(await readListed(folder, listed, 'network'), join(folder, listed.file));
}

/** A package that has been found; its network has not been read yet. */
export interface NetworkFolder {
  readonly folder: string;
  readonly manifest: PerceptualManifest;
}

/** The sound packages in a folder of packages, by id; none where there is no such folder. */
export async function listNetworks(root: string): Promise<NetworkFolder[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
  const found = await Promise.all(
    folders.sort().map(async (folder) => {
      const manifest = await readNetworkManifest(folder).catch(() => undefined);
      return manifest && { folder, manifest };
    }),
  );
  return found.filter((network) => network !== undefined);
}
