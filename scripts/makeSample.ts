/**
 * Draws the sample picture of the demo: `tsx scripts/makeSample.ts [FOLDER, default media/sample]`.
 *
 * A demo of super-resolution needs a picture whose original is known, that the embedded generator has never seen and
 * that is not one of its own outputs. So the sample is an apple that exists nowhere: an implicit surface, ray-marched
 * and shaded in linear light, in the manner of a Fruits-360 photograph (white background, the fruit fills the frame).
 *
 * Writes fruit-128.png (the original) and fruit-16.png (each pixel the mean of 8 x 8 of it). Same bytes on every run.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';

type Vector = readonly [number, number, number];

const SIZE = 128;
const FACTOR = 8;
/** Rays per pixel, in each direction. */
const SAMPLES = 5;

const add = (a: Vector, b: Vector, t = 1): Vector => [a[0] + b[0] * t, a[1] + b[1] * t, a[2] + b[2] * t];
const scale = (a: Vector, t: number): Vector => [a[0] * t, a[1] * t, a[2] * t];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const length = (a: Vector): number => Math.sqrt(dot(a, a));
const normalize = (a: Vector): Vector => scale(a, 1 / length(a));
const mix = (a: Vector, b: Vector, t: number): Vector => add(scale(a, 1 - t), b, t);
const clamp = (x: number, low = 0, high = 1): number => Math.min(high, Math.max(low, x));
const smoothstep = (from: number, to: number, x: number): number => {
  const t = clamp((x - from) / (to - from));
  return t * t * (3 - 2 * t);
};
const bump = (x: number, width: number): number => Math.exp(-((x / width) ** 2));
/** sRGB bytes to linear light. */
const colour = (r: number, g: number, b: number): Vector => [(r / 255) ** 2.2, (g / 255) ** 2.2, (b / 255) ** 2.2];

/** A number in [0, 1) for each lattice point. */
function hash(x: number, y: number, z: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Smooth value noise in [-1, 1], features about one unit wide. */
function noise(x: number, y: number, z: number): number {
  const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [u, v, w] = [smoothstep(0, 1, x - i), smoothstep(0, 1, y - j), smoothstep(0, 1, z - k)];
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [a, b, c] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    sum += hash(i + a, j + b, k + c) * (a ? u : 1 - u) * (b ? v : 1 - v) * (c ? w : 1 - w);
  }
  return 2 * sum - 1;
}

/** Where a point lies on the fruit: angle from the stalk's axis, and longitude. */
const polar = (p: Vector): readonly [number, number] => [
  Math.acos(clamp(p[1] / Math.max(1e-9, length(p)), -1, 1)),
  Math.atan2(p[2], p[0]),
];

/** Radius of the apple by direction: a sphere with broad shoulders, a deep stalk cavity, a shallow calyx, five soft ribs. */
function radius(theta: number, longitude: number): number {
  const ribs =
    0.012 * Math.cos(5 * longitude + 0.7) * Math.sin(theta) + 0.02 * Math.cos(longitude - 2.1) * Math.sin(theta);
  const shoulders = 0.05 * bump(theta - 1.0, 0.55);
  const taper = 0.07 * smoothstep(1.7, 2.9, theta);
  return 0.95 + shoulders + ribs - taper - 0.52 * bump(theta, 0.3) - 0.12 * bump(Math.PI - theta, 0.35);
}

const apple = (p: Vector): number => length(p) - radius(...polar(p));

/** A bent stalk, thicker at its end, from the bottom of the cavity. */
function stalk(p: Vector): number {
  const t = clamp((p[1] - 0.3) / 0.62);
  const axis: Vector = [0.02 + 0.13 * t * t, p[1] < 0.3 ? 0.3 : p[1] > 0.92 ? 0.92 : p[1], -0.05 * t * t];
  return length(add(p, axis, -1)) - (0.03 + 0.018 * t ** 3);
}

const scene = (p: Vector): number => Math.min(apple(p), stalk(p));

function normalAt(p: Vector, field: (p: Vector) => number): Vector {
  const e = 1e-3;
  return normalize([
    field(add(p, [e, 0, 0])) - field(add(p, [-e, 0, 0])),
    field(add(p, [0, e, 0])) - field(add(p, [0, -e, 0])),
    field(add(p, [0, 0, e])) - field(add(p, [0, 0, -e])),
  ]);
}

const YELLOW = colour(232, 190, 86);
const GREEN = colour(172, 164, 66);
const RED = colour(190, 34, 34);
const DARK_RED = colour(132, 14, 28);
const RUSSET = colour(140, 104, 48);
const WOOD = colour(84, 58, 36);

