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
    return { picture: { ...smooth, data }, notes: [sharesNote(share, known), ...depthNotes(known)] };
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

function depthNotes(known: Planes): string[] {
  const unknown = complement(known);
  const deepest = distanceToZero(unknown, SEEN + 1).reduce((most, one) => Math.max(most, one), 0);
  if (deepest <= SEEN) return [];
  return [
    `Where a gap is more than ${SEEN} pixels from anything known, its fill is smooth: a model that knows such pictures may draw something there.`,
  ];
}
