import { test } from 'node:test';
import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { decode as decodePng } from 'fast-png';
import { decodePicture, encodePng, inspectPicture } from '../../../src/node/codecs/index.ts';
import { uniforms } from '../../../src/engine/random.ts';
import { FileError } from '../../../src/node/errors.ts';
import {
  bmpFile,
  cornersOf,
  exif,
  exifSegment,
  iccProfile,
  jpegFile,
  pngFile,
  quarters,
  segment,
  webpFile,
} from './pictures.ts';

const pixels = async (file: Buffer): Promise<number[]> => [...(await decodePicture(file, 'test')).data];

/** The upright picture that `quarters` becomes in each orientation, as its corner colours. */
const UPRIGHT: Readonly<Record<number, string>> = {
  1: '0123',
  2: '1032',
  3: '3210',
  4: '2301',
  5: '0213',
  6: '2031',
  7: '3120',
  8: '1302',
};

for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`a JPEG of EXIF orientation ${orientation} is turned upright`, async () => {
    for (const little of [true, false]) {
      const file = jpegFile(quarters(), [exifSegment(orientation, little)]);
      const picture = await decodePicture(file, 'turned.jpg');
      const [width, height] = orientation < 5 ? [32, 16] : [16, 32];
      assert.deepEqual([picture.width, picture.height], [width, height]);
      assert.equal(cornersOf(picture), UPRIGHT[orientation]);
      assert.deepEqual(inspectPicture(file, 'turned.jpg'), { format: 'JPEG', width, height, notes: [] });
    }
  });
}

test('orientation is found in WebP and PNG, and ignored where it is nonsense', async () => {
  assert.equal(cornersOf(await decodePicture(await webpFile(quarters(), { EXIF: exif(6) }), 'a.webp')), UPRIGHT[6]);
  const png = pngFile({ width: 2, height: 1, depth: 8, colour: 0 }, Buffer.from([0, 10, 20]), [['eXIf', exif(3)]]);
  assert.deepEqual(await pixels(png), [20, 20, 20, 255, 10, 10, 10, 255]);
  assert.equal(cornersOf(await decodePicture(jpegFile(quarters(), [exifSegment(9)]), 'a.jpg')), UPRIGHT[1]);
});

test('a lossless WebP decodes exactly, with its colour profile', async () => {
  const profile = iccProfile();
  const picture = await decodePicture(await webpFile(quarters(), { ICCP: profile }), 'a.webp');
  assert.deepEqual(picture.data, quarters().data);
  assert.deepEqual(picture.icc, new Uint8Array(profile));
});

test('PNG: every colour type and depth becomes 8-bit RGBA', async () => {
  const one = { width: 1, height: 1 };
  assert.deepEqual(
    await pixels(pngFile({ ...one, depth: 16, colour: 2 }, Buffer.from([0, 255, 255, 128, 0, 0, 1]))),
    [255, 128, 0, 255],
  );
  assert.deepEqual(
    await pixels(pngFile({ ...one, depth: 16, colour: 0 }, Buffer.from([0, 0x80, 0x7f]))),
    [128, 128, 128, 255],
  );
  assert.deepEqual(await pixels(pngFile({ ...one, depth: 8, colour: 4 }, Buffer.from([0, 9, 77]))), [9, 9, 9, 77]);
  assert.deepEqual(
    await pixels(pngFile({ ...one, depth: 16, colour: 6 }, Buffer.from([0, 1, 0, 2, 0, 3, 0, 4, 0]))),
    [1, 2, 3, 4],
  );
  const bits = pngFile({ width: 3, height: 2, depth: 1, colour: 0 }, Buffer.from([0, 0b10100000, 0, 0b01000000]));
  assert.deepEqual(
    (await pixels(bits)).filter((_, i) => i % 4 === 0),
    [255, 0, 255, 0, 255, 0],
  );
  const nibbles = pngFile({ width: 3, height: 1, depth: 4, colour: 0 }, Buffer.from([0, 0x0f, 0x80]));
  assert.deepEqual(
    (await pixels(nibbles)).filter((_, i) => i % 4 === 0),
    [0, 255, 136],
  );
});

test('PNG: palettes and colour keys carry transparency', async () => {
  const palette: readonly (readonly [string, Buffer])[] = [
    ['PLTE', Buffer.from([10, 20, 30, 40, 50, 60])],
    ['tRNS', Buffer.from([128])],
  ];
  const indexed = pngFile({ width: 2, height: 1, depth: 2, colour: 3 }, Buffer.from([0, 0b00010000]), palette);
  assert.deepEqual(await pixels(indexed), [10, 20, 30, 128, 40, 50, 60, 255]);
  const key = Buffer.from([0, 1, 0, 2, 0, 3]);
  const keyed = pngFile({ width: 3, height: 1, depth: 8, colour: 2 }, Buffer.from([0, 1, 2, 3, 1, 2, 4, 0, 0, 0]), [
    ['tRNS', key],
  ]);
  assert.deepEqual(await pixels(keyed), [1, 2, 3, 0, 1, 2, 4, 255, 0, 0, 0, 255]);
});

