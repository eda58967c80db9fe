/**
 * Runs what has been imported, the way that a restoration does: every slice is loaded and its shapes inferred, two codes are
 * drawn through all of them, and the gradient is written. Only then is an import done. A large generator is run piece by piece.
 */
import { gradients } from '../engine/autodiff/gradients.ts';
import type { Backend } from '../engine/backends/backend.ts';
import { evaluate } from '../engine/backends/evaluate.ts';
import { EngineError, ModelFormatError } from '../engine/errors.ts';
import { channelsOf, OpenNetwork } from '../engine/feedForward/network.ts';
import type { Generator } from '../engine/generator/generator.ts';
import { GraphBuilder } from '../engine/graph/builder.ts';
import type { Graph } from '../engine/graph/graph.ts';
import { inline } from '../engine/graph/inline.ts';
import { LIGHTEST } from '../engine/image/lab.ts';
import { normals, uniforms } from '../engine/random.ts';
import { float32, type Tensor } from '../engine/tensor.ts';
import type { ImportedFeedForward } from './feedForward/index.ts';
import type { ImportedPackage } from './package.ts';
import {
  drawInPieces,
  inputsOf,
  loadPiece,
  piecesOf,
  throughPiece,
  TooLargeError,
  within,
  type Piece,
} from './pieces.ts';
import { loadPerceptual } from './perceptual/manifest.ts';

/** More than one, because a run composes several: they must not mix. */
const CODES = 2;
const SEED = 20200614;
/** Of the largest value of an image: how far the slices may be from the whole. */
const TOLERANCE = 1e-4;
/** Weights that are stored as half floats are rounded. */
const TOLERANCE_HALF = 2e-2;

/**
 * @param whole the generator before it was cut, where it came as one graph
 * @returns images of two random codes, of a large generator of one, [n, 3, R, R] in the generator's own range
 * @throws ModelFormatError saying why the package cannot run; EngineError when it needs more memory than there is
 */
export async function checkGenerator(
  backend: Backend,
  made: ImportedPackage,
  { whole, half, what }: { readonly whole: Graph | undefined; readonly half: boolean; readonly what: string },
): Promise<Tensor<'float32'>> {
  try {
    const { manifest, files } = made;
    const load = (piece: Piece) => loadPiece(manifest, files, piece);
    // Slices that were cut out of one graph are run as one: only then is it seen whether codes mix.
    const pieces = whole ? [{ from: 0, to: manifest.slices.length }] : piecesOf(manifest);
    for (const piece of pieces) expectGradient(load(piece), piece);
    const { size: zDim } = manifest.latent;
    const draw = normals(SEED);
    // Of a generator of many pieces, one image takes seconds.
    const count = pieces.length === 1 ? CODES : 1;
    const codes = float32([count, zDim], Float32Array.from({ length: count * zDim }, draw));
    const together = pieces.length === 1 && !manifest.mapping;
    const images = await draws(codes, (some) => drawInPieces(backend, load, pieces, some), together);
    if (!images.data.every(Number.isFinite)) throw new ModelFormatError('its images have values that are no numbers.');
    const size = images.data.length / count;
    if (count > 1 && sameNumbers(images.data.subarray(0, size), images.data.subarray(size))) {
      throw new ModelFormatError('its image is the same for every code.');
    }
    if (whole) await compare(backend, codes, images, whole, half ? TOLERANCE_HALF : TOLERANCE);
    return images;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new ModelFormatError(`${what} was read, but cannot be used: ${error.message}`, { cause: error });
  }
}

/** Side of the picture that a perceptual network is tried on. */
const SIDE = 64;

/** Runs a perceptual network on a random picture. @throws ModelFormatError saying why it cannot be used */
export async function checkNetwork(backend: Backend, file: Uint8Array, what: string): Promise<void> {
  const draw = normals(SEED);
  const x = float32([1, 3, SIDE, SIDE], Float32Array.from({ length: 3 * SIDE * SIDE }, draw));
  const b = new GraphBuilder('check of a network');
  const picture = b.input('x', 'float32', x.dims);
  const features = inline(b, loadPerceptual(file, what), { x: picture })['y']!;
  gradients(b, b.reduceMean(features, [0, 1, 2, 3]), [picture]);
  const seen = await evaluate<'features'>(backend, b.build({ features }), { x });
  if (!seen.features.data.every(Number.isFinite)) {
    throw new ModelFormatError(`${what} was read, but its features have values that are no numbers.`);
  }
}

/** Side of the picture that a feed-forward network is tried on: a multiple of all that they ask for. */
const SMALL_SIDE = 16;

