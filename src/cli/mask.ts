/** `--mask FILE`: a picture that is white where the image is unknown, or an array that is 1 there. */
import type { Picture } from '../engine/image/picture.ts';
import { readPicture } from '../node/codecs/index.ts';
import { readArray, shaped } from './arrays.ts';

export async function readMask(file: string): Promise<Picture> {
  if (!/\.npy$/i.test(file)) return readPicture(file);
  const array = await readArray(file);
  const [height = 0, width = 0] = array.dims.slice(-2);
  const { data } = shaped(array, [height, width], file);
  const pixels = new Uint8ClampedArray(width * height * 4);
  data.forEach((unknown, i) => pixels.fill(unknown > 0.5 ? 255 : 0, i * 4, i * 4 + 3));
  for (let i = 3; i < pixels.length; i += 4) pixels[i] = 255;
  return { width, height, data: pixels };
}