test('PNG: an encoded picture reads back with its pixels, profile and text', async () => {
  const icc = new Uint8Array(iccProfile());
  const source = quarters();
  const opaque = encodePng({ ...source, icc }, { Software: 'GAN Prior — 1' });
  assert.deepEqual(await decodePicture(opaque, 'a.png'), { ...source, icc });
  assert.equal(decodePng(opaque, { checkCrc: true }).channels, 3);
  assert.ok(Buffer.from(opaque).includes('GAN Prior — 1'));
  source.data[3] = 17;
  const transparent = encodePng(source);
  assert.equal(decodePng(transparent).channels, 4);
  assert.deepEqual(await decodePicture(transparent, 'a.png'), source);
});

test('PNG: a large picture is encoded in parts, and tells how far it is', async () => {
  const source = quarters(1500, 1400);
  source.data[4 * 1499 + 3] = 9;
  const shares: number[] = [];
  const png = encodePng(source, {}, (share) => shares.push(share));
  assert.ok(shares.length > 3 && shares.at(-1) === 1, shares.join());
  assert.deepEqual([...decodePng(png, { checkCrc: true }).data], [...source.data]);
  assert.deepEqual(await decodePicture(png, 'a.png'), source);
});

test('colour profiles of pictures that are not RGB do not survive the change to RGB', async () => {
  const grey = Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(iccProfile('GRAY'))]);
  const png = pngFile({ width: 1, height: 1, depth: 8, colour: 0 }, Buffer.from([0, 5]), [['iCCP', grey]]);
  assert.equal((await decodePicture(png, 'a.png')).icc, undefined);
});

test('JPEG: a profile in several segments is put together in their order', async () => {
  const profile = iccProfile();
  const part = (i: number, data: Buffer) =>
    segment(0xe2, Buffer.concat([Buffer.from(`ICC_PROFILE\0`, 'latin1'), Buffer.from([i, 2]), data]));
  const file = jpegFile(quarters(), [part(2, profile.subarray(90)), part(1, profile.subarray(0, 90))]);
  assert.deepEqual((await decodePicture(file, 'a.jpg')).icc, new Uint8Array(profile));
});

test('BMP: 24 and 32 bits, bit fields, either row order', async () => {
  const rows = Buffer.from([1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0]);
  const bottomUp = bmpFile({ width: 2, height: 2, bits: 24 }, [], rows);
  assert.deepEqual(await pixels(bottomUp), [9, 8, 7, 255, 12, 11, 10, 255, 3, 2, 1, 255, 6, 5, 4, 255]);
  const topDown = bmpFile({ width: 2, height: -2, bits: 24 }, [], rows);
  assert.deepEqual(await pixels(topDown), [3, 2, 1, 255, 6, 5, 4, 255, 9, 8, 7, 255, 12, 11, 10, 255]);
  assert.deepEqual(
    await pixels(bmpFile({ width: 1, height: 1, bits: 32 }, [], Buffer.from([1, 2, 3, 0]))),
    [3, 2, 1, 255],
  );
  const masks = [0xff, 0xff00, 0xff0000, 0xff000000];
  const fields = bmpFile({ width: 1, height: 1, bits: 32, compression: 6, masks }, [], Buffer.from([1, 2, 3, 200]));
  assert.deepEqual(await pixels(fields), [1, 2, 3, 200]);
  const white = bmpFile({ width: 1, height: 1, bits: 16 }, [], Buffer.from([0xff, 0x7f, 0, 0]));
  assert.deepEqual(await pixels(white), [255, 255, 255, 255]);
});

