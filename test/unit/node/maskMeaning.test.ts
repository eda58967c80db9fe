/** What people mean by a mask file. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encode } from 'fast-png';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { tensor, type Tensor } from '../../../src/engine/tensor.ts';
import { writeNpy } from '../../../src/importers/npy.ts';
import { FileError } from '../../../src/node/errors.ts';
import {
  maskOfArray,
  maskOfPicture,
  understandMask,
  type MaskAlpha,
  type ReadMask,
} from '../../../src/node/maskMeaning.ts';

const [WIDTH, HEIGHT] = [10, 8];
/** A rectangle of 3 x 4 pixels is meant: 15 %. */
const inside = (x: number, y: number): boolean => x >= 2 && x < 5 && y >= 1 && y < 5;
const WANTED = Array.from({ length: WIDTH * HEIGHT }, (_, i) => inside(i % WIDTH, Math.floor(i / WIDTH)));

const drawn = (mark: readonly number[], rest: readonly number[] | ((i: number) => readonly number[])): Picture => {
  const pixels = WANTED.flatMap((marked, i) => {
    const colour = marked ? mark : typeof rest === 'function' ? rest(i) : rest;
    return colour.length === 4 ? colour : [...colour, 255];
  });
  return { width: WIDTH, height: HEIGHT, data: Uint8ClampedArray.from(pixels) };
};
const marks = ({ plane }: ReadMask): boolean[] => [...plane.data].map((value) => value > 127);
const understood = (picture: Picture, alpha?: MaskAlpha): ReadMask => {
  const read = maskOfPicture(picture, 'mask.png', alpha);
  assert.ok('plane' in read, 'nothing to ask');
  return read;
};
const BLACK = [0, 0, 0];
/** A photograph's pixels. */
const photo = (i: number): number[] => [30 + ((i * 37) % 200), 200 - ((i * 13) % 150), 40 + i, 255];

describe('a mask marks', () => {
  for (const [what, picture, note] of [
    ['what is white', drawn([255, 255, 255], BLACK), undefined],
    ['what is green', drawn([0, 255, 0], BLACK), /coloured: every colour but black is filled, 15 % of the picture/],
    ['what is blue', drawn([0, 0, 255], BLACK), /every colour but black/],
    ['a dark colour of a palette', drawn([64, 0, 0], BLACK), /every colour but black/],
    ['1 where there are 0 and 1', drawn([1, 1, 1], BLACK), /holds 0 and 1 alone: 1 is filled, 15 %/],
    ['any label', drawn([20, 20, 20], BLACK), /labels: every number but 0 is filled, 15 %/],
    ['an erased part of a photograph', drawn([9, 9, 9, 0], photo), /its transparent part is filled, 15 %/],
    [
      'white on a sheet with a transparent margin',
      drawn([255, 255, 255], (i) => (i < 10 ? [0, 0, 0, 0] : BLACK)),
      /its transparent part is kept/,
    ],
  ] as const) {
    test(what, () => {
      const read = understood(picture);
      assert.deepEqual(marks(read), WANTED);
      if (note) assert.match(read.note!, note);
      else assert.equal(read.note, undefined);
    });
  }

  test('bright colours of a photograph, which is told', () => {
    const read = understood(drawn([0, 250, 20], (i) => [i % 60, (i * 7) % 50, (i * 3) % 70]));
    assert.deepEqual(marks(read), WANTED);
    assert.match(read.note!, /bright, in whatever colour/);
  });

  test('soft greys softly', () => {
    const { plane } = understood(drawn([255, 255, 255], (i) => [i, i, i]));
    assert.equal(plane.data[9], 9);
  });

  test('most of a picture, which may be the wrong way round: it is told', () => {
    assert.match(understood(drawn(BLACK, [255, 255, 255])).note!, /fills 85 % of the picture: what is white/);
  });

  test('nothing where nothing is drawn, noise of a compressed file neither', () => {
    assert.ok(!marks(understood(drawn(BLACK, BLACK))).includes(true));
    const noise = drawn([2, 2, 2], (i) => [(i * 7) % 4, (i * 7) % 4, (i * 7) % 4]);
    assert.ok(!marks(understood(noise)).includes(true));
  });
});

