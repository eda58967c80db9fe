/**
 * `npm run bench -- faces DETECTOR PICTURE...`: pictures of one face each are turned, shrunk and moved onto drawn backgrounds. The
 * crop of a moved face must be the moved crop of the still one; put back unchanged, it must be the picture that it was.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Point, Quad } from '../../src/engine/faces/alignment.ts';
import { detectFaces, type Face } from '../../src/engine/faces/detector.ts';
import { YuNet } from '../../src/engine/faces/yunet.ts';
import type { Picture, Size } from '../../src/engine/image/picture.ts';
import { mapped } from '../../src/engine/image/warp.ts';
import { uniforms } from '../../src/engine/random.ts';
import { finish, prepare, regionOfQuad } from '../../src/engine/tasks/index.ts';
import { cutSquare, ontoSource, placeIn, type TurnedRegion } from '../../src/engine/tasks/turned.ts';
import { UNTRAINED } from '../../src/engine/untrained/manifest.ts';
import { openCpu } from '../../src/node/backends.ts';
import { decodePicture } from '../../src/node/codecs/index.ts';
import { formatTable, median } from './table.ts';

const CANVAS = { width: 1000, height: 800 };
/** Side of the smallest face picture, and the largest turn. */
const [SMALLEST, TURN] = [96, 45];
/** A large photograph with a small face: sides of the picture and of a face's picture, whose face is about half as large. */
const LARGE = { width: 4000, height: 3000 };
const TINY = 40;

export function addFacesCommand(program: Command): void {
  program
    .command('faces')
    .description('find faces that were turned, shrunk and moved, and put them back unchanged')
    .argument('<detector>', 'ONNX file of the detector')
    .argument('<pictures...>', 'square pictures of one face each')
    .option('--placements <n>', 'of every picture', Number, 7)
    .option('--seed <n>', 'of the placements', Number, 0)
    .action((detector: string, pictures: string[], options: { placements: number; seed: number }) =>
      measure(detector, pictures, options),
    );
}

async function measure(
  detector: string,
  pictures: readonly string[],
  { placements, seed }: { placements: number; seed: number },
): Promise<void> {
  const network = await YuNet.open(await openCpu(), await bytesOf(detector), detector);
  const draw = uniforms(seed);
  const rows = [];
  for (const name of pictures) {
    const still = await decodePicture(await bytesOf(name), name);
    const [own] = await detectFaces(network, still);
    if (!own) throw new Error(`${name}: no face is found in it as it is.`);
    const places = Array.from({ length: placements }, () => placement(still, CANVAS, draw));
    for (const place of places) rows.push(await row(network, name, still, own, place, CANVAS));
    const side = TINY;
    const angle = TURN * (2 * draw() - 1);
    const tiny = { x: 400 + 3000 * draw(), y: 400 + 2000 * draw(), side, angle };
    rows.push(await row(network, `${name} (12 MP)`, still, own, tiny, LARGE));
  }
  const header = ['picture', 'side', 'angle', 'faces', 'score', 'corners off %', 'worst %', 'put back', 'outside', 's'];
  console.log(formatTable(header, rows));
  const placed = rows.filter((_, i) => (i + 1) % (placements + 1) !== 0);
  const off = placed.map((cells) => cells[6] as number | undefined).filter((value) => value !== undefined);
  console.log(
    `${off.length} of ${placed.length} found; corners off by ${median(off).toFixed(2)} % of the side in the median, ` +
      `${Math.max(...off).toFixed(2)} % at worst`,
  );
}

const bytesOf = async (file: string): Promise<Uint8Array> => new Uint8Array(await readFile(file));

function placement({ width }: Size, canvas: Size, draw: () => number): TurnedRegion {
  const side = SMALLEST + (width - SMALLEST) * draw() ** 2;
  const margin = side * Math.SQRT1_2;
  const within = (length: number): number => margin + (length - 2 * margin) * draw();
  return { x: within(canvas.width), y: within(canvas.height), side, angle: TURN * (2 * draw() - 1) };
}

async function row(network: YuNet, name: string, still: Picture, own: Face, place: TurnedRegion, canvas: Size) {
  const picture = placed(still, place, canvas);
  const before = performance.now();
  const faces = await detectFaces(network, picture);
  const seconds = (performance.now() - before) / 1000;
  const onCanvas = ontoSource(place, still.width, { x: 0, y: 0 });
  const moved = own.quad.map(({ x, y }) => asPoint(mapped(onCanvas, x, y))) as unknown as Quad;
  const { side } = regionOfQuad(moved);
  const offs = faces.map(({ quad }) => quad.map((corner, i) => (100 * apart(corner, moved[i]!)) / side));
  const nearest = offs.sort((a, b) => Math.max(...a) - Math.max(...b))[0];
  const found = nearest && Math.max(...nearest) < 50;
  const back = canvas === CANVAS ? putBack(picture, regionOfQuad(moved)) : undefined;
  return [
    ...[basename(name), Math.round(place.side), Math.round(place.angle), faces.length, faces[0]?.score],
    ...(found ? [median(nearest), Math.max(...nearest)] : [undefined, undefined]),
    ...[back?.inside, back?.outside, seconds],
  ];
}

const apart = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const asPoint = ([x, y]: readonly [number, number]): Point => ({ x, y });

/** The picture shrunk and turned onto a drawn background. */
function placed(still: Picture, place: TurnedRegion, { width, height }: Size): Picture {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = 40 * Math.sin(x / 37) * Math.cos(y / 51);
      data.set([110 + wave, 120 + 30 * Math.sin((x + y) / 83), 100 - wave, 255], 4 * (y * width + x));
    }
  }
  // Looked at the other way round: the canvas is a turned square of the picture.
  const scale = still.width / place.side;
  const { x, y } = placeIn(place, { x: 0, y: 0 });
  const longer = Math.max(width, height);
  const turn = (-place.angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const half = (longer * scale) / 2;
  const canvas = {
    x: x * still.width + half * (cos - sin),
    y: y * still.width + half * (cos + sin),
    side: longer * scale,
    angle: -place.angle,
  };
  const seen = cutSquare(still, canvas, longer);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = 4 * (row * longer + column);
      if (seen.data[from + 3] === 255) data.set(seen.data.subarray(from, from + 4), 4 * (row * width + column));
    }
  }
  return { width, height, data };
}

/** Levels of mean difference where a crop was put back as it was cut out, and the largest difference outside of it. */
function putBack(picture: Picture, region: TurnedRegion): { inside: number; outside: number } {
  const { frame, job } = prepare('reconstruct', picture, UNTRAINED, { region });
  const result = finish('reconstruct', picture, job.target, frame, { region });
  let [sum, count, outside] = [0, 0, 0];
  for (let i = 0; i < picture.width * picture.height; i++) {
    const [x, y] = [(i % picture.width) + 0.5, Math.floor(i / picture.width) + 0.5];
    const place = placeIn(region, { x, y });
    const isInside = Math.min(place.x, 1 - place.x, place.y, 1 - place.y) >= 0;
    for (let c = 0; c < 3; c++) {
      const difference = Math.abs(picture.data[4 * i + c]! - result.data[4 * i + c]!);
      if (isInside) [sum, count] = [sum + difference, count + 1];
      else outside = Math.max(outside, difference);
    }
  }
  return { inside: sum / count, outside };
}
