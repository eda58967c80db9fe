/** Faces on the command line: found, cut out, each restored by a run of its own, put back, and made again from the record. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { enlarged } from '../../../src/engine/tasks/region.ts';
import { embeddedRecord } from '../../../src/node/codecs/encode.ts';
import { decodePicture, encodePng } from '../../../src/node/codecs/index.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { tinyDetector } from '../../support/tinyDetector.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

/** Blue discs are what the tiny detector takes for faces. */
const DISCS = [
  [200, 160],
  [440, 170],
] as const;
const groupOf = (width: number, height: number, discs = DISCS as readonly (readonly [number, number])[]): Picture => ({
  width,
  height,
  data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, at) => {
    const [x, y] = [(at >> 2) % width, Math.floor((at >> 2) / width)];
    const blue = discs.some(([left, top]) => Math.hypot(x + 0.5 - left, y + 0.5 - top) < 17);
    return [blue ? 0 : 120 + (x % 32), blue ? 0 : 110 + (y % 16), blue ? 255 : 90, 255][at % 4]!;
  }),
});
const group = groupOf(640, 320);
/** One whose whole the untrained network enlarges in little time. */
const pair = groupOf(400, 128, [
  [80, 64],
  [320, 66],
]);

let folder: string;
let bundle: string;
before(async () => {
  bundle = await bundleCommandLine('align');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-align-'));
  await writeFile(join(folder, 'group.png'), encodePng(group));
  await writeFile(join(folder, 'pair.png'), encodePng(pair));
  const none = { ...group, data: group.data.map((value, i) => (i % 4 === 3 ? value : 100)) };
  await writeFile(join(folder, 'nobody.png'), encodePng(none));
  await writeFile(join(folder, 'detector.onnx'), tinyDetector());
});
after(() => rm(folder, { recursive: true }));

const ganprior = async (...args: string[]) =>
  runCommandLine(bundle, args, folder, { GANPRIOR_HOME: join(folder, 'home') });
const read = async (name: string): Promise<Picture> => decodePicture(await readFile(join(folder, name)), name);

interface Found {
  readonly faces: readonly {
    readonly score: number;
    readonly landmarks: Readonly<Record<string, [number, number]>>;
    readonly quad: readonly [number, number][];
  }[];
}

test('align writes where the faces are, and each of them upright', async () => {
  const { code, stdout, stderr } = await ganprior(
    'align',
    'group.png',
    '--out',
    'faces',
    '--detector',
    'detector.onnx',
  );
  assert.equal(code, 0, stderr);
  assert.match(stdout, /group\.png: 2 faces, in faces/);
  assert.deepEqual((await readdir(join(folder, 'faces'))).sort(), ['face-1.png', 'face-2.png', 'faces.json']);
  const { faces } = JSON.parse(await readFile(join(folder, 'faces/faces.json'), 'utf8')) as Found;
  assert.equal(faces.length, 2);
  for (const { score, landmarks, quad } of faces) {
    assert.ok(score > 0.7 && score <= 1);
    assert.deepEqual(Object.keys(landmarks), ['leftEye', 'rightEye', 'leftMouth', 'rightMouth']);
    assert.equal(quad.length, 4);
    const middle = [0, 1].map((axis) => quad.reduce((sum, corner) => sum + corner[axis]!, 0) / 4);
    assert.ok(
      DISCS.some(([x, y]) => Math.hypot(middle[0]! - x, middle[1]! - y) < 30),
      String(middle),
    );
  }
  const crop = await read('faces/face-1.png');
  assert.equal(crop.width, crop.height);
  assertFails(
    await ganprior('align', 'group.png', '--out', 'faces', '--detector', 'detector.onnx'),
    1,
    /faces\.json exists already.*--force/,
  );
});

test('no face is no error; no detector and another network are', async () => {
  const none = await ganprior('align', 'nobody.png', '--out', 'none', '--detector', 'detector.onnx');
  assert.equal(none.code, 0, none.stderr);
  assert.match(none.stdout, /no face was found/);
  assert.deepEqual(JSON.parse(await readFile(join(folder, 'none/faces.json'), 'utf8')), { faces: [] });
  assertFails(
    await ganprior('align', 'group.png', '--out', 'x'),
    1,
    /A face detector is needed, and none is installed.*--detector/,
  );
  await writeFile(join(folder, 'broken.onnx'), 'no network');
  assertFails(await ganprior('align', 'group.png', '--out', 'x', '--detector', 'broken.onnx'), 1, /broken\.onnx/);
});

const QUICK = ['--model', TINY_MODEL, '--device', 'cpu', '--codes', '2', '--iterations', '4', '--starts', '4'];
const FACES = ['--faces', 'auto', '--detector', 'detector.onnx'];

interface Made {
  readonly quads: readonly (readonly { readonly x: number; readonly y: number }[])[];
  readonly options: { readonly faces?: readonly unknown[]; readonly region?: unknown };
  readonly steps: number;
  readonly rest?: string;
}
const recordIn = async (name: string) => JSON.parse(embeddedRecord(await readFile(join(folder, name)))!) as Made;

