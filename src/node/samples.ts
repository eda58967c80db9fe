/** What a model draws at random, as a strip of small pictures: what it knows is seen sooner than it is read. */
import type { Backend } from '../engine/backends/backend.ts';
import { generate } from '../engine/generator/generate.ts';
import type { Generator } from '../engine/generator/generator.ts';
import type { Planes } from '../engine/image/picture.ts';
import { tensorToPlanes, toPicture } from '../engine/image/planes.ts';
import { resample } from '../engine/image/resample.ts';
import { normals } from '../engine/random.ts';
import { float32 } from '../engine/tensor.ts';
import { encodeResult } from './codecs/encode.ts';

export const SAMPLES = 6;
/** Of each, in pixels. */
const SIDE = 64;
const QUALITY = 85;
/** A file of this name in a package is its strip, drawn where the package was made. */
export const SAMPLES_FILE = 'samples.jpg';

/** @returns a JPEG file of SAMPLES pictures beside each other; the same for the same model */
export async function drawSamples(backend: Backend, generator: Generator): Promise<Uint8Array> {
  const { latent, range, resolution } = generator.manifest;
  const codes = float32([SAMPLES, latent.size], Float32Array.from({ length: SAMPLES * latent.size }, normals(1)));
  const { data } = await generate(backend, generator, codes);
  const size = 3 * resolution ** 2;
  const [black, white] = range;
  const small = Array.from({ length: SAMPLES }, (_, i) => {
    const image = data.slice(i * size, (i + 1) * size).map((value) => (2 * (value - black)) / (white - black) - 1);
    const planes = tensorToPlanes(float32([1, 3, resolution, resolution], image));
    return resample(planes, SIDE, SIDE, resolution > SIDE ? 'area' : 'bicubic');
  });
  return encodeResult(toPicture(beside(small)), 'jpeg', QUALITY, undefined);
}

/** Squares of one size beside each other. */
function beside(squares: readonly Planes[]): Planes {
  const { width: side, channels } = squares[0]!;
  const width = squares.length * side;
  const data = new Float32Array(channels * side * width);
  squares.forEach((square, n) => {
    for (let row = 0; row < channels * side; row++) {
      data.set(square.data.subarray(row * side, (row + 1) * side), row * width + n * side);
    }
  });
  return { width, height: side, channels, data };
}
