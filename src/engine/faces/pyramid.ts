/** A picture at one scale after another, each half the one before, for who looks at many squares of it quickly. */
import type { Picture, Size } from '../image/picture.ts';
import { mapped } from '../image/warp.ts';
import { ontoSource, type TurnedRegion } from '../tasks/turned.ts';

export class Pyramid {
  readonly #levels: Picture[];

  constructor(picture: Picture) {
    this.#levels = [picture];
  }

  /**
   * A square of the picture as a detector sees it: blue, green, red in 0..255, bilinear; black where there is no picture.
   * @param size of what is seen; the square fills it from its top left corner as far as it is one
   */
  look(region: TurnedRegion, { width, height }: Size): Float32Array {
    const side = Math.min(width, height);
    const level = Math.max(0, Math.round(Math.log2(region.side / side)));
    const { width: across, height: down, data } = this.#level(level);
    const scale = 2 ** -level;
    const { x, y, side: length, angle } = region;
    const map = ontoSource({ x: x * scale, y: y * scale, side: length * scale, angle }, side, { x: 0, y: 0 });
    const seen = new Float32Array(3 * width * height);
    for (let i = 0; i < side * side; i++) {
      const [column, row] = [i % side, Math.floor(i / side)];
      const [right, below] = mapped(map, column + 0.5, row + 0.5);
      if (right < 0 || below < 0 || right > across || below > down) continue;
      const left = Math.min(across - 1, Math.max(0, Math.floor(right - 0.5)));
      const top = Math.min(down - 1, Math.max(0, Math.floor(below - 0.5)));
      const u = Math.min(1, Math.max(0, right - 0.5 - left));
      const v = Math.min(1, Math.max(0, below - 0.5 - top));
      const first = 4 * (top * across + left);
      const next = left + 1 < across ? 4 : 0;
      const under = top + 1 < down ? 4 * across : 0;
      const at = row * width + column;
      for (let c = 0; c < 3; c++) {
        const from = first + 2 - c;
        const above = data[from]! * (1 - u) + data[from + next]! * u;
        const beneath = data[from + under]! * (1 - u) + data[from + under + next]! * u;
        seen[c * width * height + at] = above * (1 - v) + beneath * v;
      }
    }
    return seen;
  }

  #level(level: number): Picture {
    while (this.#levels.length <= level) this.#levels.push(halved(this.#levels.at(-1)!));
    return this.#levels[level]!;
  }
}

/** The mean of every two by two pixels; a last odd row or column counts twice. */
function halved({ width, height, data }: Picture): Picture {
  const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const half = new Uint8ClampedArray(4 * across * down);
  for (let y = 0; y < down; y++) {
    const [above, below] = [2 * y * width, Math.min(2 * y + 1, height - 1) * width];
    for (let x = 0; x < across; x++) {
      const [left, right] = [2 * x, Math.min(2 * x + 1, width - 1)];
      for (let c = 0; c < 4; c++) {
        const sum =
          data[4 * (above + left) + c]! +
          data[4 * (above + right) + c]! +
          data[4 * (below + left) + c]! +
          data[4 * (below + right) + c]!;
        half[4 * (y * across + x) + c] = sum / 4;
      }
    }
  }
  return { width: across, height: down, data: half };
}
