/** How large the picture is drawn: fitted, or a number of CSS pixels for one of its own. Pure. */

export type Zoom = 'fit' | number;

export interface Size {
  readonly width: number;
  readonly height: number;
}

const LEVELS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];

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
