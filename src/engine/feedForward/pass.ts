/**
 * The one pass of a feed-forward network. It enlarges at the picture's own size, in overlapping tiles where that is large or memory is short; it
 * colours a picture that is reduced to the size that it was trained on, whose lightness stays as it is.
 */
import type { Backend } from '../backends/backend.ts';
import { unweighed } from '../image/fit.ts';
import { fromLab, lightness } from '../image/lab.ts';
import { gray, luma } from '../image/luma.ts';
import { membrane } from '../image/membrane.ts';
import type { Planes, Size } from '../image/picture.ts';
import { crop, planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import type { Job } from '../inversion/job.ts';
import { memoryFor } from '../memory/budget.ts';
import type { Following, Pass } from '../onePass/pass.ts';
import { countTiles, inBlocks, inTiles } from '../onePass/tiles.ts';
import type { FeedForwardManifest } from './manifest.ts';
import { OpenNetwork, type FeedForward } from './network.ts';
import { passesFor, tilingFor } from './tiling.ts';

export async function feedForwardPass(backend: Backend, model: FeedForward): Promise<Pass> {
  const network = await OpenNetwork.open(backend, model);
  return {
    async make(job, following) {
      const seen = pictureOf(job);
      if (model.manifest.colours === 'lab') return colour(network, model.manifest, seen, following);
      const memory = memoryFor(job.memory, backend.memory);
      const made = await enlarge(network, model, seen, job.factor, memory, following);
      return isGrey(seen) ? gray(luma(made)) : made;
    },
    dispose: () => network.dispose(),
  };
}

/** What the job looks at: a transparent part is filled smoothly, so that nothing of it shows at its edges. */
function pictureOf({ target, known }: Job): Planes {
  const planes = tensorToPlanes(target);
  if (!known) return planes;
  const opacity = tensorToPlanes(known);
  return membrane(unweighed(planes, opacity), opacity);
}

async function enlarge(
  network: OpenNetwork,
  model: FeedForward,
  source: Planes,
  factor: number,
  memory: ReturnType<typeof memoryFor>,
  { each, begin, canvas, note }: Following,
): Promise<Planes> {
  const { multiple, scale } = model.manifest;
  const { tiling, sees } = tilingFor(model, source, factor, memory);
  const tiles = countTiles(source, tiling);
  begin(tiles);
  if (tiles > 1 && sees === 'part')
    note(`${model.manifest.name} sees farther than the margins of its tiles: each fades into the next.`);
  const apply = (tile: Planes): Promise<Planes> => {
    const size = { width: tile.width * factor, height: tile.height * factor };
    return each(tile, size, async () => {
      let planes = unit(tile);
      for (let pass = passesFor(scale, factor); pass > 0; pass--) {
        const { width, height } = planes;
        const made = tensorToPlanes(await network.run(planesToTensor(inBlocks(planes, multiple))));
        planes = clipped(crop(made, { x: 0, y: 0, width: width * scale, height: height * scale }));
      }
      return signed(resample(planes, size.width, size.height, 'area'));
    });
  };
  return inTiles(source, tiling, apply, tiles > 1 ? canvas() : undefined);
}

async function colour(
  network: OpenNetwork,
  { side = 256, multiple }: FeedForwardManifest,
  source: Planes,
  { each, begin }: Following,
): Promise<Planes> {
  begin(1);
  const light = lightness(source);
  return each(source, source, async () => {
    const { width, height } = seenAt(source, side, multiple);
    const larger = width > source.width || height > source.height;
    const seen = resample(light, width, height, larger ? 'bicubic' : 'area');
    const colours = tensorToPlanes(await network.run(planesToTensor(seen)));
    return fromLab(light, resample(colours, source.width, source.height, 'bilinear'));
  });
}

/** About as many pixels as it was trained on, in the picture's shape. */
function seenAt({ width, height }: Size, side: number, multiple: number): Size {
  const stretch = Math.sqrt(width / height);
  const along = (length: number): number => multiple * Math.max(1, Math.round(length / multiple));
  return { width: along(side * stretch), height: along(side / stretch) };
}

function isGrey({ data, width, height }: Planes): boolean {
  const size = width * height;
  for (let i = 0; i < size; i++) if (data[i] !== data[size + i] || data[i] !== data[2 * size + i]) return false;
  return true;
}

/** [-1, 1] to [0, 1]. */
const unit = (planes: Planes): Planes => ({ ...planes, data: planes.data.map((value) => (value + 1) / 2) });
const signed = (planes: Planes): Planes => ({ ...planes, data: planes.data.map((value) => 2 * value - 1) });
const clipped = (planes: Planes): Planes => ({
  ...planes,
  data: planes.data.map((value) => Math.min(1, Math.max(0, value))),
});
