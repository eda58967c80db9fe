/** Sound files of kinds that decoders tend to stumble over, and what files say beside their pixels. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encodeResult } from '../../../src/node/codecs/encode.ts';
import { READABLE_EXTENSIONS } from '../../../src/node/codecs/formats.ts';
import { decodePicture, encodePng, inspectPicture } from '../../../src/node/codecs/index.ts';
import { FileError } from '../../../src/node/errors.ts';
import { pngFileOf } from '../../support/pngWriter.ts';
import {
  cornersOf,
  exifBlock,
  jpegFile,
  pngChunk,
  pngFile,
  quarters,
  riffChunk,
  segment,
  webpFile,
} from './pictures.ts';

const fixture = (name: string) => readFile(join(import.meta.dirname, '../../fixtures/pictures', name));
const pixels = async (file: Uint8Array) => [...(await decodePicture(file, 'test')).data];
const rejects = (file: Uint8Array, message: RegExp) =>
  assert.rejects(decodePicture(file, 'a'), (error) => error instanceof FileError && message.test(error.message));

const SMALL = { width: 4, height: 1, depth: 8, colour: 3 } as const;
const PALETTE = ['PLTE', Buffer.from([255, 0, 0, 0, 255, 0])] as const;
const RGB = { width: 6, height: 4, depth: 8, colour: 2, interlaced: false, keyed: false } as const;

describe('PNG', () => {
  const { file, pixels: expected } = pngFileOf(RGB);
  const damaged = (chunk: Buffer) => {
    chunk[chunk.length - 1]! ^= 1;
    return chunk;
  };
  const broken = Buffer.concat([Buffer.from('x\0\0', 'latin1'), Buffer.from('no zlib')]);
  for (const [what, chunk] of [
    ['text of a wrong checksum', damaged(pngChunk('tEXt', Buffer.from('Title\0x', 'latin1')))],
    ['transparency of a wrong checksum', damaged(pngChunk('tRNS', Buffer.alloc(6)))],
    ['a profile that cannot be inflated', pngChunk('iCCP', broken)],
    ['a suggested palette', pngChunk('PLTE', Buffer.alloc(768, 7))],
    ['a suggested palette of a wrong length', pngChunk('PLTE', Buffer.alloc(7))],
    ['a chunk that nobody knows', pngChunk('xyZw', Buffer.alloc(5))],
  ] as const) {
    test(`${what} does not keep it from being read`, async () => {
      assert.deepEqual(await pixels(pngFileOf(RGB, [chunk]).file), [...expected]);
    });
  }

  test('bytes behind the end, and an end that is missing, are no matter', async () => {
    assert.deepEqual(await pixels(Buffer.concat([file, Buffer.alloc(1000)])), [...expected]);
    assert.deepEqual(await pixels(Buffer.concat([file, Buffer.from('\0\0\0\x09IDAT', 'latin1')])), [...expected]);
    assert.deepEqual(await pixels(file.subarray(0, -12)), [...expected]);
    // The checksums of the chunk and of the data within.
    assert.deepEqual(await pixels(file.subarray(0, -20)), [...expected]);
    await rejects(file.subarray(0, -40), /ends before the picture does/);
  });

  test('a colour beyond the palette is black, alphas beyond it are ignored', async () => {
    const indices = Buffer.from([0, 0, 1, 2, 255]);
    assert.deepEqual(await pixels(pngFile(SMALL, indices, [PALETTE])), [
      ...[255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255],
    ]);
    const alphas = ['tRNS', Buffer.from([1, 2, 3, 4, 5])] as const;
    assert.deepEqual(await pixels(pngFile(SMALL, indices, [PALETTE, alphas])), [
      ...[255, 0, 0, 1, 0, 255, 0, 2, 0, 0, 0, 255, 0, 0, 0, 255],
    ]);
  });

  test('damage where the pixels are is an error', async () => {
    const flipped = Buffer.from(file);
    flipped[flipped.indexOf('IDAT') + 8]! ^= 1;
    await rejects(flipped, /its data is damaged/);
    await rejects(pngFile(SMALL, Buffer.alloc(5)), /palette is missing/);
    await rejects(pngFileOf(RGB, [pngChunk('CgBI', Buffer.alloc(4))]).file, /\(CgBI\)|header/);
  });

  test('what it says of its colours and its pixels is in the result', async () => {
    const colour = {
      gAMA: Buffer.from([0, 0, 0xb1, 0x8f]),
      cHRM: Buffer.alloc(32, 1),
      cICP: Buffer.from([12, 13, 0, 1]),
    };
    const physical = Buffer.from([0, 0, 0x2e, 0x23, 0, 0, 0x17, 0x12, 1]);
    const chunks = Object.entries({ ...colour, pHYs: physical }).map(([name, data]) => pngChunk(name, data));
    const source = await decodePicture(pngFileOf(RGB, chunks).file, 'a.png');
    assert.deepEqual(source.density, { x: 11_811, y: 5906, unit: 'metre' });
    const result = Buffer.from(encodePng(source));
    for (const chunk of chunks) assert.ok(result.includes(chunk), chunk.toString('latin1', 4, 8));
    assert.deepEqual(await decodePicture(result, 'b.png'), source);
  });

  test('16 bits and animations are spoken of', () => {
    const notes = (bytes: Uint8Array) => inspectPicture(bytes, 'a').notes;
    assert.match(notes(pngFileOf({ ...RGB, depth: 16 }).file).join(), /^The picture has 16 bits a colour/);
    const animation = pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));
    assert.match(notes(pngFileOf(RGB, [animation]).file).join(), /^The picture is animated/);
    assert.deepEqual(notes(file), []);
  });
});

describe('JPEG', () => {
  for (const name of ['progressive-restarts', '411', '440', 'rgb', 'cmyk', 'ycck-420']) {
    test(name, async () => {
      assert.equal(cornersOf(await decodePicture(await fixture(`${name}.jpg`), name)), '0123');
    });
  }

  test('grey with restarts', async () => {
    const { data } = await decodePicture(await fixture('grey-restarts.jpg'), 'a');
    // Luma of the four corners: 86, 131, 56, 120.
    for (const [x, y, luma] of [
      [4, 4, 87],
      [28, 4, 131],
      [4, 12, 56],
      [28, 12, 120],
    ] as const) {
      assert.ok(Math.abs(data[(y * 32 + x) * 4]! - luma) < 3, `${x} ${y}: ${data[(y * 32 + x) * 4]}`);
    }
  });

  test('CMYK is spoken of, and reads the same without the marker of Adobe', async () => {
    const file = await fixture('cmyk.jpg');
    const adobe = file.indexOf('Adobe') - 4;
    const without = Buffer.concat([file.subarray(0, adobe), file.subarray(adobe + 16)]);
    assert.deepEqual(await pixels(without), await pixels(file));
    assert.match(inspectPicture(file, 'a').notes.join(), /CMYK/);
  });

  test('an end that is missing and bytes behind the end are no matter, missing pixels are', async () => {
    const file = jpegFile();
    assert.deepEqual(await pixels(file.subarray(0, -2)), await pixels(file));
    assert.deepEqual(await pixels(Buffer.concat([file, Buffer.alloc(1000, 0xff)])), await pixels(file));
    await rejects(file.subarray(0, -30), /cannot be decoded as JPEG/);
    const inks = await fixture('cmyk.jpg');
    assert.deepEqual(await pixels(inks.subarray(0, -2)), await pixels(inks));
    await rejects(inks.subarray(0, -20), /ends before the picture does/);
  });

  test('hundreds of passes over the picture are refused, dozens are not', async () => {
    const one = Buffer.of(1, ...Array<number>(15).fill(0), 0);
    const table = (kind: number) => segment(0xc4, Buffer.concat([Buffer.of(kind), one]));
    // One zero bit each: a difference of 0, or the end of the block.
    const scan = (from: number, to: number, high: number, low: number) =>
      Buffer.concat([segment(0xda, Buffer.of(1, 1, 0, from, to, (high << 4) | low)), Buffer.of(0x7f)]);
    const file = (...refinements: (readonly [number, number])[]) =>
      Buffer.concat([
        Buffer.of(0xff, 0xd8),
        segment(0xdb, Buffer.concat([Buffer.of(0), Buffer.alloc(64, 1)])),
        segment(0xc2, Buffer.of(8, 0, 8, 0, 8, 1, 1, 0x11, 0)),
        table(0x00),
        table(0x10),
        scan(0, 0, 0, 0),
        ...Array.from({ length: 63 }, (_, k) => refinements.map(([high, low]) => scan(k + 1, k + 1, high, low))).flat(),
        Buffer.of(0xff, 0xd9),
      ]);
    assert.deepEqual(new Set(await pixels(file([0, 0]))), new Set([128, 255]));
    await rejects(file([0, 3], [3, 2], [2, 1], [1, 0]), /too many scans/);
  });

  test('12 bits, lossless coding and two components are refused with a sentence', async () => {
    const frame = (offset: number, value: number) => {
      const file = jpegFile();
      file[file.indexOf(Buffer.of(0xff, 0xc0)) + offset] = value;
      return file;
    };
    await rejects(frame(4, 12), /it has 12 bits a colour: save it with 8, or as PNG/);
    await rejects(frame(1, 0xc3), /rare kind of JPEG/);
    await rejects(frame(9, 2), /rare kind of JPEG|header/);
  });

  test('pixels a length are in the result: of JFIF, else of EXIF, turned with the picture', async () => {
    const jfif = (...fields: number[]) =>
      segment(0xe0, Buffer.concat([Buffer.from('JFIF\0\x01\x01', 'latin1'), Buffer.of(...fields, 0, 0)]));
    const density = async (file: Buffer) => (await decodePicture(file, 'a')).density;
    // The writer's own JFIF segment, which says nothing, follows.
    assert.deepEqual(await density(jpegFile(quarters(), [jfif(2, 0, 118, 0, 59)])), {
      x: 11_800,
      y: 5900,
      unit: 'metre',
    });
    assert.deepEqual(await density(jpegFile(quarters(), [jfif(0, 0, 2, 0, 1)])), { x: 2, y: 1, unit: 'none' });
    const exif = segment(
      0xe1,
      Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock({ orientation: 6, x: 300, y: 150 })]),
    );
    const turned = await density(jpegFile(quarters(), [exif]));
    assert.deepEqual([Math.round(turned!.x * 0.0254), Math.round(turned!.y * 0.0254)], [150, 300]);
  });
});

describe('WebP', () => {
  test('of an animation the first image is read, where it lies', async () => {
    const still = await webpFile(quarters(8, 4));
    const frame = Buffer.alloc(16);
    frame.writeUIntLE(1, 0, 3);
    frame.writeUIntLE(2, 3, 3);
    frame.writeUIntLE(7, 6, 3);
    frame.writeUIntLE(3, 9, 3);
    const canvas = Buffer.alloc(10);
    canvas[0] = 0x12;
    canvas.writeUIntLE(11, 4, 3);
    canvas.writeUIntLE(9, 7, 3);
    const anmf = riffChunk('ANMF', Buffer.concat([frame, still.subarray(12)]));
    const file = riffChunk(
      'RIFF',
      Buffer.concat([
        Buffer.from('WEBP', 'latin1'),
        riffChunk('VP8X', canvas),
        riffChunk('ANIM', Buffer.alloc(6)),
        anmf,
        anmf,
      ]),
    );
    const { width, height, data } = await decodePicture(file, 'a.webp');
    assert.deepEqual([width, height], [12, 10]);
    assert.deepEqual([...data.subarray(0, 4)], [0, 0, 0, 0]);
    for (let y = 0; y < 4; y++) {
      const row = data.subarray(((y + 4) * 12 + 2) * 4, ((y + 4) * 12 + 10) * 4);
      assert.deepEqual([...row], [...quarters(8, 4).data.subarray(y * 32, y * 32 + 32)]);
    }
    assert.match(inspectPicture(file, 'a').notes.join(), /^The picture is animated/);
  });
});

test('pixels a length survive every format of results', async () => {
  const picture = { ...quarters(), density: { x: 300 / 0.0254, y: 150 / 0.0254, unit: 'metre' as const } };
  for (const format of ['png', 'jpeg', 'webp'] as const) {
    const { density } = await decodePicture(await encodeResult(picture, format, 90, 'record'), 'a');
    assert.deepEqual([Math.round(density!.x * 0.0254), Math.round(density!.y * 0.0254)], [300, 150], format);
  }
});

test('what a PNG says of its colours becomes a profile in JPEG and WebP', async () => {
  const u32 = (...values: number[]) => {
    const data = Buffer.alloc(4 * values.length);
    values.forEach((value, i) => data.writeUInt32BE(value, 4 * i));
    return data;
  };
  const gAMA = u32(100_000);
  const cHRM = u32(31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000);
  const profile = async (pngColour: Record<string, Uint8Array>, format: 'jpeg' | 'webp' = 'jpeg') =>
    (await decodePicture(await encodeResult({ ...quarters(), pngColour }, format, 90, undefined), 'a')).icc;
  for (const format of ['jpeg', 'webp'] as const) {
    const icc = Buffer.from((await profile({ gAMA, cHRM }, format))!);
    assert.equal(icc.readUInt32BE(0), icc.length);
    const tag = (name: string) => icc.subarray(icc.readUInt32BE(icc.indexOf(name, 128, 'latin1') + 4));
    // The primaries of sRGB for a white of D50, as its own profiles have them, and light in proportion to the values.
    for (const [name, expected] of [
      ['rXYZ', [0.4361, 0.2225, 0.0139]],
      ['gXYZ', [0.3851, 0.7169, 0.0971]],
      ['bXYZ', [0.1431, 0.0606, 0.7139]],
    ] as const) {
      const found = [0, 1, 2].map((i) => tag(name).readInt32BE(8 + 4 * i) / 65_536);
      found.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 0.001, `${name} ${found.join()}`));
    }
    assert.equal(tag('gTRC').readUInt16BE(12) / 256, 1);
  }
  // sRGB needs none, nonsense gets none.
  assert.equal(await profile({ gAMA: u32(45_455), cHRM }), undefined);
  assert.equal(await profile({ gAMA, sRGB: Buffer.alloc(1) }), undefined);
  assert.equal(await profile({ cHRM: Buffer.alloc(32) }), undefined);
  assert.equal(await profile({ gAMA: u32(0) }), undefined);
});

test('formats that are not read are named by their content, with what to do', async () => {
  const box = (brand: string) => Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1`, 'latin1');
  for (const [name, file] of [
    ['GIF', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1')],
    ['TIFF', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
    ['AVIF', box('avif')],
    ['HEIC', box('heic')],
  ] as const) {
    await rejects(
      file,
      new RegExp(`^a is a ${name} file, which is not read\\. Convert it to PNG, JPEG, WebP or BMP first\\.$`),
    );
  }
});

test('all endings of JPEG are listed', () => {
  for (const ending of ['jpg', 'jpeg', 'jpe', 'jfif'])
    assert.ok(
      READABLE_EXTENSIONS.some((one) => one === ending),
      ending,
    );
});
