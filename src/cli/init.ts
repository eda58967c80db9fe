/** `--init DIR`: initial codes and importances. */
import { join } from 'node:path';
import type { Generator } from '../engine/generator/generator.ts';
import type { Parameters } from '../engine/inversion/job.ts';
import { FileError } from '../node/errors.ts';
import { readArray, shaped } from './arrays.ts';

export interface Init {
  /** N, which follows from z.npy. */
  readonly codes: number;
  /** @throws FileError when the arrays do not fit the generator at this layer */
  values(generator: Generator, layer: number): Parameters;
}

/** @param codes N where the call names it: it must be the file's */
export async function readInit(folder: string, codes: number | undefined): Promise<Init> {
  const files = { z: join(folder, 'z.npy'), alpha: join(folder, 'alpha.npy') };
  const [z, alpha] = [await readArray(files.z), await readArray(files.alpha)];
  const count = z.dims[0] ?? 0;
  if (codes !== undefined && codes !== count) {
    throw new FileError(files.z, `holds ${count} codes, but --codes says ${codes}.`);
  }
  return {
    codes: count,
    values: (generator, layer) => ({
      z: shaped(z, [count, generator.manifest.latent.size], files.z),
      alpha: shaped(alpha, [count, generator.channels(layer)], files.alpha),
    }),
  };
}
