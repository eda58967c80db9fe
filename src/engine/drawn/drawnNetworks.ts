/**
 * Two small networks that restore any picture in one pass. They were trained on drawn pictures alone
 * (models/training/restoration): one enlarges four times, one takes Gaussian noise of a known strength off.
 *
 * They work on planes of any size, in overlapping tiles where those are large; the overlap covers what a pixel of the result
 * depends on, so tiles leave no seam.
 */
import type { Backend, Executable } from '../backends/backend.ts';
import type { Planes } from '../image/picture.ts';
import { crop, planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import type { Tensor } from '../tensor.ts';
import { orientations, turned, turnedBack } from './orientations.ts';
import { inTiles, withEvenSides } from './tiles.ts';

/** The factor of the network that enlarges. */
const FACTOR = 4;
/** Pixels of the input that a pixel of the output depends on to each side: one a convolution, two at half the size. */
const REACH = { enlarge: 14, denoise: 22 } as const;

export interface DrawnFiles {
  readonly enlarge: Uint8Array;
  readonly denoise: Uint8Array;
}

export class DrawnNetworks {
  private constructor(
    private readonly backend: Backend,
    private readonly compiled: Readonly<Record<keyof DrawnFiles, Executable>>,
  ) {}

  static async open(backend: Backend, { enlarge, denoise }: DrawnFiles): Promise<DrawnNetworks> {
    const compiled = { enlarge: await backend.compile(enlarge), denoise: await backend.compile(denoise) };
    return new DrawnNetworks(backend, compiled);
  }

  /**
   * @param source RGB planes in [-1, 1]
   * @param factor a power of two; another than the network's own is reached by enlarging again, and by reducing
   * @returns RGB planes in [-1, 1], `factor` times as large
   */
  async enlarge(source: Planes, factor: number): Promise<Planes> {
    let planes = unit(source);
    let reached = 1;
    while (reached < factor) {
      planes = await this.#turning(planes, (part) => this.#run('enlarge', part, FACTOR));
      reached *= FACTOR;
    }
    return signed(resample(planes, source.width * factor, source.height * factor, 'area'));
  }

  /**
   * @param source RGB planes in [-1, 1]
   * @param deviation standard deviation of the noise in the units of `source`
   */
  async denoise(source: Planes, deviation: number): Promise<Planes> {
    const even = withEvenSides(unit(source));
    const clean = await this.#turning(even, (part) => this.#run('denoise', withPlane(part, deviation / 2), 1));
    return signed(crop(clean, { x: 0, y: 0, width: source.width, height: source.height }));
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.compiled).map((executable) => executable.dispose()));
  }

  /**
   * The mean over all eight orientations: what the network makes of a picture depends on how that lies, and what it should
   * make of it does not. Worth 0.1 dB when enlarging and 0.3 dB when denoising the photographs of docs/tasks.md.
   */
  async #turning(source: Planes, apply: (source: Planes) => Promise<Planes>): Promise<Planes> {
    let sum: Float32Array | undefined;
    let last: Planes | undefined;
    for (const orientation of orientations) {
      last = turnedBack(await apply(turned(source, orientation)), orientation);
      const { data } = last;
      if (!sum) sum = data.slice();
      else for (let i = 0; i < data.length; i++) sum[i]! += data[i]!;
    }
    return { ...last!, data: sum!.map((value) => value / orientations.length) };
  }

  #run(network: keyof DrawnFiles, source: Planes, scale: number): Promise<Planes> {
    return inTiles(source, REACH[network], scale, async (tile) => {
      const x = this.backend.upload(planesToTensor(tile));
      try {
        const { y } = await this.compiled[network].run({ x });
        const result = (await y!.read()) as Tensor<'float32'>;
        y!.dispose();
        return tensorToPlanes(result);
      } finally {
        x.dispose();
      }
    });
  }
}

/** [-1, 1] to [0, 1]. */
const unit = (planes: Planes): Planes => ({ ...planes, data: planes.data.map((value) => (value + 1) / 2) });
const signed = (planes: Planes): Planes => ({
  ...planes,
  data: planes.data.map((value) => Math.min(1, Math.max(-1, 2 * value - 1))),
});

/** With one more plane, of one value. */
function withPlane({ width, height, channels, data }: Planes, value: number): Planes {
  const more = new Float32Array(data.length + width * height).fill(value);
  more.set(data);
  return { width, height, channels: channels + 1, data: more };
}
