/** Codes that a person picked to start from, such as some of `ganprior draw`. */
import { ParameterError } from '../errors.ts';
import type { Manifest } from '../generator/manifest.ts';
import { float32, type Tensor } from '../tensor.ts';
import type { Refinements } from './refinements.ts';

/** @throws ParameterError where they are none of the model's, or more than the run has */
export function checkStartCodes(
  { startCodes, codes }: Pick<Refinements, 'startCodes'> & { readonly codes: number },
  { name, latent: { size } }: Pick<Manifest, 'name' | 'latent'>,
): void {
  if (!startCodes) return;
  const wrong = startCodes.find((code) => code.length !== size);
  if (wrong)
    throw new ParameterError(`Codes for ${name} are of ${size} numbers; one to start from has ${wrong.length}.`);
  if (startCodes.length > codes) {
    throw new ParameterError(
      `There are ${startCodes.length} codes to start from, but the run mixes ${codes}: choose more codes, or pick fewer.`,
    );
  }
}

/** The codes that were picked, and others after them. @param others codes z [n, size]; absent: none are needed */
export function withPicked(
  picked: readonly (readonly number[])[],
  others: Tensor<'float32'> | undefined,
): Tensor<'float32'> {
  if (others && picked.length === 0) return others;
  const size = picked[0]!.length;
  const data = Float32Array.from([...picked.flat(), ...(others?.data ?? [])]);
  return float32([data.length / size, size], data);
}
