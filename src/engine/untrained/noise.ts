/**
 * What a network that draws its own picture is given: noise that stays, and a jitter upon it that is another one in every step, which keeps
 * a network with many weights from learning one input by heart. Both are drawn from the seed, so a step's input depends on nothing else,
 * and no state has to remember it.
 */
import { normals, uniforms } from '../random.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';

/** The noise that stays is from U(0, 0.1), as published. */
const SPREAD = 0.1;
/** Steps whose jitters differ. Each is a window of one long drawing: to draw as many numbers anew would take longer than some steps. */
const WINDOWS = 2 ** 16;
/** Odd, so that every window has its turn, and far from the one before. */
const STRIDE = 40503;

export class Noise {
  #resting: Tensor<'float32'> | undefined;
  #drawing: Float32Array | undefined;

  /** @param jitter its standard deviation; 0: none */
  constructor(
    readonly shape: readonly number[],
    private readonly seed: number,
    private readonly jitter: number,
  ) {}

  /** The input of the step after so many; without a number, the noise that stays. */
  at(step?: number): Tensor<'float32'> {
    const resting = (this.#resting ??= this.#rest());
    if (step === undefined || this.jitter === 0) return resting;
    const { data } = resting;
    const drawing = (this.#drawing ??= this.#draw(data.length + WINDOWS));
    const first = (step * STRIDE) % WINDOWS;
    const shaken = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) shaken[i] = data[i]! + drawing[first + i]!;
    return float32(this.shape, shaken);
  }

  #rest(): Tensor<'float32'> {
    const draw = uniforms(~this.seed);
    return float32(
      this.shape,
      Float32Array.from({ length: sizeOf(this.shape) }, () => SPREAD * draw()),
    );
  }

  #draw(length: number): Float32Array {
    const draw = normals(this.seed);
    return Float32Array.from({ length }, () => this.jitter * draw());
  }
}
