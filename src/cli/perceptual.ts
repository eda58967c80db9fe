/** `--perceptual FILE|multi-scale|none`: which second term the loss has, and its network. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Option, type Command } from 'commander';
import type { Graph } from '../engine/graph/graph.ts';
import { MULTI_SCALE_WEIGHT, NETWORK_SIZE, NETWORK_WEIGHT } from '../engine/losses/perceptual.ts';
import type { TaskOptions } from '../engine/tasks/index.ts';
import { importPerceptual, loadPerceptual } from '../importers/index.ts';
import { readBytes } from '../node/codecs/index.ts';
import { fileSource } from '../node/fileSource.ts';
import { MANIFEST } from '../node/packageFile.ts';
import { loadNetwork, readNetworkManifest } from '../node/perceptual.ts';
import { sha256 } from '../node/sha256.ts';
import { ID } from '../node/store/catalog.ts';
import { defaultHome } from '../node/store/home.ts';
import { StoreLayout } from '../node/store/layout.ts';
import { LIMITS } from '../shared/limits.ts';
import { numberIn, wholeNumber } from './parse.ts';

/** The options as commander hands them over. */
export interface PerceptualOptions {
  /** A network by its id or file, "multi-scale" or "none". */
  readonly perceptual?: string;
  readonly perceptualWeight?: number;
  readonly perceptualSize?: number;
}

export const addPerceptualOptions = (command: Command): Command =>
  command
    .option(
      '--perceptual <network>',
      'second term of the loss: a network (id, package, .onnx or published checkpoint), multi-scale, or none',
    )
    .option(
      '--perceptual-weight <w>',
      `its weight (network: as in the published code, ${NETWORK_WEIGHT}; multi-scale: ${MULTI_SCALE_WEIGHT})`,
      numberIn(LIMITS.perceptualWeight),
    )
    .addOption(
      new Option(
        '--perceptual-size <p>',
        `side a network sees images at (default: ${NETWORK_SIZE}, or the resolution if that is less)`,
      ).argParser(wholeNumber),
    );

export interface ChosenPerceptual {
  /** Absent: the default. */
  readonly perceptual?: NonNullable<TaskOptions['perceptual']>;
  readonly network?: Network;
}

export interface Network {
  readonly phi: Graph;
  /** SHA-256 of its ONNX file, in hexadecimal. */
  readonly sha256: string;
}

/**
 * @param resolution side of the generator's image
 * @throws FileError or ModelFormatError naming the file
 */
export async function choosePerceptual(
  { perceptual, perceptualWeight, perceptualSize }: PerceptualOptions,
  resolution: number,
): Promise<ChosenPerceptual> {
  if (perceptual === 'none') return { perceptual: { kind: 'none' } };
  if (perceptual === 'multi-scale' || (perceptual === undefined && perceptualWeight !== undefined)) {
    return { perceptual: { kind: 'multi-scale', weight: perceptualWeight ?? MULTI_SCALE_WEIGHT } };
  }
  if (perceptual === undefined) return {};
  const weight = perceptualWeight ?? NETWORK_WEIGHT;
  const size = perceptualSize ?? Math.min(NETWORK_SIZE, resolution);
  return {
    perceptual: { kind: 'network', network: basename(perceptual), weight, size },
    network: await readNetwork(perceptual),
  };
}

/** The folder of a downloaded network's package, if it is there. */
export function installedNetwork(id: string): string | undefined {
  const folder = ID.test(id) ? new StoreLayout(defaultHome()).package('perceptual', id) : undefined;
  return folder !== undefined && existsSync(folder) ? folder : undefined;
}

/**
 * @param reference an id, a package, an .onnx file or a published checkpoint
 * @throws FileError or ModelFormatError naming the file
 */
export async function readNetwork(reference: string): Promise<Network> {
  const folder = await packageOf(reference);
  if (folder !== undefined)
    return { phi: await loadNetwork(folder), sha256: (await readNetworkManifest(folder)).sha256 };
  const bytes = /\.onnx$/i.test(reference) ? await readBytes(reference) : await convert(reference);
  return { phi: loadPerceptual(bytes, reference), sha256: sha256(bytes) };
}

async function packageOf(reference: string): Promise<string | undefined> {
  const found = await stat(reference).catch(() => undefined);
  if (found?.isDirectory()) return reference;
  if (basename(reference) === MANIFEST) return dirname(reference);
  return found ? undefined : installedNetwork(reference);
}

async function convert(checkpoint: string): Promise<Uint8Array> {
  const source = await fileSource(checkpoint);
  try {
    const { manifest, files } = await importPerceptual(source, { fileName: checkpoint });
    return files.get(manifest.file)!;
  } finally {
    await source.close();
  }
}