describe('a mask of one colour that is transparent in part', () => {
  const strokes = drawn([0, 0, 0, 255], [0, 0, 0, 0]);
  const hole = drawn([255, 255, 255, 0], [255, 255, 255, 255]);

  test('is a question, with what each reading would fill', () => {
    assert.deepEqual(maskOfPicture(strokes, 'a.png'), { shares: { fill: 0.85, keep: 0.15 } });
    assert.deepEqual(maskOfPicture(hole, 'a.png'), { shares: { fill: 0.15, keep: 0.85 } });
  });

  test('is read as it is said to be meant, and that is told', () => {
    const painted = understood(strokes, 'keep');
    assert.deepEqual(marks(painted), WANTED);
    assert.match(painted.note!, /its transparent part is kept, its painted part is filled, 15 %/);
    assert.deepEqual(marks(understood(hole, 'fill')), WANTED);
  });

  test('says nothing where all of it is transparent', () => {
    assert.throws(() => maskOfPicture(drawn([0, 0, 0, 0], [0, 0, 0, 0]), 'a.png'), /wholly transparent/);
  });
});

describe('an array', () => {
  const numbers = (mark: number): number[] => WANTED.map((marked) => (marked ? mark : 0));
  const half = (mark: number): Uint16Array => Uint16Array.from(numbers(mark));
  for (const [what, array] of [
    ['of bool', tensor('bool', [HEIGHT, WIDTH], Uint8Array.from(numbers(1)))],
    ['of uint8', tensor('uint8', [HEIGHT, WIDTH], Uint8Array.from(numbers(255)))],
    ['of uint8, 0 and 1', tensor('uint8', [HEIGHT, WIDTH], Uint8Array.from(numbers(1)))],
    ['of uint8 labels', tensor('uint8', [HEIGHT, WIDTH], Uint8Array.from(numbers(7)))],
    ['of float16', tensor('float16', [HEIGHT, WIDTH], half(0x3c00))],
    ['of float32 with a channel', tensor('float32', [HEIGHT, WIDTH, 1], Float32Array.from(numbers(1)))],
    ['of float64 in a batch', tensor('float64', [1, 1, HEIGHT, WIDTH], Float64Array.from(numbers(1)))],
    ['of int64', tensor('int64', [1, HEIGHT, WIDTH], BigInt64Array.from(numbers(1), BigInt))],
    ['of float32 up to 255', tensor('float32', [HEIGHT, WIDTH], Float32Array.from(numbers(255)))],
  ] as const satisfies readonly (readonly [string, Tensor])[]) {
    test(`${what} marks what is not 0`, async () => {
      const read = await understandMask(writeNpy(array), 'mask.npy');
      assert.ok('plane' in read);
      assert.deepEqual([read.plane.width, read.plane.height], [WIDTH, HEIGHT]);
      assert.deepEqual(marks(read), WANTED);
    });
  }

  test('of uint16 is read', async () => {
    for (const top of [1, 65535]) {
      // The project writes no such file: an int32 one with its type and its numbers narrowed.
      const wide = writeNpy(tensor('int32', [HEIGHT, WIDTH], Int32Array.from(numbers(top))));
      const start = wide.length - 4 * WIDTH * HEIGHT;
      const header = new TextDecoder('latin1').decode(wide.subarray(0, start)).replace('<i4', '<u2');
      const bytes = Uint8Array.from([...header].map((letter) => letter.charCodeAt(0)));
      const read = await understandMask(Uint8Array.from([...bytes, ...new Uint8Array(half(top).buffer)]), 'mask.npy');
      assert.ok('plane' in read);
      assert.deepEqual(marks(read), WANTED);
    }
  });

  test('of another shape, or of numbers that mean nothing, is refused', () => {
    const array = (dims: number[], value: number): Tensor =>
      tensor('float32', dims, new Float32Array(dims.reduce((a, b) => a * b)).fill(value));
    assert.throws(
      () => maskOfArray(array([3, 4, 5], 1), 'a.npy'),
      /shape \[3, 4, 5\], but a mask has a height and a width/,
    );
    for (const value of [-1, NaN, Infinity, 1e6]) {
      assert.throws(() => maskOfArray(array([3, 4], value), 'a.npy'), FileError);
    }
  });
});

test('a file is read through its codec', async () => {
  const { width, height, data } = drawn([0, 0, 255], BLACK);
  const read = await understandMask(encode({ width, height, data: Uint8Array.from(data), channels: 4 }), 'mask.png');
  assert.ok('plane' in read);
  assert.deepEqual(marks(read), WANTED);
});

test('a PNG file of 16 bits may hold 0 and 1, or labels', async () => {
  for (const [mark, note] of [
    [1, undefined],
    [7, /labels/],
    [26_001, /labels/],
    [65_535, undefined],
  ] as const) {
    const data = Uint16Array.from(WANTED, (marked) => (marked ? mark : 0));
    const read = await understandMask(
      encode({ width: WIDTH, height: HEIGHT, data, channels: 1, depth: 16 }),
      'mask.png',
    );
    assert.ok('plane' in read);
    assert.deepEqual(marks(read), WANTED, `${mark}`);
    if (note) assert.match(read.note!, note);
    else assert.equal(read.note, undefined);
  }
});