/** Runs a feed-forward network on a random picture. @throws ModelFormatError saying why it cannot be used */
export async function checkFeedForward(
  backend: Backend,
  { manifest, files }: ImportedFeedForward,
  what: string,
): Promise<void> {
  const draw = uniforms(SEED);
  const { in: channels } = channelsOf(manifest.colours);
  const white = manifest.colours === 'lab' ? LIGHTEST : 1;
  const data = Float32Array.from({ length: channels * SMALL_SIDE ** 2 }, () => white * draw());
  try {
    const network = await OpenNetwork.open(backend, { manifest, network: files.get(manifest.file)! });
    await network.run(float32([1, channels, SMALL_SIDE, SMALL_SIDE], data)).finally(network.dispose);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new ModelFormatError(`${what} was read, but cannot be used: ${error.message}`, { cause: error });
  }
}

/** @throws UnsupportedOperatorError naming the operator that cannot be differentiated */
function expectGradient(generator: Generator, piece: Piece): void {
  const b = new GraphBuilder('check of the gradient');
  const reading = inputsOf(b, generator, piece, 1);
  const given = Object.values(throughPiece(b, generator, piece, reading));
  const loss = given
    .map((value) => b.reduceMean(b.square(value), [0, 1, 2, 3]))
    .reduce((sum, term) => b.add(sum, term));
  const { features = reading.code } = reading.state;
  const [gradient] = gradients(b, loss, [features]);
  // Of a square, it depends on what is read, unless the way back is cut by an operator of steps.
  if (b.build({ gradient: gradient! }).inputs.length === 0) {
    throw new ModelFormatError(
      'its image has no gradient: rounding, or another operator whose result moves in steps, lies between the code and the image.',
    );
  }
}

/** @param together whether all codes are drawn at once where there is room for them; else one by one */
async function draws(
  codes: Tensor<'float32'>,
  images: (codes: Tensor<'float32'>) => Promise<Tensor<'float32'>>,
  together: boolean,
): Promise<Tensor<'float32'>> {
  if (!together) return oneByOne(codes, images);
  try {
    return await images(codes);
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    return oneByOne(codes, images);
  }
}

/** The same images in less memory. */
async function oneByOne(
  codes: Tensor<'float32'>,
  draw: (code: Tensor<'float32'>) => Promise<Tensor<'float32'>>,
): Promise<Tensor<'float32'>> {
  const [count, zDim] = codes.dims as [number, number];
  const images: Tensor<'float32'>[] = [];
  for (let i = 0; i < count; i++) {
    images.push(await draw(float32([1, zDim], codes.data.subarray(i * zDim, (i + 1) * zDim))));
  }
  const [{ dims, data }] = images as [Tensor<'float32'>];
  const all = new Float32Array(count * data.length);
  images.forEach((image, i) => all.set(image.data, i * data.length));
  return float32([count, ...dims.slice(1)], all);
}

/** @throws ModelFormatError when the whole graph, one code at a time, draws other images than its slices */
async function compare(
  backend: Backend,
  codes: Tensor<'float32'>,
  images: Tensor<'float32'>,
  whole: Graph,
  tolerance: number,
): Promise<void> {
  const { name, shape } = whole.inputs[0]!;
  const zDim = codes.dims[1]!;
  const copies = typeof shape[0] === 'number' ? shape[0] : 1;
  const size = images.data.length / CODES;
  for (let i = 0; i < CODES; i++) {
    const code = codes.data.subarray(i * zDim, (i + 1) * zDim);
    const batch = float32(
      [copies, zDim],
      Float32Array.from({ length: copies * zDim }, (_, k) => code[k % zDim]!),
    );
    const b = new GraphBuilder('check of the whole');
    const given = b.reshape(b.input('the code', 'float32', batch.dims), [copies, ...(shape.slice(1) as number[])]);
    const [drawnWhole] = Object.values(inline(b, whole, { [name]: given }));
    const { 'the image': image } = await within(backend, b, { 'the image': drawnWhole! }, { 'the code': batch });
    const drawn = images.data.subarray(i * size, (i + 1) * size);
    const largest = drawn.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
    const off = drawn.reduce((most, value, k) => Math.max(most, Math.abs(value - image.data[k]!)), 0);
    if (off <= tolerance * largest) continue;
    throw new ModelFormatError(
      `cut into slices it draws another image than in one piece (they differ by ${(off / largest).toExponential(1)} of the largest value), so the cuts are not sound.`,
    );
  }
}

const sameNumbers = (a: Float32Array, b: Float32Array): boolean => a.every((value, i) => value === b[i]);
