/**
 * Damaged and hostile pictures: each is refused with an error for people or read harmlessly, in bounded time and memory.
 * The corpus is the same on every run.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { decodePicture } from '../../../src/node/codecs/index.ts';
import { FileError } from '../../../src/node/errors.ts';
import { bmpCorpus } from '../../support/bmpWriter.ts';
import { hostileFiles } from '../../support/hostileFiles.ts';
import { Mutator } from '../../support/mutations.ts';
import { pngFileOf } from '../../support/pngWriter.ts';
import { bmpFile, jpegFile, pngFile, quarters, riffChunk, segment, webpFile } from './pictures.ts';

const COPIES = 150;
/** Of processor time, so that a busy machine does not matter. */
const MAX_MS = 3000;
/** Growth of the process at its peak, in bytes. */
const MAX_GROWTH = 500e6;

const fixture = (name: string) => readFile(join(import.meta.dirname, '../../fixtures/pictures', name));
const peak = (): number => process.resourceUsage().maxRSS * 1024;

/** Reads a file, and says whether it was refused. */
async function attempt(what: string, file: Uint8Array): Promise<boolean> {
  const start = process.cpuUsage();
  let refused = false;
  try {
    await decodePicture(file, 'a');
  } catch (error) {
    assert.ok(error instanceof FileError, `${what}: ${error instanceof Error ? error.stack : String(error)}`);
    refused = true;
  }
  const { user, system } = process.cpuUsage(start);
  assert.ok((user + system) / 1000 < MAX_MS, `${what} took ${Math.round((user + system) / 1000)} ms`);
  return refused;
}

const png = { width: 33, height: 18, depth: 8, colour: 6, interlaced: false, keyed: false };
const bmps = [...bmpCorpus()];
const seeds: Record<string, Uint8Array> = {
  'a.png': pngFileOf(png).file,
  'interlaced.png': pngFileOf({ ...png, interlaced: true, colour: 3, depth: 2, keyed: true }).file,
  'a.jpg': jpegFile(quarters(60, 44)),
  'progressive.jpg': await fixture('progressive-restarts.jpg'),
  'cmyk.jpg': await fixture('ycck-420.jpg'),
  'a.webp': await webpFile(quarters(60, 44)),
  'runs.bmp': bmps.find(({ name }) => name.startsWith('h40_b8_c1') && name.endsWith('33x17'))!.file,
  'os2.bmp': bmps.find(({ name }) => name.startsWith('h12_b4') && name.endsWith('33x17'))!.file,
};

for (const [seed, [name, file]] of Object.entries(seeds).entries()) {
  test(`${COPIES} damaged copies of ${name}, and every way to cut it off`, async () => {
    const mutator = new Mutator(seed);
    const before = peak();
    let refused = 0;
    for (let copy = 0; copy < COPIES; copy++) {
      if (await attempt(`copy ${copy}`, mutator.mutate(file))) refused += 1;
    }
    for (let length = 0; length < file.length; length += Math.ceil(file.length / COPIES)) {
      await attempt(`${length} bytes`, file.subarray(0, length));
    }
    assert.ok(refused > COPIES / 20, `only ${refused} were refused: the damage misses what matters`);
    assert.ok(peak() - before < MAX_GROWTH, `memory grew by ${Math.round((peak() - before) / 1e6)} MB`);
  });
}

/** Pictures of a few bytes that claim the most that is read, or more. */
async function claims(): Promise<Record<string, Uint8Array>> {
  const sized = (file: Buffer, width: number, height: number) => {
    const frame = file.findIndex((byte, i) => byte === 0xff && file[i + 1]! >= 0xc0 && file[i + 1]! <= 0xc2);
    const copy = Buffer.from(file);
    copy.writeUInt16BE(height, frame + 5);
    copy.writeUInt16BE(width, frame + 7);
    return copy;
  };
  const canvas = Buffer.alloc(10);
  canvas[0] = 0x02;
  canvas.fill(0xff, 4);
  const animation = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    riffChunk('VP8X', canvas),
    riffChunk('ANMF', Buffer.alloc(40, 0xff)),
  ]);
  const header = { depth: 16, colour: 6 } as const;
  const bomb = (bytes: number) => Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(Buffer.alloc(bytes))]);
  const small = { width: 1, height: 1, depth: 8, colour: 0 } as const;
  return {
    'a JPEG of 65535 x 65535': sized(jpegFile(), 65_535, 65_535),
    'a JPEG of 10000 x 10000': sized(jpegFile(), 10_000, 10_000),
    'a progressive JPEG of 10000 x 10000': sized(await fixture('progressive-restarts.jpg'), 10_000, 10_000),
    'a CMYK JPEG of 10000 x 10000': sized(await fixture('cmyk.jpg'), 10_000, 10_000),
    'a JPEG without height': sized(jpegFile(), 32, 0),
    'a JPEG of a hundred thousand segments': jpegFile(
      quarters(),
      Array<Buffer>(100_000).fill(segment(0xe1, Buffer.of(1))),
    ).subarray(0, 400_000),
    'a PNG of 2^31 x 2^31': pngFile({ ...header, width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, Buffer.alloc(9)),
    'a PNG of 10000 x 10000 and 16 bits': pngFile({ ...header, width: 10_000, height: 10_000 }, Buffer.alloc(9)),
    'an interlaced PNG of 10000 x 10000': pngFile(
      { ...header, width: 10_000, height: 10_000, interlace: 1 },
      Buffer.alloc(9),
    ),
    'a PNG that inflates to 64 MB': pngFile(small, Buffer.alloc(64 << 20)),
    'a PNG whose profile inflates to 64 MB': pngFile(small, Buffer.from([0, 1]), [['iCCP', bomb(64 << 20)]]),
    'a PNG of a chunk of 4 GB': Buffer.concat([
      pngFile(small, Buffer.alloc(0)).subarray(0, 33),
      Buffer.from('\xff\xff\xff\xffIDATx', 'latin1'),
    ]),
    'a WebP animation of 16777216 x 16777216': riffChunk('RIFF', animation),
    'a BMP of 10000 x 10000': bmpFile({ width: 10_000, height: 10_000, bits: 32 }, [], Buffer.alloc(8)),
    'a BMP of no height': bmpFile({ width: 10, height: -(2 ** 31), bits: 32 }, [], Buffer.alloc(8)),
    'a BMP that begins beyond its end': Buffer.from(
      bmpFile({ width: 2, height: 2, bits: 24 }, [], Buffer.alloc(16)),
    ).fill(0xff, 10, 14),
  };
}

test('pictures that claim more than they hold', async () => {
  for (const [what, file] of Object.entries(await claims())) {
    const before = peak();
    assert.ok(await attempt(what, file), `${what} was read`);
    assert.ok(peak() - before < MAX_GROWTH, `${what}: memory grew by ${Math.round((peak() - before) / 1e6)} MB`);
  }
});

test('100 megapixels of runs that end at once are read in bounded time', async () => {
  const file = bmpFile({ width: 10_000, height: 10_000, bits: 8, compression: 1 }, [[1, 2, 3]], Buffer.of(0, 1));
  const before = peak();
  await attempt('an empty BMP', file);
  assert.ok(peak() - before < 1.5 * MAX_GROWTH);
});

test('hostile files of other kinds are no pictures', async () => {
  for (const { what, bytes } of hostileFiles()) {
    if (bytes instanceof Uint8Array) assert.ok(await attempt(what, bytes), `${what} was read`);
  }
});
