/** Packages in the store, of any kind: what they are, and whether their files are what their manifest says. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../engine/generator/manifest.ts';
import { filesOf, isTrained, type ModelManifest } from '../../engine/prior.ts';
import { readModelManifest } from '../models.ts';
import { readDetectorManifest } from '../faces.ts';
import { readNetworkManifest } from '../perceptual.ts';
import type { ModelKind } from './catalog.ts';
import { hashFile } from './check.ts';

export interface StoredPackage {
  readonly kind: ModelKind;
  readonly folder: string;
  readonly id: string;
  readonly name: string;
  readonly licence: string;
  readonly source: string;
  /** The whole manifest of a model, and where that is a generator, of it. */
  readonly model: ModelManifest | undefined;
  readonly generator: Manifest | undefined;
  readonly files: readonly { readonly file: string; readonly bytes: number; readonly sha256: string }[];
}

/** @throws FileError when the folder has no sound manifest */
export async function readPackage(kind: ModelKind, folder: string): Promise<StoredPackage> {
  if (kind === 'detector') {
    const detector = await readDetectorManifest(folder);
    return { ...detector, kind, folder, model: undefined, generator: undefined, files: [detector] };
  }
  if (kind !== 'perceptual') {
    const model = await readModelManifest(folder);
    const generator = isTrained(model) ? model : undefined;
    const { id, name, licence, source } = model;
    const described = { id, name, licence, source, folder, model, generator, files: filesOf(model) };
    return { ...described, kind: generator ? 'generator' : 'feed-forward' };
  }
  const network = await readNetworkManifest(folder);
  return { ...network, kind, folder, model: undefined, generator: undefined, files: [network] };
}

/** Looks at the files' lengths alone. @returns what is wrong, in a sentence; undefined when nothing is */
export async function glance({ folder, files }: StoredPackage): Promise<string | undefined> {
  for (const { file, bytes } of files) {
    const path = join(folder, file);
    const found = await stat(path).catch(() => undefined);
    if (!found) return `${path} is missing. Download or import the model again.`;
    if (found.size !== bytes) return `${path} is not the file of the manifest. Download or import the model again.`;
  }
  return undefined;
}

/**
 * Compares every file with the hash in the manifest.
 * @param progress told the share of bytes read
 * @returns what is wrong, in a sentence; undefined when nothing is
 */
export async function inspect(
  stored: StoredPackage,
  progress?: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const problem = await glance(stored);
  if (problem !== undefined) return problem;
  const total = sizeOf(stored);
  let done = 0;
  for (const { file, bytes, sha256 } of stored.files) {
    const path = join(stored.folder, file);
    const hash = await hashFile(path, (read) => progress?.((done + read) / total), signal);
    if (hash !== sha256) return `${path} is damaged. Download or import the model again.`;
    done += bytes;
  }
  return undefined;
}

/** Bytes of a package's files. */
export const sizeOf = ({ files }: StoredPackage): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
