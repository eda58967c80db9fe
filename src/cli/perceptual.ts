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
import { MANIFEST } from '../node/models.ts';
import { loadNetwork } from '../node/perceptual.ts';
import { ID } from '../node/store/catalog.ts';
import { defaultHome } from '../node/store/home.ts';
import { StoreLayout } from '../node/store/layout.ts';
import { notNegative, wholeNumber } from './parse.ts';

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
      notNegative,
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
  readonly phi?: Graph;
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
    phi: await readNetwork(perceptual),
  };
}

async function readNetwork(reference: string): Promise<Graph> {
  const found = await stat(reference).catch(() => undefined);
  if (found?.isDirectory()) return loadNetwork(reference);
  if (!found && ID.test(reference)) {
    const downloaded = new StoreLayout(defaultHome()).package('perceptual', reference);
    if (existsSync(downloaded)) return loadNetwork(downloaded);
  }
  if (basename(reference) === MANIFEST) return loadNetwork(dirname(reference));
  if (/\.onnx$/i.test(reference)) return loadPerceptual(await readBytes(reference), reference);
  const source = await fileSource(reference);
  try {
    const { manifest, files } = await importPerceptual(source, { fileName: reference });
    return loadPerceptual(files.get(manifest.file)!, reference);
  } finally {
    await source.close();
  }
}
