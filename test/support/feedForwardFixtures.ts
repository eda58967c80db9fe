/** The numbers of published feed-forward networks: see test/fixtures/feed-forward/README.md. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from '../../src/engine/tensor.ts';
import { importAny, type ImportedFeedForward } from '../../src/importers/index.ts';
import { readNpy } from '../../src/importers/npy.ts';
import type { FeedForward } from '../../src/engine/feedForward/network.ts';
import { nativeBackend } from './backends.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/feed-forward');

/** By name: what comes in and goes out is called. */
export const FEED_FORWARD_FIXTURES: Readonly<Record<string, readonly [input: string, output: string]>> = {
  'esrgan-first-names': ['input', 'output'],
  'esrgan-later-names': ['input', 'output'],
  'realesrgan-x4': ['input', 'output'],
  'realesrgan-x2': ['input', 'output'],
  'realesr-compact-x4': ['input', 'output'],
  'rcan-x4': ['input', 'output'],
  'zhang-eccv16': ['input-L', 'output-ab'],
};

export const feedForwardPath = (file: string): string => join(FOLDER, file);

export async function feedForwardArray(name: string): Promise<Tensor<'float32'>> {
  const value = readNpy(await readFile(feedForwardPath(`${name}.npy`)), name);
  assert.equal(value.dtype, 'float32');
  return value as Tensor<'float32'>;
}

/** Imports a checkpoint and runs it, as every import does. */
export async function importedNetwork(bytes: Uint8Array, fileName: string, half = false): Promise<ImportedFeedForward> {
  const imported = await importAny(bytes, { fileName, half, backend: () => Promise.resolve(nativeBackend) });
  assert.equal(imported.kind, 'feed-forward');
  return imported;
}

export const inMemory = ({ manifest, files }: ImportedFeedForward): FeedForward => ({
  manifest,
  network: files.get(manifest.file)!,
});

export const fixtureNetwork = async (name: string): Promise<FeedForward> =>
  inMemory(await importedNetwork(await readFile(feedForwardPath(`${name}.pth`)), `${name}.pth`));