test('BMP: palettes of 1, 4 and 8 bits, odd widths, run lengths', async () => {
  const palette = [
    [1, 1, 1],
    [2, 2, 2],
    [3, 3, 3],
  ] as const;
  const reds = async (file: Buffer) => (await pixels(file)).filter((_, i) => i % 4 === 0);
  const bits = bmpFile(
    { width: 3, height: -2, bits: 1 },
    palette.slice(0, 2),
    Buffer.from([0b10100000, 0, 0, 0, 0b01000000, 0, 0, 0]),
  );
  assert.deepEqual(await reds(bits), [2, 1, 2, 1, 2, 1]);
  const nibbles = bmpFile(
    { width: 3, height: -2, bits: 4 },
    palette,
    Buffer.from([0x01, 0x20, 0, 0, 0x21, 0x00, 0, 0]),
  );
  assert.deepEqual(await reds(nibbles), [1, 2, 3, 3, 2, 1]);
  // Two of colour 1, end of line; three literal values (padded to four bytes), end of picture; bottom-up.
  const runs = Buffer.from([2, 1, 0, 0, 0, 3, 2, 1, 2, 0, 0, 1]);
  assert.deepEqual(
    await reds(bmpFile({ width: 3, height: 2, bits: 8, compression: 1 }, palette, runs)),
    [3, 2, 3, 2, 2, 1],
  );
  // Three pixels of alternating nibbles, then a jump of one line that leaves the first colour behind.
  const halfRuns = Buffer.from([3, 0x12, 0, 2, 0, 1, 0, 1]);
  assert.deepEqual(
    await reds(bmpFile({ width: 3, height: 2, bits: 4, compression: 2 }, palette, halfRuns)),
    [1, 1, 1, 2, 3, 2],
  );
});

const rejects = (bytes: Uint8Array, file: string, message: RegExp): Promise<void> =>
  assert.rejects(decodePicture(bytes, file), (error: unknown) => {
    assert.ok(error instanceof FileError, String(error));
    assert.ok(error.message.startsWith(`${file} `), error.message);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });

test('files that are no pictures, and pictures of other kinds, are named and explained', async () => {
  await rejects(new Uint8Array(0), 'empty.png', /is empty/);
  await rejects(Buffer.from('hello, this is text'), 'notes.png', /not a PNG, JPEG, WebP or BMP/);
  await rejects(
    Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'),
    'a.png',
    /is a GIF file, which is not read\. Convert it to PNG/,
  );
});

test('the content decides, not the extension', async () => {
  assert.equal(cornersOf(await decodePicture(jpegFile(), 'photo.png')), UPRIGHT[1]);
});

test('a header that promises too much is refused before anything is decoded', async () => {
  const bomb = pngFile({ width: 60000, height: 60000, depth: 8, colour: 6 }, Buffer.alloc(10));
  await rejects(bomb, 'bomb.png', /60000 x 60000 pixels, more than 100 megapixels/);
  assert.throws(() => inspectPicture(bomb, 'bomb.png'), FileError);
  await rejects(pngFile({ width: 0, height: 5, depth: 8, colour: 6 }, Buffer.alloc(0)), 'zero.png', /no pixels/);
});

test('PNG: data that inflates beyond what the header says is not inflated', async () => {
  const file = pngFile({ width: 4, height: 4, depth: 8, colour: 6 }, Buffer.alloc(64 << 20));
  const before = process.memoryUsage().arrayBuffers;
  await rejects(file, 'inflating.png', /compressed data is damaged/);
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 << 20);
  const profile = Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(Buffer.alloc(64 << 20))]);
  const small = { width: 1, height: 1, depth: 8, colour: 0 };
  await rejects(pngFile(small, Buffer.from([0, 1]), [['iCCP', profile]]), 'profile.png', /compressed data is damaged/);
});

test('truncated and damaged files are errors in every format', async () => {
  const png = Buffer.from(encodePng(quarters(200, 100)));
  const jpeg = jpegFile(quarters(200, 100));
  const webp = await webpFile(quarters(200, 100));
  const bmp = bmpFile({ width: 2, height: 2, bits: 24 }, [], Buffer.alloc(16));
  for (const [name, file] of Object.entries({ png, jpeg, webp, bmp })) {
    await rejects(
      file.subarray(0, Math.floor(file.length * 0.6)),
      `half.${name}`,
      /cannot be decoded|header cannot be read/,
    );
    await rejects(file.subarray(0, 20), `start.${name}`, /is damaged|not a PNG|cannot be decoded|no pixels/);
  }
  png[png.length - 30]! ^= 0xff;
  await rejects(png, 'flipped.png', /cannot be decoded as PNG/);
});

test('what is encoded is decoded as it was, whatever repeats in it, in one block or several', async () => {
  const sizes = [...Array.from({ length: 60 }, (_, seed) => [60, 4 + seed] as const), [9000, 120] as const];
  for (const [seed, [width, height]] of sizes.entries()) {
    const draw = uniforms(seed);
    const data = new Uint8ClampedArray(4 * width * height).fill(255);
    for (let i = 0; i < width * height; i++) data.fill(7 * Math.floor(9 * draw()), 4 * i, 4 * i + 3);
    const file = encodePng({ width, height, data });
    const decoded = await decodePicture(file, `${width} x ${height}`);
    assert.ok(Buffer.from(decoded.data).equals(Buffer.from(data)), `${width} x ${height}`);
    assert.doesNotThrow(() => decodePng(file), `${width} x ${height}`);
  }
});
