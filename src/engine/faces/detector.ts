/**
 * Faces in a picture of any size. The network sees a square of a few hundred pixels and upright faces of some sizes, so the
 * picture is looked at in tiles, at several scales and in turned copies; what is found is looked at once more, upright and at
 * one size, where its points are the same however the face lay.
 */
import type { Picture, Size } from '../image/picture.ts';
import { mapped } from '../image/warp.ts';
import { ontoSource, regionOfQuad, type TurnedRegion } from '../tasks/turned.ts';
import { quadOf, type Landmarks, type Point, type Quad } from './alignment.ts';
import { Pyramid } from './pyramid.ts';
import type { Sighting } from './yunet.ts';

export interface Face {
  /** How sure the detector is, 0 to 1. */
  readonly score: number;
  readonly landmarks: Landmarks;
  /** FFHQ's crop of it. */
  readonly quad: Quad;
}

/** A network that finds upright faces in what it sees. */
export interface Detector {
  /** All that it sees at one time. */
  readonly sees: Size;
  /** @param seen [1, 3, height, width] in 0..255, blue first @returns what scores at least `least`, in no order */
  look(seen: Float32Array, least: number): Promise<readonly Sighting[]>;
}

export interface DetectOptions {
  readonly signal?: AbortSignal;
  /** Told how much is done, 0 to 1, growing. */
  readonly progress?: (share: number) => void;
}

/** The least score of what is looked at again, and of what is a face then. */
const LIKELY = 0.5;
const SURE = 0.7;
/** In pixels of a tile. Faces up to this side lie whole in one of the tiles; larger ones are seen at half the scale. */
const OVERLAP = 160;
/** Smaller faces are found only where they are turned by less than 30 degrees; larger ones by up to 50. */
const SMALL = 96;
const TURNS = [-40, 40] as const;
/** The picture is looked at down to where it fills no more than this share of what the network sees. */
const SMALLEST_LOOK = 0.5;
/** Looks at a face: sides of what is looked at, in sides of its crop, and degrees. Later ones begin from what earlier ones say. */
const CLOSER = [
  [{ around: 1.75, turn: 0 }],
  [
    { around: 1.25, turn: 0 },
    { around: 1.5, turn: -6 },
    { around: 1.5, turn: 0 },
    { around: 1.5, turn: 6 },
    { around: 1.75, turn: 0 },
  ],
] as const;

/**
 * @param picture upright
 * @returns the surest first; of no picture larger than a face, nothing is said
 * @throws what `signal` was aborted with
 */
export async function detectFaces(network: Detector, picture: Picture, options: DetectOptions = {}): Promise<Face[]> {
  const { signal, progress = () => undefined } = options;
  const eye: Eye = { network, picture, pyramid: new Pyramid(picture) };
  const tiles = tilesOf(picture, network.sees.width);
  const seen: Seen[] = [];
  for (const [i, tile] of tiles.entries()) {
    signal?.throwIfAborted();
    seen.push(...(await lookAt(eye, tile, LIKELY)));
    progress((SCANNING * (i + 1)) / tiles.length);
  }
  const likely = distinct(seen);
  const faces: Seen[] = [];
  for (const [i, one] of likely.entries()) {
    signal?.throwIfAborted();
    const face = await lookCloser(eye, one);
    if (face) faces.push(face);
    progress(SCANNING + ((1 - SCANNING) * (i + 1)) / likely.length);
  }
  progress(1);
  return distinct(faces).map(({ score, landmarks }) => ({ score, landmarks, quad: quadOf(landmarks) }));
}

/** The share of the work that is done once all tiles were looked at. */
const SCANNING = 0.9;

/** What looks, and at what. */
interface Eye {
  readonly network: Detector;
  readonly picture: Size;
  readonly pyramid: Pyramid;
}

/** Something like a face, in the picture's pixels. */
interface Seen {
  readonly score: number;
  readonly centre: Point;
  /** Of its box, as the network says it. */
  readonly side: number;
  readonly landmarks: Landmarks;
}

/** Squares that cover a picture at every scale, upright and turned. */
export function tilesOf({ width, height }: Size, side: number): TurnedRegion[] {
  const longer = Math.max(width, height);
  const tiles: TurnedRegion[] = [];
  // Small pictures are enlarged: small faces are found by it.
  const finest = Math.min(1, longer / side);
  for (let scale = finest; scale * side * SMALLEST_LOOK <= longer; scale *= 2) {
    tiles.push(...tilesAt({ width, height }, side * scale, OVERLAP * scale, 0));
  }
  for (const angle of TURNS) tiles.push(...tilesAt({ width, height }, side * finest, SMALL * finest, angle));
  return tiles;
}

