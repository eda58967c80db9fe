/**
 * Two small networks that restore any picture in one pass. They were trained on drawn pictures alone
 * (models/training/restoration): one enlarges four times, one takes Gaussian noise of a known strength off.
 *
 * They work on planes of any size, in overlapping tiles where those are large, one after the other; the overlap covers what a pixel
 * of the result depends on, so tiles leave no seam.
 */
import type { Backend, Executable } from '../backends/backend.ts';
import type { Planes, Size } from '../image/picture.ts';
import { crop, planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import type { Tensor } from '../tensor.ts';
import { orientations, turned, turnedBack, type Orientation } from './orientations.ts';
import { countTiles, inTiles, withEvenSides, type Tiling } from './tiles.ts';

/** The factor of the network that enlarges. */
const FACTOR = 4;
/** Pixels of the input that a pixel of the output depends on to each side: one a convolution, two at half the size. */
const REACH = { enlarge: 14, denoise: 22 } as const;
/** Side of a tile, and the most of what is made of it on the way, in pixels. */
const SIDE = 256;
const MOST_MADE = 2048;
const LEAST_SIDE = 64;
/** Larger pictures are restored as they lie alone, which takes an eighth of the time. */
const MOST_TURNED = 2 ** 19;

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
   * @param each is given every tile's work, and may do another
   * @returns RGB planes in [-1, 1], `factor` times as large
   */
  enlarge(source: Planes, factor: number, each: Each = justDo): Promise<Planes> {
    const ways = waysOf(source);
    return inTiles(source, enlarging(factor), (tile) => {
      const size = { width: tile.width * factor, height: tile.height * factor };
      return each(tile, size, async () => {
        let planes = unit(tile);
        for (let reached = 1; reached < factor; reached *= FACTOR) {
          planes = await this.#turning(planes, ways, (part) => this.#run('enlarge', part));
        }
        return signed(resample(planes, size.width, size.height, 'area'));
      });
    });
  }

  /**
   * @param source RGB planes in [-1, 1]
   * @param deviation standard deviation of the noise in the units of `source`
   * @param each is given every tile's work, and may do another
   */
  denoise(source: Planes, deviation: number, each: Each = justDo): Promise<Planes> {
    const ways = waysOf(source);
    return inTiles(source, DENOISING, (tile) =>
      each(tile, tile, async () => {
        const even = withEvenSides(unit(tile));
        const clean = await this.#turning(even, ways, (part) => this.#run('denoise', withPlane(part, deviation / 2)));
        return signed(crop(clean, { x: 0, y: 0, width: tile.width, height: tile.height }));
      }),
    );
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.compiled).map((executable) => executable.dispose()));
  }

  /**
   * The mean over the ways a picture may lie: what the network makes of a picture depends on how that lies, and what it should
   * make of it does not. Worth 0.1 dB when enlarging and 0.3 dB when denoising the photographs of docs/tasks.md.
   */
  async #turning(
    source: Planes,
    ways: readonly Orientation[],
    apply: (source: Planes) => Promise<Planes>,
  ): Promise<Planes> {
    let sum: Float32Array | undefined;
    let last: Planes | undefined;
    for (const orientation of ways) {
      last = turnedBack(await apply(turned(source, orientation)), orientation);
      const { data } = last;
      if (!sum) sum = data.slice();
      else for (let i = 0; i < data.length; i++) sum[i]! += data[i]!;
    }
    return { ...last!, data: sum!.map((value) => value / ways.length) };
  }

  async #run(network: keyof DrawnFiles, source: Planes): Promise<Planes> {
    const x = this.backend.upload(planesToTensor(source));
    try {
      const { y } = await this.compiled[network].run({ x });
      const result = (await y!.read()) as Tensor<'float32'>;
      y!.dispose();
      return tensorToPlanes(result);
    } finally {
      x.dispose();
    }
  }
}

/** How many tiles a picture is, of which the networks make one after the other. @param factor absent: it is denoised */
export const tilesFor = (source: Size, factor?: number): number =>
  countTiles(source, factor === undefined ? DENOISING : enlarging(factor));

/** The first one is as it lies. */
const waysOf = ({ width, height }: Size): readonly Orientation[] =>
  width * height > MOST_TURNED ? orientations.slice(0, 1) : orientations;

const DENOISING: Tiling = { side: SIDE, reach: REACH.denoise, scale: 1 };

/** Smaller tiles where they are enlarged more, so that what is in memory stays bounded; margins that all passes see through. */
function enlarging(factor: number): Tiling {
  let [reached, reach] = [1, 0];
  for (; reached < factor; reached *= FACTOR) reach += REACH.enlarge / reached;
  return {
    side: Math.max(LEAST_SIDE, Math.min(SIDE, MOST_MADE / reached)),
    reach: Math.ceil(reach),
    scale: factor,
  };
}

/** @param size of what is to be made of the tile */
export type Each = (tile: Planes, size: Size, restore: () => Promise<Planes>) => Promise<Planes>;
const justDo: Each = (_tile, _size, restore) => restore();

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
