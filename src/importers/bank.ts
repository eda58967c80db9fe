/** Adds a bank of starts to a package; the only part of an import that runs the generator. */
import type { Backend } from '../engine/backends/backend.ts';
import { drawBank } from '../engine/generator/bank.ts';
import { Generator } from '../engine/generator/generator.ts';
import { packageFiles } from '../engine/generator/manifest.ts';
import { sha256, type ImportedPackage } from './package.ts';

const FILE = 'starts.bin';
const SEED = 20200614;
/** Thumbnails of this side choose starts as well as drawing them does (docs/performance.md); 4,000 take less than a megabyte. */
const SIDE = 8;

/** @returns the package with a bank of `count` starts, in place of the one it may have had */
export async function withBank(
  backend: Backend,
  { manifest: { presets, ...manifest }, files }: ImportedPackage,
  count: number,
): Promise<ImportedPackage> {
  const generator = Generator.load(
    { ...manifest, presets },
    packageFiles({ slices: manifest.slices, ...(manifest.mapping && { mapping: manifest.mapping }) }).map(({ file }) =>
      files.get(file)!,
    ),
  );
  const shape = { count, side: sideFor(manifest.resolution), seed: SEED };
  const thumbnails = await drawBank(backend, generator, shape);
  const bank = { file: FILE, bytes: thumbnails.length, sha256: await sha256(thumbnails), ...shape };
  return { manifest: { ...manifest, bank, presets }, files: new Map([...files, [FILE, thumbnails]]) };
}

/** The largest side up to SIDE that divides the resolution. */
function sideFor(resolution: number): number {
  let side = Math.min(SIDE, resolution);
  while (resolution % side !== 0) side--;
  return side;
}