/** Whether the centre of a pixel lies in a quad. */
const isInside = (quad: Made['quads'][number], x: number, y: number): boolean =>
  quad.every((from, i) => {
    const to = quad[(i + 1) % 4]!;
    return (to.x - from.x) * (y + 0.5 - from.y) - (to.y - from.y) * (x + 0.5 - from.x) >= 0;
  });

/** Pixels inside and outside of all quads that are not what they were. */
function changed(
  before: Picture,
  after: Picture,
  quads: Made['quads'],
  factor = 1,
): { inside: number; outside: number } {
  const counts = { inside: 0, outside: 0 };
  for (let i = 0; i < after.width * after.height; i++) {
    const [x, y] = [i % after.width, Math.floor(i / after.width)];
    const same = [0, 1, 2, 3].every((c) => before.data[4 * i + c] === after.data[4 * i + c]);
    const scaled = quads.map((quad) => quad.map((corner) => ({ x: corner.x * factor, y: corner.y * factor })));
    if (!same) counts[scaled.some((quad) => isInside(quad, x, y)) ? 'inside' : 'outside']++;
  }
  return counts;
}

test('every face is restored by a run of its own; what lies outside of all stays, and the record makes it again', async () => {
  const made = await ganprior('reconstruct', 'group.png', ...QUICK, ...FACES, '--out', 'restored.png');
  assert.equal(made.code, 0, made.stderr);
  const record = await recordIn('restored.png');
  assert.equal(record.quads.length, 2);
  assert.equal(record.options.faces?.length, 2);
  assert.equal(record.steps, 8, 'the steps of both');
  const { inside, outside } = changed(group, await read('restored.png'), record.quads);
  assert.equal(outside, 0);
  assert.ok(inside > 10000, `${inside} pixels changed`);
  const again = await ganprior('replay', 'restored.png', 'group.png', ...QUICK.slice(0, 4), '--out', 'again.png');
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(await readFile(join(folder, 'again.png')), await readFile(join(folder, 'restored.png')));
});

test('as many faces as are asked for; the rest is enlarged by a filter or by the prior of any picture', async () => {
  const sizes = ['--factor', '2'];
  const plain = await ganprior(
    'super-resolve',
    'group.png',
    ...QUICK,
    ...sizes,
    '--faces',
    '1',
    '--detector',
    'detector.onnx',
    '--out',
    'one.png',
  );
  assert.equal(plain.code, 0, plain.stderr);
  const { quads, rest } = await recordIn('one.png');
  assert.deepEqual([quads.length, rest], [1, undefined]);
  const filtered = enlarged(group, 2);
  assert.equal(changed(filtered, await read('one.png'), quads, 2).outside, 0);
  const other = await ganprior(
    'super-resolve',
    'pair.png',
    ...QUICK,
    ...sizes,
    ...FACES,
    '--rest',
    'untrained',
    '--out',
    'both.png',
  );
  assert.equal(other.code, 0, other.stderr);
  const both = await recordIn('both.png');
  assert.equal(both.rest, 'untrained');
  assert.ok(changed(enlarged(pair, 2), await read('both.png'), both.quads, 2).outside > 300);
  const again = await ganprior('replay', 'both.png', 'pair.png', ...QUICK.slice(0, 4), '--out', 'both-again.png');
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(await readFile(join(folder, 'both-again.png')), await readFile(join(folder, 'both.png')));
});

test('a turned square is named by its corners, and made again', async () => {
  const corners = '200,60,280,120,220,200,140,140';
  const made = await ganprior('reconstruct', 'group.png', ...QUICK, '--region', corners, '--out', 'turned.png');
  assert.equal(made.code, 0, made.stderr);
  const { quads } = await recordIn('turned.png');
  assert.deepEqual(quads[0]!.flatMap(({ x, y }) => [Math.round(x), Math.round(y)]).join(), corners);
  assert.equal(changed(group, await read('turned.png'), quads).outside, 0);
  const again = await ganprior('replay', 'turned.png', 'group.png', ...QUICK.slice(0, 4), '--out', 'turned-again.png');
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(await readFile(join(folder, 'turned-again.png')), await readFile(join(folder, 'turned.png')));
  const bent = await ganprior(
    'reconstruct',
    'group.png',
    ...QUICK,
    '--region',
    '0,0,50,0,50,20,0,20',
    '--out',
    'x.png',
  );
  assertFails(bent, 2, /corners of a square/);
});

test('no face, and what does not go together with faces, is refused', async () => {
  const nobody = await ganprior('reconstruct', 'nobody.png', ...QUICK, ...FACES, '--out', 'x.png');
  assertFails(nobody, 1, /nobody\.png shows no face.*leave out --faces/);
  const region = await ganprior(
    'reconstruct',
    'group.png',
    ...QUICK,
    ...FACES,
    '--region',
    '0,0,64,64',
    '--out',
    'x.png',
  );
  assertFails(region, 2, /leave out --region/);
  assertFails(await ganprior('reconstruct', 'group.png', '--faces', 'some'), 2, /"auto", "off" or how many/);
});
