/** `--init DIR`: initial codes and importances, and the styles of the layers after the cut where a model has them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Generator } from '../engine/generator/generator.ts';
import type { Job, Parameters } from '../engine/inversion/job.ts';
import { methodById } from '../engine/methods/index.ts';
import { FileError } from '../node/errors.ts';
import { readArray, shaped } from './arrays.ts';

export interface Init {
  /** N, which follows from the codes' file. */
  readonly codes: number;
  /** @throws FileError when the arrays do not fit what the job optimises of the generator */
  values(generator: Generator, job: Job): Promise<Parameters>;
}

/** @param codes N where the call names it: it must be the file's */
export async function readInit(folder: string, codes: number | undefined): Promise<Init> {
  const file = (name: string): string => join(folder, `${name}.npy`);
  const name = existsSync(file('w')) && !existsSync(file('z')) ? 'w' : 'z';
  const given = await readArray(file(name));
  const count = given.dims[0] ?? 0;
  if (codes !== undefined && codes !== count) {
    throw new FileError(file(name), `holds ${count} codes, but --codes says ${codes}.`);
  }
  return {
    codes: count,
    async values(generator, job) {
      const wanted = methodById(job.method).parameters(generator, { ...job, codes: count });
      const arrays = wanted.map(async (parameter) => {
        const from = file(parameter.name);
        const array = parameter.name === name ? given : await readArray(from);
        return [parameter.name, shaped(array, parameter.shape, from)] as const;
      });
      return Object.fromEntries(await Promise.all(arrays));
    },
  };
}
