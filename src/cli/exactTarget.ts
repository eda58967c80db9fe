/** `--target FILE.npy`: a job whose target is exactly the given floats, instead of a decoded and fitted picture. */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Picture } from '../engine/image/picture.ts';
import { tensorToPlanes, toPicture } from '../engine/image/planes.ts';
import { isTrained, type PriorManifest } from '../engine/prior.ts';
import { preparePlanes, type Prepared, type TaskOptions } from '../engine/tasks/index.ts';
import type { Tensor } from '../engine/tensor.ts';
import { FileError } from '../node/errors.ts';
import { readArray, shaped } from './arrays.ts';

export interface ExactTarget extends Prepared {
  /** The target as a picture, for the final composition. */
  readonly source: Picture;
}

/**
 * @param file [1, 3, h, w] or [3, h, w] in [-1, 1]: of the generator's size, or of that divided by the factor for
 *   super-resolution (which then follows from it); of any size for the untrained prior
 */
export async function prepareExactTarget(
  file: string,
  task: TaskId,
  manifest: PriorManifest,
  options: TaskOptions,
): Promise<ExactTarget> {
  const array = await readArray(file);
  // An exact run has exactly the loss that its options name.
  const exact: TaskOptions = { perceptual: { kind: 'none' }, ...options };
  if (!isTrained(manifest)) {
    const [height = 0, width = 0] = array.dims.slice(-2);
    const planes = tensorToPlanes(shaped(array, [1, 3, height, width], file));
    return { ...preparePlanes(task, planes, manifest, exact), source: toPicture(planes) };
  }
  const target = asImage(array, file);
  const side = target.dims[2]!;
  const { resolution } = manifest;
  const factor = task === 'super-resolve' ? resolution / side : 1;
  if (side * factor !== resolution || !Number.isInteger(factor) || (task === 'super-resolve' && factor === 1)) {
    const wanted = task === 'super-resolve' ? `${resolution} divided by the factor` : `${resolution}`;
    throw new FileError(file, `is ${side} x ${side}, but ${manifest.name} needs a side of ${wanted}.`);
  }
  if (task === 'super-resolve' && options.factor !== undefined && options.factor !== factor) {
    throw new FileError(
      file,
      `is ${side} x ${side}, which is factor ${factor} for ${manifest.name}, not ${options.factor}.`,
    );
  }
  const planes = tensorToPlanes(target);
  const prepared = preparePlanes(task, planes, manifest, task === 'super-resolve' ? { ...exact, factor } : exact);
  return { ...prepared, source: toPicture(planes) };
}

function asImage(array: Tensor<'float32'>, file: string): Tensor<'float32'> {
  const [height = 0, width = 0] = array.dims.slice(-2);
  const image = shaped(array, [1, 3, height, width], file);
  if (width !== height || width === 0) throw new FileError(file, `is ${width} x ${height}, but a target is square.`);
  return image;
}
