/** How large the tiles of a picture may be: as memory allows, with margins that all passes see through as far as that is affordable. */
import type { DeviceMemory } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { inline } from '../graph/inline.ts';
import type { Size } from '../image/picture.ts';
import { bytesNeeded, fits, GIGABYTE } from '../memory/budget.ts';
import { footprint, type Footprint } from '../memory/footprint.ts';
import { readModel } from '../onnx/read.ts';
import type { Tiling } from '../onePass/tiles.ts';
import { channelsOf, type FeedForward } from './network.ts';

/** Of a tile without its margins, in pixels; the largest is small enough to be stopped between two of them. */
const SIDES = [256, 128, 64, 32] as const;
/** What the deepest networks see by their layers is hundreds of pixels, and hardly anything of it counts: published tools take 10. */
const MOST_MARGIN = 32;
const FADE = 8;
/** Side of the picture that memory is counted for; it grows with the pixels. */
const COUNTED = 64;

export interface PlannedTiling {
  readonly tiling: Tiling;
  /** Whether the margins are all that a pixel depends on: tiles then come to what the whole picture would, bit for bit. */
  readonly sees: 'all' | 'part';
}

/**
 * @param factor of the result; another than the network's own is reached by enlarging again
 * @throws ParameterError where the smallest tile needs too much memory
 */
export function tilingFor(model: FeedForward, source: Size, factor: number, memory: DeviceMemory): PlannedTiling {
  const { scale, reach = Infinity, multiple } = model.manifest;
  const passes = passesFor(scale, factor);
  const last = scale ** (passes - 1);
  // Every pass sees as many pixels of what it gets, which the ones before have enlarged.
  const margin = Array.from({ length: passes }, (_, i) => reach / scale ** i).reduce((sum, one) => sum + one);
  const all = Math.ceil(margin) <= MOST_MARGIN;
  const tiling = {
    reach: all ? Math.ceil(margin) : MOST_MARGIN,
    scale: factor,
    block: multiple,
    ...(!all && { fade: FADE }),
  };
  const counted = countedFor(model);
  // The last pass is of what the others have enlarged.
  const need = (length: number, other: number) => grown(counted, (length * last * other * last) / COUNTED ** 2);
  const whole = (length: number, side: number): number => Math.min(length, side + 2 * tiling.reach);
  for (const side of SIDES) {
    if (fits(need(whole(source.width, side), whole(source.height, side)), memory)) {
      return { tiling: { ...tiling, side }, sees: all ? 'all' : 'part' };
    }
  }
  const least = bytesNeeded(need(whole(source.width, SIDES.at(-1)!), whole(source.height, SIDES.at(-1)!)));
  throw new ParameterError(
    `${model.manifest.name} needs about ${(least / GIGABYTE).toFixed(1)} GB of memory even in tiles of ${SIDES.at(-1)} pixels, ` +
      `and may take ${(memory.bytes / GIGABYTE).toFixed(1)} GB here: allow more, or choose a smaller factor.`,
  );
}

/** How often a network enlarges until `factor` is reached. */
export function passesFor(scale: number, factor: number): number {
  let passes = 1;
  while (scale > 1 && scale ** passes < factor) passes++;
  return passes;
}

/** What a small picture takes. */
function countedFor({ manifest, network }: FeedForward): Footprint {
  const b = new GraphBuilder('memory of a network');
  const x = b.input('x', 'float32', [1, channelsOf(manifest.colours).in, COUNTED, COUNTED]);
  const { y } = inline(b, readModel(network, manifest.name), { x });
  return footprint(b.typed({ y: y! }));
}

const grown = ({ constants, boundary, intermediates, largest }: Footprint, by: number): Footprint => ({
  constants,
  boundary: boundary * by,
  intermediates: intermediates * by,
  largest: largest * by,
});
