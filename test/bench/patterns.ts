/** Drawn pictures that no photograph was: gratings, ramps, chessboards, plain shapes, and leaves that hide one another. */
import type { Picture } from '../../src/engine/image/picture.ts';
import { uniforms } from '../../src/engine/random.ts';

type Colour = readonly [number, number, number];
/** A colour for x and y in [0, 1). */
type Paint = (x: number, y: number) => Colour;
type Draw = () => number;

const colour = (draw: Draw): Colour => [255 * draw(), 255 * draw(), 255 * draw()];
const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + share * (b[0] - a[0]),
  a[1] + share * (b[1] - a[1]),
  a[2] + share * (b[2] - a[2]),
];

function grating(draw: Draw): Paint {
  const [a, b, angle, waves] = [colour(draw), colour(draw), Math.PI * draw(), 1 + 15 * draw()];
  const wave = (x: number, y: number) => Math.sin(2 * Math.PI * waves * (x * Math.cos(angle) + y * Math.sin(angle)));
  return (x, y) => (wave(x, y) > 0 ? a : b);
}

function ramp(draw: Draw): Paint {
  const [a, b, angle] = [colour(draw), colour(draw), 2 * Math.PI * draw()];
  return (x, y) => mix(a, b, ((x - 0.5) * Math.cos(angle) + (y - 0.5) * Math.sin(angle)) / Math.SQRT2 + 0.5);
}

function chessboard(draw: Draw): Paint {
  const [a, b, fields] = [colour(draw), colour(draw), 2 + Math.floor(14 * draw())];
  return (x, y) => ((Math.floor(x * fields) + Math.floor(y * fields)) % 2 === 0 ? a : b);
}

/** Where a shape is: in an ellipse, or in a rectangle. */
function shape(draw: Draw, size: number): (x: number, y: number) => boolean {
  const [cx, cy, rx, ry] = [draw(), draw(), size * (0.3 + 0.7 * draw()), size * (0.3 + 0.7 * draw())];
  return draw() < 0.5
    ? (x, y) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
    : (x, y) => Math.abs(x - cx) < rx && Math.abs(y - cy) < ry;
}

/** Flat shapes, the first ones in front. */
function shapes(draw: Draw, count: number, size: () => number, ground: Colour): Paint {
  const all = Array.from({ length: count }, () => ({ inside: shape(draw, size()), colour: colour(draw) }));
  return (x, y) => all.find(({ inside }) => inside(x, y))?.colour ?? ground;
}

const KINDS: readonly ((draw: Draw) => Paint)[] = [
  grating,
  ramp,
  chessboard,
  (draw) => shapes(draw, 1 + Math.floor(8 * draw()), () => 0.1 + 0.4 * draw(), [255, 255, 255]),
  // Sizes follow a power law, as those of things in photographs do.
  (draw) => shapes(draw, 400, () => 0.02 / Math.sqrt(1 - 0.997 * draw()), colour(draw)),
];

/** @param index another picture each, of one kind after the other */
export function pattern(index: number, side: number): Picture {
  const draw = uniforms(90_000 + index);
  const paint = KINDS[index % KINDS.length]!(draw);
  const data = new Uint8ClampedArray(4 * side * side);
  for (let i = 0; i < side * side; i++) {
    data.set([...paint((i % side) / side, Math.floor(i / side) / side), 255], 4 * i);
  }
  return { width: side, height: side, data };
}
