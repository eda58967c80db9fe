/**
 * How well pictures come back: each picture of a folder is resized to the generator's resolution, reduced by the factor
 * (mean of each block), super-resolved through the same prepare, run and finish as in the product, and compared with the original.
 */
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Backend } from '../../src/engine/backends/backend.ts';
import type { Generator } from '../../src/engine/generator/generator.ts';
import type { Planes } from '../../src/engine/image/picture.ts';
import { toPicture, toPlanes } from '../../src/engine/image/planes.ts';
import { resample } from '../../src/engine/image/resample.ts';
import { run } from '../../src/engine/inversion/run.ts';
import { psnr } from '../../src/engine/metrics/psnr.ts';
import { ssim } from '../../src/engine/metrics/ssim.ts';
import { finish, prepare } from '../../src/engine/tasks/index.ts';
import type { TaskOptions } from '../../src/engine/tasks/task.ts';
import { READABLE_EXTENSIONS, readPicture } from '../../src/node/codecs/index.ts';
import type { mean, median } from './table.ts';

/** PSNR in dB and SSIM against the original. */
export interface Score {
  readonly psnr: number;
  readonly ssim: number;
}

export interface QualityRow {
  readonly picture: string;
  readonly seed: number;
  readonly bicubic: Score;
  readonly result: Score;
  readonly seconds: number;
}

/** The folder's pictures, or the one picture, that `path` names. */
export async function pictureFiles(path: string): Promise<string[]> {
  const readable = (name: string) =>
    READABLE_EXTENSIONS.some((extension) => extname(name).toLowerCase() === `.${extension}`);
  if (readable(path)) return [path];
  const names = (await readdir(path)).filter(readable).sort();
  if (names.length === 0) throw new Error(`${path}: no pictures in it.`);
  return names.map((name) => join(path, name));
}

export async function measureQuality(
  backend: Backend,
  generator: Generator,
  file: string,
  options: TaskOptions & { readonly factor: number; readonly seed: number },
): Promise<QualityRow> {
  const side = generator.manifest.resolution;
  // Through 8 bits everywhere, as files are.
  const original = eightBits(resample(toPlanes(await readPicture(file)), side, side, 'bicubic'));
  const small = side / options.factor;
  const reduced = toPicture(resample(original, small, small, 'area'));
  const began = performance.now();
  const { job, frame } = prepare('super-resolve', reduced, generator.manifest, options);
  const { x } = await run(backend, generator, job);
  const result = toPlanes(finish('super-resolve', reduced, x, frame, options));
  const seconds = (performance.now() - began) / 1000;
  const bicubic = eightBits(resample(toPlanes(reduced), side, side, 'bicubic'));
  const score = (planes: Planes): Score => ({ psnr: psnr(planes, original), ssim: ssim(planes, original) });
  return { picture: file, seed: options.seed, bicubic: score(bicubic), result: score(result), seconds };
}

const eightBits = (planes: Planes): Planes => toPlanes(toPicture(planes));

export interface QualitySummary {
  readonly bicubic: Score;
  readonly result: Score;
  /** In dB. */
  readonly gain: number;
  readonly seconds: number;
}

export function summarize(rows: readonly QualityRow[], by: typeof mean | typeof median): QualitySummary {
  const over = (value: (row: QualityRow) => number) => by(rows.map(value));
  return {
    bicubic: { psnr: over((row) => row.bicubic.psnr), ssim: over((row) => row.bicubic.ssim) },
    result: { psnr: over((row) => row.result.psnr), ssim: over((row) => row.result.ssim) },
    gain: over((row) => row.result.psnr - row.bicubic.psnr),
    seconds: over((row) => row.seconds),
  };
}
