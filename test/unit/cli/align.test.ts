/** Faces on the command line: found, cut out, each restored by a run of its own, put back, and made again from the record. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { decodePicture, encodePng } from '../../../src/node/codecs/index.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { tinyDetector } from '../../support/tinyDetector.ts';

/** Blue discs are what the tiny detector takes for faces. */
const DISCS = [
  [200, 160],
  [440, 170],
] as const;
const group: Picture = {
  width: 640,
  height: 320,
  data: Uint8ClampedArray.from({ length: 4 * 640 * 320 }, (_, at) => {
    const [x, y] = [(at >> 2) % 640, Math.floor((at >> 2) / 640)];
    const blue = DISCS.some(([left, top]) => Math.hypot(x + 0.5 - left, y + 0.5 - top) < 17);
    return [blue ? 0 : 120 + (x % 32), blue ? 0 : 110 + (y % 16), blue ? 255 : 90, 255][at % 4]!;
  }),
};

let folder: string;
let bundle: string;
before(async () => {
  bundle = await bundleCommandLine('align');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-align-'));
  await writeFile(join(folder, 'group.png'), encodePng(group));
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
