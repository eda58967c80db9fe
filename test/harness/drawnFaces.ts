/** Drawn faces, turned: nobody's, for pictures of how faces are aligned and restored. */
import { encode } from 'fast-png';
import { normals } from '../../src/engine/random.ts';

export const DRAWN_FACES = { width: 720, height: 440 };

interface Drawn {
  /** Between the eyes. */
  readonly x: number;
  readonly y: number;
  /** Half the distance of the eyes, in pixels. */
  readonly unit: number;
  /** Degrees, clockwise. */
  readonly angle: number;
  readonly skin: Colour;
  readonly hair: Colour;
}
type Colour = readonly [number, number, number];

export const FACES: readonly Drawn[] = [
  { x: 220, y: 190, unit: 40, angle: -18, skin: [236, 188, 152], hair: [70, 48, 38] },
  { x: 520, y: 215, unit: 34, angle: 12, skin: [150, 104, 74], hair: [32, 28, 34] },
];

/** A group, in bad light. */
export const GROUP: readonly Drawn[] = [
  { x: 110, y: 150, unit: 27, angle: -14, skin: [236, 188, 152], hair: [70, 48, 38] },
  { x: 285, y: 185, unit: 30, angle: 9, skin: [150, 104, 74], hair: [32, 28, 34] },
  { x: 450, y: 130, unit: 25, angle: -4, skin: [214, 160, 122], hair: [152, 98, 52] },
  { x: 612, y: 190, unit: 28, angle: 20, skin: [244, 206, 178], hair: [120, 116, 112] },
];

/** Where the eyes and the corners of the mouth are, in shares of the picture. */
export const marksOf = ({ x, y, unit, angle }: Drawn): readonly (readonly [number, number])[] => {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  return [
    [-1, 0],
    [1, 0],
    [-0.8, 2.1],
    [0.8, 2.1],
  ].map(([right = 0, below = 0]) => [
    (x + unit * (right * cos - below * sin)) / DRAWN_FACES.width,
    (y + unit * (right * sin + below * cos)) / DRAWN_FACES.height,
  ]);
};

/** A PNG file. @param noise its standard deviation, in levels */
export function drawnFaces(faces = FACES, noise = 0): Uint8Array {
  const { width, height } = DRAWN_FACES;
  const data = new Uint8ClampedArray(3 * width * height);
  const draw = normals(0);
  for (let i = 0; i < width * height; i++) {
    const colour = softColourAt(i % width, Math.floor(i / width), faces);
    data.set(noise === 0 ? colour : colour.map((value) => value + noise * draw()), 3 * i);
  }
  return encode({ width, height, data: new Uint8Array(data.buffer), channels: 3 });
}

/** The mean of four places in a pixel. */
function softColourAt(x: number, y: number, faces: readonly Drawn[]): number[] {
  const seen = [0.25, 0.75].flatMap((down) => [0.25, 0.75].map((right) => colourAt(x + right, y + down, faces)));
  return [0, 1, 2].map((c) => Math.round(seen.reduce((sum, colour) => sum + colour[c]!, 0) / seen.length));
}

function colourAt(x: number, y: number, faces: readonly Drawn[]): Colour {
  for (const face of faces) {
    const [cos, sin] = [Math.cos((face.angle * Math.PI) / 180), Math.sin((face.angle * Math.PI) / 180)];
    const [dx, dy] = [(x - face.x) / face.unit, (y - face.y) / face.unit];
    const found = faceAt(dx * cos + dy * sin, dy * cos - dx * sin, face);
    if (found) return found;
  }
  return [120 + y / 6, 160 + y / 12, 190 - x / 18];
}

/** @param x right of the middle between the eyes, in halves of their distance @param y below it */
function faceAt(x: number, y: number, { skin, hair }: Drawn): Colour | undefined {
  for (const side of [-1, 1]) {
    const eye = Math.hypot((x - side) / 0.42, y / 0.28);
    if (Math.hypot(x - side, y) < 0.17) return [30, 30, 40];
    if (eye < 1) return [245, 245, 245];
    if (Math.abs(y + 0.55 - 0.15 * Math.abs(x - side)) < 0.09 && Math.abs(x - side) < 0.5) return hair;
  }
  const smile = 2.1 + 0.35 * (1 - (x / 0.8) ** 2);
  if (Math.abs(x) < 0.8 && y > 2.1 && y < smile) return [176, 62, 66];
  if (Math.abs(x - 0.12 * y) < 0.07 && y > 0.2 && y < 1.15) return [skin[0] * 0.8, skin[1] * 0.8, skin[2] * 0.8];
  const inFace = Math.hypot(x / 2.1, (y - 0.8) / 2.8) < 1;
  if (inFace && y > -0.95 - 0.1 * x) return skin;
  if (Math.hypot(x / 2.35, (y - 0.35) / 2.85) < 1 && y < 1.4) return hair;
  return inFace ? skin : undefined;
}
