/** Where the face lies in a crop: what a face prior draws around it (hair, a background) must fade into what is there. */
import { fade } from '../image/softEdge.ts';
import { inFull, type Alignment, type Point } from './alignment.ts';

/** An upright ellipse in a crop, in sides of the crop. */
export interface Oval {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
}

/** From the eyebrows to the chin and from ear to ear, of a face that FFHQ's formula cut out. */
const OF_FFHQ: Oval = { x: 0.5, y: 0.54, across: 0.36, down: 0.42 };
/** Over so much more of its radii it fades into what lies around it. */
const BAND = 0.3;

/** Where the face lies in crops of an alignment. */
export function ovalOf(alignment: Alignment): Oval {
  const { scale, shift } = inFull(alignment);
  return {
    x: 0.5 + (OF_FFHQ.x - 0.5 - shift[0]) / scale,
    y: 0.5 + (OF_FFHQ.y - 0.5 - shift[1]) / scale,
    across: OF_FFHQ.across / scale,
    down: OF_FFHQ.down / scale,
  };
}

/** How much a place in the crop belongs to the face: 1 in the oval, falling to 0 around it. */
export function insideOval({ x, y, across, down }: Oval, at: Point): number {
  const radius = Math.hypot((at.x - x) / across, (at.y - y) / down);
  return fade(Math.max(0, 1 + BAND - radius) / BAND, 0);
}
