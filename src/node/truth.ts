/** The known original of a result. */
import type { Size } from '../engine/tasks/index.ts';
import { FileError } from './errors.ts';

/** @throws FileError when the original, read from `file`, has another size than the result */
export function checkTruth(file: string, truth: Size, { width, height }: Size): void {
  if (truth.width === width && truth.height === height) return;
  throw new FileError(file, `is ${truth.width} x ${truth.height} pixels, but the result is ${width} x ${height}.`);
}
