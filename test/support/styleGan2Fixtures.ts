/** The numbers of the published StyleGAN2 code: see test/fixtures/stylegan2/README.md. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from '../../src/engine/tensor.ts';
import { readNpy } from '../../src/importers/npy.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/stylegan2');

export const styleGan2Path = (name: string): string => join(FOLDER, name);

export const styleGan2File = (name: string): Promise<Buffer> => readFile(styleGan2Path(name));

export async function styleGan2Array(name: string): Promise<Tensor<'float32'>> {
  const value = readNpy(await styleGan2File(`${name}.npy`), `${name}.npy`);
  assert.equal(value.dtype, 'float32');
  return value as Tensor<'float32'>;
}
