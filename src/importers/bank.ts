/**
 * Adds a bank of starts to a package: where runs begin, and what tells a model whether it knows a picture (engine/generator/familiarity.ts).
 * The only part of an import that draws many pictures.
 */
import type { Backend } from '../engine/backends/backend.ts';
import { EngineError, ParameterError } from '../engine/errors.ts';
import { drawBank, expectModestGenerator } from '../engine/generator/bank.ts';
import { Generator } from '../engine/generator/generator.ts';
import { packageFiles } from '../engine/generator/manifest.ts';
import { sha256, type ImportedPackage } from './package.ts';

const FILE = 'starts.bin';
const SEED = 20200614;
/** Thumbnails of this side choose starts as well as drawing them does (docs/performance.md); 4,000 take less than a megabyte. */
const SIDE = 8;
/** How many are drawn where nobody says it: the most that the time allows. Few sizes, so that machines of one kind draw one bank. */
const COUNTS = [4000, 1000, 400] as const;
const TIME_MS = 20_000;

/**
 * @param count how many starts; absent: as many as there is time for, which may be none
 * @returns the package with a bank, in place of the one it may have had; as it was, with a note, where there is no time for one
 */
export async function withBank(
  backend: Backend,
  made: ImportedPackage,
  count?: number,
  onProgress?: (fraction: number) => void,
): Promise<ImportedPackage> {
  const { presets, ...manifest } = made.manifest;
  if (manifest.mapping?.classes) {
    if (count === undefined) return withNote(made, 'what it draws depends on the class, which a run chooses');
    throw new ParameterError(
      `${manifest.name} draws a class that a run chooses, and a bank of starts would know one of them: leave out --starts.`,
    );
  }
  const shape = { side: sideFor(manifest.resolution), seed: SEED };
  let needed = 0;
  const settle = (msEach: number): number => {
    needed = msEach * COUNTS.at(-1)!;
    return COUNTS.find((affordable) => affordable * msEach <= TIME_MS) ?? 0;
  };
  const drawing = { ...(count === undefined && { settle }), ...(onProgress && { onProgress }) };
  try {
    if (count === undefined) expectModestGenerator(manifest);
    const generator = Generator.load(
      made.manifest,
      packageFiles({ slices: manifest.slices, ...(manifest.mapping && { mapping: manifest.mapping }) }).map(
        ({ file }) => made.files.get(file)!,
      ),
    );
    const thumbnails = await drawBank(backend, generator, { ...shape, count: count ?? COUNTS[0] }, drawing);
    if (thumbnails.length === 0) {
      return withNote(made, `${COUNTS.at(-1)!} of them would take about ${minutes(needed)} here`, ASKING);
    }
    const drawn = { ...shape, count: thumbnails.length / (3 * shape.side ** 2) };
    const bank = { file: FILE, bytes: thumbnails.length, sha256: await sha256(thumbnails), ...drawn };
    return { manifest: { ...manifest, bank, presets }, files: new Map([...made.files, [FILE, thumbnails]]) };
  } catch (error) {
    // A model that runs is of use without it.
    if (count !== undefined || !(error instanceof EngineError)) throw error;
    return withNote(made, error.message, ASKING);
  }
}

const ASKING = ` "ganprior import" with "--starts ${COUNTS.at(-1)!}" draws so many all the same.`;

/** @param why no pictures were drawn @param what to do */
function withNote({ manifest, files }: ImportedPackage, why: string, what = ''): ImportedPackage {
  const note =
    `No pictures were drawn to compare with (${why.replace(/\.$/, '')}), so this model cannot tell which pictures it knows, ` +
    `and its runs begin with random codes.${what}`;
  return { manifest: { ...manifest, notes: [...(manifest.notes ?? []), note] }, files };
}

function minutes(ms: number): string {
  const count = Math.ceil(ms / 60_000);
  return count === 1 ? 'a minute' : `${count} minutes`;
}

/** The largest side up to SIDE that divides the resolution. */
function sideFor(resolution: number): number {
  let side = Math.min(SIDE, resolution);
  while (resolution % side !== 0) side--;
  return side;
}