function tilesAt({ width, height }: Size, side: number, overlap: number, angle: number): TurnedRegion[] {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const across = width * Math.abs(cos) + height * Math.abs(sin);
  const down = width * Math.abs(sin) + height * Math.abs(cos);
  return middles(across, side, overlap).flatMap((right) =>
    middles(down, side, overlap)
      .map((below) => ({
        x: width / 2 + right * cos - below * sin,
        y: height / 2 + right * sin + below * cos,
        side,
        angle,
      }))
      .filter((tile) => touches(tile, { width, height })),
  );
}

/** Where the middles of tiles lie that cover a length, from its middle. */
function middles(length: number, side: number, overlap: number): number[] {
  const count = Math.max(1, Math.ceil((length - overlap) / (side - overlap)));
  const step = count === 1 ? 0 : (length - side) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i - (count - 1) / 2) * step);
}

/** Whether a tile of the grid, which reaches over all of the picture, has anything of it. */
function touches({ x, y, side, angle }: TurnedRegion, { width, height }: Size): boolean {
  const turn = (angle * Math.PI) / 180;
  const reach = (side / 2) * (Math.abs(Math.cos(turn)) + Math.abs(Math.sin(turn)));
  return x + reach > 0 && y + reach > 0 && x - reach < width && y - reach < height;
}

/** What the network sees in a square of the picture. */
async function lookAt({ network, picture, pyramid }: Eye, tile: TurnedRegion, least: number): Promise<Seen[]> {
  const side = Math.min(network.sees.width, network.sees.height);
  const seen = pyramid.look(tile, network.sees);
  const onPicture = ontoSource(tile, side, { x: 0, y: 0 });
  const back = ({ x, y }: Point): Point => {
    const [right, below] = mapped(onPicture, x, y);
    return { x: right, y: below };
  };
  const inPicture = ({ score, centre, size, landmarks }: Sighting): Seen => ({
    score,
    centre: back(centre),
    side: (Math.sqrt(size.width * size.height) * tile.side) / side,
    landmarks: {
      leftEye: back(landmarks.leftEye),
      rightEye: back(landmarks.rightEye),
      leftMouth: back(landmarks.leftMouth),
      rightMouth: back(landmarks.rightMouth),
    },
  });
  return (await network.look(seen, least)).map(inPicture).filter(({ centre: { x, y } }) => {
    return x >= 0 && y >= 0 && x <= picture.width && y <= picture.height;
  });
}

/** Less than so much of a side apart, and not more than so many times as large: one face. */
const APART = 0.5;
const LARGER = 2;

/** One of each, the surest first. */
function distinct(seen: readonly Seen[]): Seen[] {
  const kept: Seen[] = [];
  for (const one of [...seen].sort((a, b) => b.score - a.score)) {
    if (!kept.some((other) => isSame(one, other))) kept.push(one);
  }
  return kept;
}

function isSame(a: Seen, b: Seen): boolean {
  const [smaller, larger] = [Math.min(a.side, b.side), Math.max(a.side, b.side)];
  return Math.hypot(a.centre.x - b.centre.x, a.centre.y - b.centre.y) < APART * larger && larger < LARGER * smaller;
}

/** The face again, upright, and as large as the network is exact at. @returns nothing where it is none after all */
async function lookCloser(eye: Eye, first: Seen): Promise<Seen | undefined> {
  let face = first;
  for (const looks of CLOSER) {
    const crop = regionOfQuad(quadOf(face.landmarks));
    const again: Seen[] = [];
    for (const { around, turn } of looks) {
      const seen = await lookAt(eye, { ...crop, side: around * crop.side, angle: crop.angle + turn }, SURE);
      again.push(...seen.filter((one) => isSame(one, face)));
    }
    if (again.length === 0) return undefined;
    face = meanOf(again);
  }
  return face;
}

/** Cells beside each other see a face a little differently, as do looks at it: their mean is steadier than the surest. */
function meanOf(seen: readonly Seen[]): Seen {
  const mean = (value: (one: Seen) => number): number => seen.reduce((sum, one) => sum + value(one), 0) / seen.length;
  const point = (of: (one: Seen) => Point): Point => ({ x: mean((one) => of(one).x), y: mean((one) => of(one).y) });
  return {
    score: Math.max(...seen.map(({ score }) => score)),
    centre: point(({ centre }) => centre),
    side: mean(({ side }) => side),
    landmarks: {
      leftEye: point(({ landmarks }) => landmarks.leftEye),
      rightEye: point(({ landmarks }) => landmarks.rightEye),
      leftMouth: point(({ landmarks }) => landmarks.leftMouth),
      rightMouth: point(({ landmarks }) => landmarks.rightMouth),
    },
  };
}
