/** How large the picture is drawn: fitted, or a number of CSS pixels for one of its own. Pure. */

export type Zoom = 'fit' | number;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

const LEVELS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];
const SMALLEST = 0.02;
const LARGEST = 64;

/** The scale at which `picture` fills `space` on one side and leaves room on the other; small pictures are enlarged. */
export const fitScale = (picture: Size, space: Size): number =>
  Math.max(0.001, Math.min(space.width / picture.width, space.height / picture.height));

/** The next level above (+1) or below (-1) a scale. */
export function neighbour(scale: number, direction: 1 | -1): number {
  // Half a percent of tolerance: a fitted scale that is nearly a level counts as that level.
  const found =
    direction === 1 ? LEVELS.find((level) => level > scale * 1.005) : LEVELS.findLast((level) => level < scale * 0.995);
  return found ?? (direction === 1 ? LEVELS.at(-1)! : LEVELS[0]!);
}

/** A scale that a picture can still be found and seen at. */
export const clampScale = (scale: number): number => Math.min(LARGEST, Math.max(SMALLEST, scale));

/** What a turn of the wheel means: a mouse's notch is a fifth more or less, a touchpad's pinch follows the fingers. */
export function wheelFactor({ deltaY, deltaMode }: Pick<WheelEvent, 'deltaY' | 'deltaMode'>): number {
  const pixels = deltaMode === 1 ? deltaY * 16 : deltaY;
  // A pinch arrives as many small turns, a hundred times the logarithm of its scale.
  return Math.exp(-Math.min(18, Math.max(-18, pixels)) / 100);
}

/** Two fingers: how much they spread, and where their middle has gone. */
export function pinch(before: readonly [Place, Place], after: readonly [Place, Place]): { factor: number; by: Place } {
  const distance = ([a, b]: readonly [Place, Place]): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  const [from, to] = [centre(before), centre(after)];
  return { factor: distance(after) / distance(before), by: { x: to.x - from.x, y: to.y - from.y } };
}

export const centre = ([a, b]: readonly [Place, Place]): Place => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
