/** Where a run starts that asks its generator's encoder: the first of its codes is the one that the encoder reads off what plain means make of the target. */
import type { Backend } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import { encode, encoderOf } from '../generator/encoder.ts';
import type { Generator } from '../generator/generator.ts';
import { tensorToPlanes } from '../image/planes.ts';
import { carriedValues } from '../methods/codes.ts';
import type { Tensor } from '../tensor.ts';
import type { Job, Parameters } from './job.ts';
import { plainly } from './plain.ts';
import { startFrom } from './start.ts';

/**
 * @param z sampled codes [codes, size], of which the first is not used
 * @throws ParameterError where the encoder's space leads to none of what the method optimises
 */
export async function encodedStart(
  backend: Backend,
  generator: Generator,
  job: Job,
  z: Tensor<'float32'>,
): Promise<Parameters> {
  const { space } = encoderOf(generator.manifest);
  const code = await encode(backend, generator, tensorToPlanes(plainly(job)));
  if (space === 'z') return startFrom(backend, generator, job, withFirst(z, code));
  const sampled = await startFrom(backend, generator, job, z);
  const { name } = generator.space(job.latent);
  const layer = sampled['styles'] && job.layer;
  const carried = await carriedValues(
    backend,
    generator,
    { w: code },
    { cut: { ...job, latent: space } },
    { cut: job, ...(layer !== undefined && { layer }) },
  );
  const [own, codes] = [carried?.[name], sampled[name]];
  if (!carried || !own || !codes) {
    throw new ParameterError(
      `${generator.manifest.name} has an encoder to ${space.toUpperCase()}, from which no way leads to what ${job.method} optimises${job.latent ? ` of ${job.latent.toUpperCase()}` : ''}: leave out the encoder's start.`,
    );
  }
  return { ...sampled, ...carried, [name]: withFirst(codes, own) };
}

/** The same with another first row. */
function withFirst({ dtype, dims, data }: Tensor<'float32'>, row: Tensor<'float32'>): Tensor<'float32'> {
  const rows = data.slice();
  rows.set(row.data);
  return { dtype, dims, data: rows };
}
