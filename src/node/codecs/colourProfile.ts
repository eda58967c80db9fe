/**
 * What a PNG says of its colours as an ICC profile, for formats that know no other way to say it: a matrix of the primaries
 * and one curve for all (ICC.1:2010, version 4 types in a version 2 profile; PNG Third Edition, sections 11.3.2.1 and 2).
 */
import { viewOf } from './raster.ts';

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

/** Chromaticities of BT.709's white and primaries, times 100,000 as cHRM stores them; sRGB has the same. */
const BT709 = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
/** The gamma that stands for sRGB, times 100,000. */
const USUAL_GAMMA = 45_455;
/** The white of profiles. */
const D50: Vector = [0.9642, 1, 0.8249];
/** From XYZ to the cones' response (Bradford). */
const CONES: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/**
 * @param colour the chunks of a PNG file
 * @returns a profile where they say something else than sRGB, which needs none
 */
export function profileOfChunks(colour: Readonly<Record<string, Uint8Array>>): Buffer | undefined {
  const { gAMA, cHRM, sRGB, cICP } = colour;
  // These two speak before the others; of cICP no profile is made.
  if (sRGB || cICP) return undefined;
  const gamma = gAMA?.length === 4 ? viewOf(gAMA).getUint32(0) : USUAL_GAMMA;
  const stored = cHRM?.length === 32 ? Array.from({ length: 8 }, (_, i) => viewOf(cHRM).getUint32(4 * i)) : BT709;
  const usual = Math.abs(gamma - USUAL_GAMMA) < 500 && stored.every((value, i) => Math.abs(value - BT709[i]!) < 100);
  if (usual || gamma === 0) return undefined;
  const primaries = adapted(stored.map((value) => value / 100_000));
  return primaries && profile(primaries, 100_000 / gamma);
}

/** The primaries' XYZ for a white of D50, or nothing where the chromaticities make no colours. */
function adapted(xy: readonly number[]): readonly Vector[] | undefined {
  const [white, red, green, blue] = [0, 2, 4, 6].map((i): Vector => [
    xy[i]! / xy[i + 1]!,
    1,
    (1 - xy[i]! - xy[i + 1]!) / xy[i + 1]!,
  ]) as [Vector, Vector, Vector, Vector];
  const columns = transposed([red, green, blue]);
  const weights = solved(columns, white);
  const to = transformed(CONES, D50);
  const from = transformed(CONES, white);
  const toD50 = (colour: Vector): Vector => {
    const cones = transformed(CONES, colour);
    return solved(CONES, [0, 1, 2].map((i) => (cones[i]! * to[i]!) / from[i]!) as unknown as Vector);
  };
  const found = [red, green, blue].map((primary, i) =>
    toD50(primary.map((value) => value * weights[i]!) as unknown as Vector),
  );
  return found.flat().every((value) => Math.abs(value) < 10) ? found : undefined;
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const transformed = (matrix: Matrix, vector: Vector): Vector => [
  dot(matrix[0], vector),
  dot(matrix[1], vector),
  dot(matrix[2], vector),
];
const transposed = (m: Matrix): Matrix => [0, 1, 2].map((i) => m.map((row) => row[i]!)) as unknown as Matrix;
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** x of matrix x = vector, by Cramer's rule. */
function solved(matrix: Matrix, vector: Vector): Vector {
  const [a, b, c] = transposed(matrix);
  const determinant = dot(a, cross(b, c));
  return [
    dot(vector, cross(b, c)) / determinant,
    dot(a, cross(vector, c)) / determinant,
    dot(a, cross(b, vector)) / determinant,
  ];
}

function profile(primaries: readonly Vector[], exponent: number): Buffer {
  const curve = Buffer.alloc(14);
  curve.write('curv', 0, 'latin1');
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.min(65_535, Math.round(exponent * 256)), 12);
  const name = 'Colours of a PNG file\0';
  const description = Buffer.alloc(90 + name.length);
  description.write('desc', 0, 'latin1');
  description.writeUInt32BE(name.length, 8);
  description.write(name, 12, 'latin1');
  const tags: readonly (readonly [string, Buffer])[] = [
    ['desc', description],
    ['cprt', Buffer.from('text\0\0\0\0No copyright\0', 'latin1')],
    ['wtpt', xyz(D50)],
    ...['rXYZ', 'gXYZ', 'bXYZ'].map((tag, i) => [tag, xyz(primaries[i]!)] as const),
    ...['rTRC', 'gTRC', 'bTRC'].map((tag) => [tag, curve] as const),
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length);
  const parts: Buffer[] = [];
  let at = 128 + table.length;
  for (const [i, [tag, data]] of tags.entries()) {
    table.write(tag, 4 + 12 * i, 'latin1');
    table.writeUInt32BE(at, 8 + 12 * i);
    table.writeUInt32BE(data.length, 12 + 12 * i);
    const padded = Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
    parts.push(padded);
    at += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at);
  header.writeUInt32BE(0x02400000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  for (const [i, value] of [2000, 1, 1].entries()) header.writeUInt16BE(value, 24 + 2 * i);
  header.write('acsp', 36, 'latin1');
  xyz(D50).copy(header, 68, 8);
  return Buffer.concat([header, table, ...parts]);
}

function xyz(value: Vector): Buffer {
  const data = Buffer.alloc(20);
  data.write('XYZ ', 0, 'latin1');
  value.forEach((part, i) => data.writeInt32BE(Math.round(part * 65_536), 8 + 4 * i));
  return data;
}