/** The skin: a red blush on the side that saw the sun, streaks along the meridians, lenticels, green in the cavity. */
function skin(p: Vector): Vector {
  const [theta, longitude] = polar(p);
  const [c, s] = [Math.cos(longitude), Math.sin(longitude)];
  const sun = dot(normalize(p), normalize([0.75, 0.25, 0.55]));
  const patches = noise(2.2 * p[0] + 7, 2.2 * p[1], 2.2 * p[2]);
  const broad = noise(6 * c + 3, 1.1 * theta, 6 * s);
  const fine = noise(19 * c, 2.2 * theta + 5, 19 * s);
  const blush = smoothstep(-0.42, 0.62, sun + 0.24 * patches + 0.26 * broad + 0.16 * fine);
  let base = mix(YELLOW, RED, blush);
  base = mix(base, DARK_RED, 0.75 * smoothstep(0.3, 1.1, sun + 0.2 * patches + 0.3 * fine));
  base = mix(base, GREEN, 0.85 * bump(theta + 0.05 * broad, 0.34) + 0.35 * (1 - blush) * smoothstep(1.6, 2.6, theta));
  base = mix(base, RUSSET, 0.6 * bump(theta, 0.2));
  // One lenticel at most in each cell, at a random place in it.
  const q = scale(p, 11);
  const cell = q.map(Math.floor) as unknown as Vector;
  const chance = hash(cell[0] + 11, cell[1] + 5, cell[2] + 17);
  const centre: Vector = add(cell, [0.3 + 0.4 * hash(...cell), 0.5, 0.3 + 0.4 * chance]);
  const spot = chance < 0.45 ? bump(length(add(q, centre, -1)), 0.16) : 0;
  return mix(base, YELLOW, 0.38 * spot);
}

const LIGHT = normalize([-0.5, 1.05, 0.8]);
const FILL = normalize([0.9, 0.1, 0.5]);

function shade(p: Vector, view: Vector): Vector {
  const wood = stalk(p) < apple(p);
  const n = normalAt(p, wood ? stalk : apple);
  const albedo = wood ? WOOD : skin(p);
  // How free the surroundings are: dark in the cavity.
  let open = 1;
  for (let i = 1; i <= 4; i++) open -= clamp((0.09 * i - scene(add(p, n, 0.09 * i))) * (1.5 / i), 0, 0.3);
  // Skin lets light through a little, so the terminator is soft.
  const key = clamp((dot(n, LIGHT) + 0.25) / 1.25) ** 1.3;
  const light = 1.05 * key + 0.12 * clamp(dot(n, FILL)) + 0.13 + 0.08 * n[1];
  const half = normalize(add(LIGHT, view, -1));
  const facing = clamp(dot(n, half));
  const gloss = wood ? 0 : 0.34 * facing ** 90 + 0.06 * facing ** 14;
  return add(scale(albedo, light * clamp(open, 0.15)), [gloss, gloss, 0.96 * gloss]);
}

/** Camera: orthographic, tilted so that it looks into the stalk cavity. */
const TILT = 0.62;
const ROLL = 0.16;
/** The view's half side and middle, so that the fruit touches the frame. */
const ZOOM = 0.975;
const CENTRE = [0.015, 0.025] as const;
const rotate = ([x, y, z]: Vector): Vector => {
  const [cr, sr, ct, st] = [Math.cos(ROLL), Math.sin(ROLL), Math.cos(TILT), Math.sin(TILT)];
  const [u, v] = [cr * x + sr * y, -sr * x + cr * y];
  return [u, ct * v + st * z, -st * v + ct * z];
};

/** Linear light of the ray through (u, v), both in [-1, 1], v upwards; undefined where it meets the background. */
function trace(u: number, v: number): Vector | undefined {
  const view = rotate([0, 0, -1]);
  let p = rotate([u, v, 1.6]);
  for (let i = 0; i < 160; i++) {
    const distance = scene(p);
    if (distance < 1e-3) return shade(p, view);
    // The radius is no exact distance: short steps, so that thin parts are not jumped over.
    p = add(p, view, Math.max(2e-3, 0.55 * distance));
    if (dot(p, view) > 1.6) break;
  }
  return undefined;
}

function draw(): Uint8Array {
  const rgb = new Uint8Array(SIZE * SIZE * 3);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      let sum: Vector = [0, 0, 0];
      for (let k = 0; k < SAMPLES * SAMPLES; k++) {
        const u = ((x + ((k % SAMPLES) + 0.5) / SAMPLES) * 2) / SIZE - 1;
        const v = 1 - ((y + (Math.floor(k / SAMPLES) + 0.5) / SAMPLES) * 2) / SIZE;
        const hit = trace(u * ZOOM + CENTRE[0], v * ZOOM + CENTRE[1]) ?? [1, 1, 1];
        sum = add(sum, hit.map((channel) => clamp(channel) ** (1 / 2.2)) as unknown as Vector);
      }
      sum.forEach((channel, c) => (rgb[(y * SIZE + x) * 3 + c] = Math.round((255 * channel) / SAMPLES ** 2)));
    }
  }
  return rgb;
}

/** Each pixel the mean of a square of `factor` x `factor` pixels. */
function reduce(rgb: Uint8Array, size: number, factor: number): Uint8Array {
  const small = size / factor;
  return Uint8Array.from({ length: small * small * 3 }, (_, index) => {
    const [c, x, y] = [index % 3, Math.floor(index / 3) % small, Math.floor(index / (3 * small))];
    let sum = 0;
    for (let j = 0; j < factor; j++) {
      for (let i = 0; i < factor; i++) sum += rgb[((y * factor + j) * size + x * factor + i) * 3 + c]!;
    }
    return Math.round(sum / factor ** 2);
  });
}

const folder = process.argv[2] ?? join(import.meta.dirname, '../media/sample');
await mkdir(folder, { recursive: true });
const original = draw();
for (const [size, data] of [
  [SIZE, original],
  [SIZE / FACTOR, reduce(original, SIZE, FACTOR)],
] as const) {
  const file = join(folder, `fruit-${size}.png`);
  await writeFile(file, encode({ width: size, height: size, data, channels: 3, depth: 8 }));
  console.log(file);
}
