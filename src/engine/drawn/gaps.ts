/**
 * Fills gaps never worse than a smooth surface would, as far as that can be told: pixels beside the gaps are hidden and predicted by the
 * smooth fill and by the network trained on drawings, and every pixel is moved from the one towards the other as far as that has
 * proved right around it.
 */
import { distanceToZero } from '../image/distance.ts';
import { membrane } from '../image/membrane.ts';
import type { Planes } from '../image/picture.ts';
import { combine } from '../image/planes.ts';
import { shares, type Trial } from './blend.ts';
import type { Each } from '../onePass/pass.ts';
import { tilesToFill, type DrawnNetworks } from './drawnNetworks.ts';
import { heldOut } from './heldOut.ts';

/** Ways that the picture is turned for a trial. */
const TRIAL_TURNS = 2;
/** Pixels from what is known: farther inside nothing but colours is continued. */
const SEEN = 20;
/** Pixels from what is known: in gaps that reach nowhere so deep, as in thin strokes, nobody misses texture. */
const WIDE = 4;
/** Pixels around gaps whose detail the fill is compared with. */
const BESIDE = 12;
/** A fill with less than this share of it is smooth to the eye. Strokes of 8 pixels and more through photographs get 2 to 50 %. */
const LITTLE_DETAIL = 0.33;
/** Surroundings with less detail, half a grey level of 255, are smooth themselves. */
const FLAT = 0.004;

export interface Filled {
  /** RGB planes in [-1, 1]; known pixels as they were. */
  readonly picture: Planes;
  /** What a person should know of it. */
  readonly notes: readonly string[];
}

export class GapFiller {
  readonly #hidden: readonly Planes[];
  /** RGB planes in [-1, 1]: the gaps filled smoothly. */
  readonly smooth: Planes;

  /**
   * @param picture RGB planes in [-1, 1]; what stands in its gaps is ignored
   * @param known one plane: 0 unknown
   */
  constructor(
    private readonly picture: Planes,
    private readonly known: Planes,
  ) {
    this.#hidden = heldOut(known);
    this.smooth = membrane(picture, known);
  }

  /** How many tiles `fill` has the network do. */
  async tiles(): Promise<number> {
    let count = await tilesToFill(complement(this.known));
    for (const hidden of this.#hidden) count += await tilesToFill(complement(this.#without(hidden)));
    return count;
  }

  /** @param each is given the work of every tile, and may leave it smooth */
  async fill(networks: Pick<DrawnNetworks, 'fill'>, each?: Each): Promise<Filled> {
    const { picture, known, smooth } = this;
    const trials: Trial[] = [];
    for (const hidden of this.#hidden) {
      const visible = this.#without(hidden);
      const base = membrane(picture, visible);
      trials.push({ hidden, base, other: await networks.fill(base, complement(visible), each, TRIAL_TURNS) });
    }
    const share = shares(picture, trials);
    const other = await networks.fill(smooth, complement(known), each);
    const size = known.data.length;
    const data = smooth.data.map((value, i) => value + share.data[i % size]! * (other.data[i]! - value));
    const filled = { ...smooth, data };
    return { picture: filled, notes: [sharesNote(share, known), ...depthNotes(filled, known)] };
  }

  /** What is known of the picture without what is hidden for a trial. */
  #without(hidden: Planes): Planes {
    return combine(this.known, hidden, (share, gone) => (gone === 1 ? 0 : share));
  }
}

const complement = (known: Planes): Planes => ({ ...known, data: known.data.map((share) => Number(share === 0)) });

/** Which of the two was given. */
function sharesNote(share: Planes, known: Planes): string {
  let total = 0;
  let count = 0;
  known.data.forEach((one, i) => {
    if (one !== 0) return;
    total += share.data[i]!;
    count++;
  });
  const mean = total / count;
  const because = 'Known pixels were hidden beside the gaps to see what predicts them best.';
  if (mean < 0.01) return `${because} A smooth fill did, and was given.`;
  if (mean > 0.99) return `${because} The network trained on drawings did, and its fill was given.`;
  return `${because} The gaps were given ${Math.round(100 * mean)} % of what the network trained on drawings makes of them, the rest of a smooth fill.`;
}

/** Where a gap is wide, what is given there is honest about colours alone. */
function depthNotes(picture: Planes, known: Planes): string[] {
  const unknown = complement(known);
  const deepest = distanceToZero(unknown, SEEN + 1).reduce((most, one) => Math.max(most, one), 0);
  const may = 'a model that knows such pictures may draw something there.';
  if (deepest > SEEN)
    return [`Where a gap is more than ${SEEN} pixels from anything known, its fill is smooth: ${may}`];
  if (deepest < WIDE) return [];
  const fromGaps = distanceToZero(known, BESIDE + 1);
  const inside = detail(picture, (i) => unknown.data[i] === 1);
  const beside = detail(picture, (i) => unknown.data[i] === 0 && fromGaps[i]! <= BESIDE);
  if (inside === undefined || beside === undefined || beside < FLAT || inside > LITTLE_DETAIL * beside) return [];
  const percent = Math.round((100 * inside) / beside);
  return [`The gaps are wide, and their fill is smooth (${percent} % of the detail beside them): ${may}`];
}

/** How far pixels are from the mean of their four neighbours, which are all of the same part; nothing where it has none such. */
function detail({ width, height, data }: Planes, isPart: (i: number) => boolean): number | undefined {
  let sum = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const neighbours = [at - 1, at + 1, at - width, at + width];
      if (!isPart(at) || !neighbours.every(isPart)) continue;
      for (let c = 0, from = 0; c < 3; c++, from += width * height) {
        const mean = neighbours.reduce((total, i) => total + data[from + i]!, 0) / neighbours.length;
        sum += Math.abs(data[from + at]! - mean);
      }
      count++;
    }
  }
  return count === 0 ? undefined : sum / (3 * count);
}
