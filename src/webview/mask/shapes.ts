/** Rectangle, ellipse and lasso. Pure: a pixel is inside when its centre is. Each says what it changed. */
import { pixelsWithin, type MaskPlane, type Rect } from '../../shared/mask/plane.ts';

export interface Corner {
  readonly x: number;
  readonly y: number;
}

export function fillRectangle(plane: MaskPlane, a: Corner, b: Corner, value: number): Rect | undefined {
  const box = boxOf(plane, [a, b]);
  if (!box) return undefined;
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  for (let y = box.top; y < box.top + box.height; y++) {
    if (y + 0.5 >= top && y + 0.5 < bottom) fillSpan(plane, y, left, right, value);
  }
  return box;
}

/** The ellipse that fills the rectangle between two corners. */
export function fillEllipse(plane: MaskPlane, a: Corner, b: Corner, value: number): Rect | undefined {
  const box = boxOf(plane, [a, b]);
  if (!box) return undefined;
  const [centreX, centreY] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  const [radiusX, radiusY] = [Math.abs(b.x - a.x) / 2, Math.abs(b.y - a.y) / 2];
  for (let y = box.top; y < box.top + box.height; y++) {
    const height = (y + 0.5 - centreY) / radiusY;
    if (Math.abs(height) >= 1) continue;
    const half = radiusX * Math.sqrt(1 - height * height);
    fillSpan(plane, y, centreX - half, centreX + half, value);
  }
  return box;
}

/** The area inside a closed outline; where it crosses itself, all that it goes around belongs to it. */
export function fillOutline(plane: MaskPlane, outline: readonly Corner[], value: number): Rect | undefined {
  const box = boxOf(plane, outline);
  if (!box) return undefined;
  for (let y = box.top; y < box.top + box.height; y++) {
    let winding = 0;
    let start = 0;
    for (const { x, turn } of crossings(outline, y + 0.5)) {
      if (winding === 0) start = x;
      winding += turn;
      if (winding === 0) fillSpan(plane, y, start, x, value);
    }
  }
  return box;
}

/** Where the outline crosses a height, from left to right; `turn`: upwards or downwards. */
function crossings(outline: readonly Corner[], y: number): { x: number; turn: number }[] {
  const found: { x: number; turn: number }[] = [];
  for (const [i, a] of outline.entries()) {
    const b = outline[(i + 1) % outline.length]!;
    if (a.y <= y === b.y <= y) continue;
    found.push({ x: a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x), turn: a.y < b.y ? 1 : -1 });
  }
  return found.sort((a, b) => a.x - b.x);
}

/** Pixels of a row whose centres lie in [left, right). */
function fillSpan({ data, width }: MaskPlane, y: number, left: number, right: number, value: number): void {
  const first = Math.max(0, Math.ceil(left - 0.5));
  const end = Math.min(width, Math.ceil(right - 0.5));
  if (first < end) data.fill(value, y * width + first, y * width + end);
}

function boxOf(plane: MaskPlane, corners: readonly Corner[]): Rect | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of corners) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return pixelsWithin(plane, left, top, right, bottom);
}
