/** What makes a picture in one pass, tile by tile where it is large: a network that was trained for it, or several. */
import type { Planes, Size } from '../image/picture.ts';
import type { Job, Parameters } from '../inversion/job.ts';

/** @param size of what is to be made of the tile */
export type Each = (tile: Planes, size: Size, restore: () => Promise<Planes>) => Promise<Planes>;
export const justDo: Each = (_tile, _size, restore) => restore();

/** Who follows a pass. */
export interface Following {
  /** Is given every tile's work, and may do another. */
  readonly each: Each;
  /** How many tiles there will be. */
  begin(tiles: number): void;
  /** The result as far as it is made. */
  show(planes: Planes): void;
  /** The result, as the picture came: what is put there as it is made is seen. */
  canvas(): Planes;
  /** Something a person should know. */
  note(text: string): void;
}

export interface Pass {
  /** @returns RGB planes in [-1, 1], `job.factor` times as large as the target. */
  make(job: Job, following: Following): Promise<Planes>;
  /** What the picture was drawn from, where it was drawn from something. */
  parameters?(): Parameters;
  dispose(): Promise<void>;
}
