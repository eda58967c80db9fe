/** Brush and eraser. Pure: a piece of a stroke changes a plane and says where. */
import { pixelsWithin, unite, type MaskPlane, type Rect } from '../../shared/mask/plane.ts';

export interface Brush {
  /** In pixels of the picture. */
  readonly radius: number;
  /** 1: the edge is one pixel wide; 0: it fades from the centre on. */
  readonly hardness: number;
  readonly erase: boolean;
}

/** A point of a stroke; (0, 0) is the picture's corner, pixel centres lie at halves. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Scales the radius: 0 to 1. */
  readonly pressure: number;
}

/**
 * Paints from one point to the next, with the radius going from one's pressure to the other's. The strongest touch counts:
 * going over a place twice changes nothing, so a soft edge stays soft however slowly it is drawn.
 */
export function paintSegment(plane: MaskPlane, from: Point, to: Point, brush: Brush): Rect | undefined {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  // The box of a long diagonal is mostly empty; those of its pieces are not.
  const pieces = Math.max(1, Math.ceil(length / Math.max(32, 2 * brush.radius)));
  let changed: Rect | undefined;
  for (let i = 0; i < pieces; i++) {
    const piece = paintPiece(plane, between(from, to, i / pieces), between(from, to, (i + 1) / pieces), brush);
    changed = unite(changed, piece);
  }
  return changed;
}

function paintPiece(plane: MaskPlane, from: Point, to: Point, { radius, hardness, erase }: Brush): Rect | undefined {
  const [startRadius, endRadius] = [radius * from.pressure, radius * to.pressure];
  const reach = Math.max(startRadius, endRadius) + 0.5;
  const box = pixelsWithin(
    plane,
    Math.min(from.x, to.x) - reach,
    Math.min(from.y, to.y) - reach,
    Math.max(from.x, to.x) + reach,
    Math.max(from.y, to.y) + reach,
  );
  if (!box) return undefined;
  const { data, width } = plane;
  const [alongX, alongY] = [to.x - from.x, to.y - from.y];
  const square = alongX * alongX + alongY * alongY;
  const full = erase ? 0 : 255;
  for (let y = box.top; y < box.top + box.height; y++) {
    const dy = y + 0.5 - from.y;
    for (let x = box.left; x < box.left + box.width; x++) {
      const i = y * width + x;
      // Most of the box is what the piece before has painted.
      if (data[i] === full) continue;
      const dx = x + 0.5 - from.x;
      const share = square === 0 ? 0 : Math.min(1, Math.max(0, (dx * alongX + dy * alongY) / square));
      const offX = dx - share * alongX;
      const offY = dy - share * alongY;
      const outer = startRadius + share * (endRadius - startRadius) + 0.5;
      const distance = offX * offX + offY * offY;
      if (distance >= outer * outer) continue;
      const value = touch(Math.sqrt(distance), outer, hardness);
      if (erase) data[i] = Math.min(data[i]!, 255 - value);
      else data[i] = Math.max(data[i]!, value);
    }
  }
  return box;
}

/** 255 in the hard core, smoothly down to 0 at `outer`. */
function touch(distance: number, outer: number, hardness: number): number {
  const edge = Math.max(1, (outer - 0.5) * (1 - hardness));
  const inside = (outer - distance) / edge;
  return inside >= 1 ? 255 : Math.round(255 * inside * inside * (3 - 2 * inside));
}

const between = (a: Point, b: Point, share: number): Point => ({
  x: a.x + share * (b.x - a.x),
  y: a.y + share * (b.y - a.y),
  pressure: a.pressure + share * (b.pressure - a.pressure),
});
