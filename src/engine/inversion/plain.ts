/** What plain means make of a job at once: to be looked at until the run has something better. */
import { membrane } from '../image/membrane.ts';
import { planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import type { Tensor } from '../tensor.ts';
import type { Job } from './job.ts';

/** @returns x where the target is taken as it is, what is unknown of it filled in smoothly, and enlarged bicubically */
export function plainly({ target, known, factor }: Pick<Job, 'target' | 'known' | 'factor'>): Tensor<'float32'> {
  const given = tensorToPlanes(target);
  const shares = known && tensorToPlanes(known).data;
  // A target that is known in part is multiplied by how much of it is.
  const data = shares ? given.data.map((value, i) => value / (shares[i % shares.length]! || 1)) : given.data;
  const planes = { ...given, data };
  const filled = known ? membrane(planes, tensorToPlanes(known)) : planes;
  return planesToTensor(resample(filled, given.width * factor, given.height * factor, 'bicubic'));
}
