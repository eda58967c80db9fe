/**
 * A bank of starts: what the generator draws for many random codes, as thumbnails that travel with its package. Looking
 * for codes to start from then compares thumbnails instead of running the generator. The codes themselves are not kept:
 * they follow from the bank's seed.
 */
import type { Backend } from '../backends/backend.ts';
import { EngineError, ParameterError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { ints } from '../graph/graph.ts';
import { bytesNeeded, GIGABYTE } from '../memory/budget.ts';
import { footprint } from '../memory/footprint.ts';
import { writeModel } from '../onnx/write.ts';
import { normals } from '../random.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import type { Generator } from './generator.ts';
import type { BankShape, Manifest } from './manifest.ts';
import { stateAfter } from './program.ts';

/** Codes drawn by one run of the generator: as many as this memory holds, in bytes, from the most to the fewest. */
const BATCHES = [20, 10, 4, 2, 1];
const MEMORY = 1e9;

export interface BankDrawing {
  /** Told what a code takes once that is known, in milliseconds. @returns how many to draw in all; absent: the shape's count */
  readonly settle?: (msEach: number) => number;
  /** Told after every batch, from 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

export class Bank {
  /**
   * @param bytes thumbnails [count, 3, side, side], black 0 and white 255
   * @throws ParameterError when that is not their number
   */
  constructor(
    readonly shape: BankShape,
    private readonly bytes: Uint8Array,
  ) {
    if (bytes.length !== sizeOf(thumbnailsShape(shape))) {
      throw new ParameterError(`A bank of ${shape.count} starts does not have ${bytes.length} bytes.`);
    }
  }

  /** Thumbnails of some codes, [n, 3, side, side] in [-1, 1]. */
  thumbnails(indices: readonly number[]): Tensor<'float32'> {
    const shape = thumbnailsShape({ ...this.shape, count: indices.length });
    const size = sizeOf(shape.slice(1));
    const data = new Float32Array(sizeOf(shape));
    indices.forEach((index, n) => {
      for (let i = 0; i < size; i++) data[n * size + i] = this.bytes[index * size + i]! / 127.5 - 1;
    });
    return float32(shape, data);
  }

  /** Some of the codes, one after the other. @param size of one code */
  codes(indices: readonly number[], size: number): Float32Array {
    const all = bankCodes(this.shape, size);
    const codes = new Float32Array(indices.length * size);
    indices.forEach((index, n) => codes.set(all.subarray(index * size, (index + 1) * size), n * size));
    return codes;
  }
}

/**
 * @param needed bytes of memory to draw one picture
 * @throws EngineError when that is more than a bank that nobody asked for may take
 */
function expectModest(needed: number): void {
  if (needed <= MEMORY) return;
  const [one, most] = [needed, MEMORY].map((bytes) => (bytes / GIGABYTE).toFixed(1));
  throw new EngineError(`drawing one takes about ${one} GB of memory, and ${most} GB is what is taken unasked`);
}

/** The same from a manifest alone, of a generator that is too large to be loaded for it; what it counts is the least. */
export function expectModestGenerator({ slices }: Pick<Manifest, 'slices'>): void {
  const states = slices.map((_, k) =>
    Object.values(stateAfter(slices, k)).reduce((sum, shape) => sum + sizeOf(shape), 0),
  );
  const largest = 4 * Math.max(...states);
  const constants = slices.reduce((sum, { bytes }) => sum + bytes, 0);
  expectModest(bytesNeeded({ constants, boundary: 0, intermediates: largest, largest }));
}

/**
 * Draws the thumbnails of a bank.
 * @returns those of as many codes as were settled on
 * @throws ParameterError when the side does not divide the generator's resolution; EngineError where it is left open how many, and one needs much memory
 */
export async function drawBank(
  backend: Backend,
  generator: Generator,
  shape: BankShape,
  { settle, onProgress }: BankDrawing = {},
): Promise<Uint8Array> {
  const { latent, resolution } = generator.manifest;
  const { size: zSize } = latent;
  const window = resolution / shape.side;
  if (!Number.isInteger(window)) {
    throw new ParameterError(
      `${generator.manifest.name} draws ${resolution} pixels, which ${shape.side} does not divide.`,
    );
  }
  const build = (batch: number) => {
    const b = new GraphBuilder('bank');
    const image = generator.normalise(b, generator.whole(b, b.input('z', 'float32', [batch, zSize])));
    const attributes = { kernel_shape: ints([window, window]), strides: ints([window, window]) };
    return b.typed({ thumbnails: b.node('AveragePool', [image], attributes) });
  };
  const fitting = BATCHES.find((size) => bytesNeeded(footprint(build(size))) <= MEMORY);
  if (!fitting && settle) expectModest(bytesNeeded(footprint(build(1))));
  const batchSize = fitting ?? 1;
  const executable = await backend.compile(writeModel(build(batchSize).graph));
  const codes = bankCodes(shape, zSize);
  const size = sizeOf(thumbnailsShape(shape).slice(1));
  const bytes = new Uint8ClampedArray(shape.count * size);
  let { count } = shape;
  let began = performance.now();
  try {
    for (let first = 0; first < count; first += batchSize) {
      // The first batch prepares what the others find.
      if (first === batchSize) began = performance.now();
      if (first === 2 * batchSize && settle) {
        count = Math.min(count, settle((performance.now() - began) / batchSize));
        if (first >= count) break;
      }
      const batch = new Float32Array(batchSize * zSize);
      batch.set(codes.subarray(first * zSize, (first + batchSize) * zSize));
      const z = backend.upload(float32([batchSize, zSize], batch));
      const { thumbnails } = await executable.run({ z });
      const drawn = (await thumbnails!.read()).data as Float32Array;
      // The last batch may be larger than what is left.
      for (let i = 0; i < drawn.length && first * size + i < bytes.length; i++) {
        bytes[first * size + i] = (drawn[i]! + 1) * 127.5;
      }
      thumbnails!.dispose();
      z.dispose();
      onProgress?.(Math.min(1, (first + batchSize) / count));
    }
  } finally {
    await executable.dispose();
  }
  return new Uint8Array(bytes.buffer, 0, count * size);
}

const thumbnailsShape = ({ count, side }: BankShape): number[] => [count, 3, side, side];

const bankCodes = ({ count, seed }: BankShape, codeSize: number): Float32Array =>
  Float32Array.from({ length: count * codeSize }, normals(seed));
