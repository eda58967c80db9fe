/**
 * Three small networks that restore any picture in one pass. They were trained on drawn pictures alone
 * (models/training/restoration): one enlarges four times, one takes Gaussian noise of a known strength off, one fills gaps.
 *
 * They work on planes of any size, in overlapping tiles where those are large, one after the other; the overlap covers what a pixel
 * of the result depends on, so tiles leave no seam.
 */
import type { Backend, Executable } from '../backends/backend.ts';
import type { Planes, Size } from '../image/picture.ts';
import { crop, planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import type { Tensor } from '../tensor.ts';
import { justDo, type Each } from '../onePass/pass.ts';
import { orientations, turned, turnedBack, type Orientation } from './orientations.ts';
import { countTiles, inTiles, inBlocks, type Tiling } from '../onePass/tiles.ts';

/** The factor of the network that enlarges. */
const FACTOR = 4;
/**
 * Pixels of the input that a pixel of the output depends on to each side: one a convolution, two at half the size; where gaps are filled, the
 * means over the surroundings on top of that.
 */
const REACH = { enlarge: 14, denoise: 22, fill: 36 } as const;
/** Side of a tile, and the most of what is made of it on the way, in pixels. */
const SIDE = 256;
const MOST_MADE = 2048;
const LEAST_SIDE = 64;
/** Two of the networks halve the picture. */
const HALVED = 2;
/** Larger pictures are restored as they lie alone, which takes an eighth of the time. */
const MOST_TURNED = 2 ** 19;

export interface DrawnFiles {
  readonly enlarge: Uint8Array;
  readonly denoise: Uint8Array;
  readonly fill: Uint8Array;
}

export class DrawnNetworks {
  private constructor(
    private readonly backend: Backend,
    private readonly compiled: Readonly<Record<keyof DrawnFiles, Executable>>,
  ) {}

  static async open(backend: Backend, { enlarge, denoise, fill }: DrawnFiles): Promise<DrawnNetworks> {
    return new DrawnNetworks(backend, {
      enlarge: await backend.compile(enlarge),
      denoise: await backend.compile(denoise),
      fill: await backend.compile(fill),
    });
  }

  /**
   * @param source RGB planes in [-1, 1]
   * @param factor a power of two; another than the network's own is reached by enlarging again, and by reducing
   * @param each is given every tile's work, and may do another
   * @param onto as large as the result: tiles are put there as they are made
   * @returns RGB planes in [-1, 1], `factor` times as large
   */
  enlarge(source: Planes, factor: number, each: Each = justDo, onto?: Planes): Promise<Planes> {
    const ways = waysOf(source);
    const apply = (tile: Planes) => {
      const size = { width: tile.width * factor, height: tile.height * factor };
      return each(tile, size, async () => {
        let planes = unit(tile);
        for (let reached = 1; reached < factor; reached *= FACTOR) {
          planes = await this.#turning(planes, ways, (part) => this.#run('enlarge', part));
        }
        return signed(resample(planes, size.width, size.height, 'area'));
      });
    };
    return inTiles(source, enlarging(factor), apply, onto);
  }

  /**
   * @param source RGB planes in [-1, 1]
   * @param deviation standard deviation of the noise in the units of `source`
   * @param each is given every tile's work, and may do another
   * @param onto as for `enlarge`
   */
  denoise(source: Planes, deviation: number, each: Each = justDo, onto?: Planes): Promise<Planes> {
    const ways = waysOf(source);
    const apply = (tile: Planes) =>
      each(tile, tile, () => {
        const strength = new Float32Array(tile.width * tile.height).fill(deviation / 2);
        return this.#sameSize('denoise', withPlane(tile, strength), ways);
      });
    return inTiles(source, DENOISING, apply, onto);
  }

  /**
   * @param smooth RGB planes in [-1, 1] whose gaps are filled smoothly (image/membrane.ts)
   * @param unknown one plane: 1 in the gaps; whatever else there is stays as it is
   * @param each is given the work of every tile that has a gap, and may do another
   * @param turns ways that the picture is turned for it; fewer cost less, and are a little worse
   */
  fill(smooth: Planes, unknown: Planes, each: Each = justDo, turns = orientations.length): Promise<Planes> {
    const ways = waysOf(smooth).slice(0, turns);
    return inTiles(withPlane(smooth, unknown.data), FILLING, (tile) => {
      const { width, height, data } = tile;
      const picture = { width, height, channels: 3, data: data.subarray(0, 3 * width * height) };
      const gaps = data.subarray(3 * width * height);
      if (!hasGap(gaps)) return Promise.resolve(picture);
      return each(picture, picture, () => this.#sameSize('fill', withPlane(picture, gaps), ways));
    });
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.compiled).map((executable) => executable.dispose()));
  }

  /** @param tile RGB in [-1, 1] and one more plane, which is taken as it is */
  async #sameSize(network: 'denoise' | 'fill', tile: Planes, ways: readonly Orientation[]): Promise<Planes> {
    const { width, height, data } = tile;
    const scaled = { ...tile, data: data.map((value, i) => (i < 3 * width * height ? (value + 1) / 2 : value)) };
    const made = await this.#turning(inBlocks(scaled, HALVED), ways, (part) => this.#run(network, part));
    return signed(crop(made, { x: 0, y: 0, width, height }));
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

/** How many of a picture's tiles have a gap. @param unknown one plane: 1 in the gaps */
export async function tilesToFill(unknown: Planes): Promise<number> {
  let count = 0;
  await inTiles(unknown, FILLING, (tile) => {
    count += Number(hasGap(tile.data));
    return Promise.resolve(tile);
  });
  return count;
}

const hasGap = (unknown: Float32Array): boolean => unknown.some((one) => one !== 0);

const FILLING: Tiling = { side: SIDE, reach: REACH.fill, scale: 1, block: HALVED };
const DENOISING: Tiling = { side: SIDE, reach: REACH.denoise, scale: 1, block: HALVED };

/** Smaller tiles where they are enlarged more, so that what is in memory stays bounded; margins that all passes see through. */
function enlarging(factor: number): Tiling {
  let [reached, reach] = [1, 0];
  for (; reached < factor; reached *= FACTOR) reach += REACH.enlarge / reached;
  return {
    side: Math.max(LEAST_SIDE, Math.min(SIDE, MOST_MADE / reached)),
    reach: Math.ceil(reach),
    scale: factor,
    block: HALVED,
  };
}

/** [-1, 1] to [0, 1]. */
const unit = (planes: Planes): Planes => ({ ...planes, data: planes.data.map((value) => (value + 1) / 2) });
const signed = (planes: Planes): Planes => ({
  ...planes,
  data: planes.data.map((value) => Math.min(1, Math.max(-1, 2 * value - 1))),
});

/** With one more plane. */
function withPlane({ width, height, channels, data }: Planes, more: Float32Array): Planes {
  const all = new Float32Array(data.length + more.length);
  all.set(data);
  all.set(more, data.length);
  return { width, height, channels: channels + 1, data: all };
}
