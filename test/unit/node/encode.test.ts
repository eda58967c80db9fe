/** Results as files, read back by decoders. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../src/engine/errors.ts';
import { decodePicture } from '../../../src/node/codecs/index.ts';
import { embeddedRecord, encodeResult } from '../../../src/node/codecs/encode.ts';
import { canEmbed, formatProblem, RESULT_FORMATS, resultFormat } from '../../../src/node/codecs/formats.ts';
import { cornersOf, iccProfile, quarters } from './pictures.ts';

const record = JSON.stringify({ name: 'pömme & <"pear">.png', seed: 3 });
const icc = Uint8Array.from(iccProfile());

for (const format of RESULT_FORMATS) {
  test(`${format} keeps the pixels, the profile and the record, upright`, async () => {
    const picture = { ...quarters(33, 17), icc };
    const file = await encodeResult(picture, format, 95, record);
    const decoded = await decodePicture(file, `a.${format}`);
    assert.deepEqual([decoded.width, decoded.height], [33, 17]);
    assert.equal(cornersOf(decoded), cornersOf(picture));
    assert.deepEqual(Uint8Array.from(decoded.icc!), icc);
    assert.equal(embeddedRecord(file), record);
  });

  test(`${format} without profile and record has neither`, async () => {
    const file = await encodeResult(quarters(), format, 95, undefined);
    assert.equal(embeddedRecord(file), undefined);
    assert.equal((await decodePicture(file, 'a')).icc, undefined);
  });

  test(`${format} is the same file every time`, async () => {
    const [a, b] = [
      await encodeResult(quarters(), format, 80, record),
      await encodeResult(quarters(), format, 80, record),
    ];
    assert.deepEqual(a, b);
  });
}

test('quality makes JPEG and WebP larger and closer', async () => {
  const noise = {
    width: 32,
    height: 32,
    data: Uint8ClampedArray.from({ length: 4096 }, (_, i) => (i % 4 === 3 ? 255 : (i * i * 7) % 256)),
  };
  for (const format of ['jpeg', 'webp'] as const) {
    const [low, high] = [
      await encodeResult(noise, format, 20, undefined),
      await encodeResult(noise, format, 95, undefined),
    ];
    assert.ok(low.length < high.length, `${format}: ${low.length}, ${high.length}`);
  }
});

test('transparency stays in PNG and WebP, and lies on white in JPEG', async () => {
  const data = new Uint8ClampedArray(16 * 16 * 4);
  for (let i = 0; i < data.length; i += 4) data.set([255, 0, 0, i < data.length / 2 ? 0 : 255], i);
  const picture = { width: 16, height: 16, data, icc };
  for (const format of ['png', 'webp'] as const) {
    const decoded = await decodePicture(await encodeResult(picture, format, 90, record), 'a');
    assert.deepEqual([decoded.data[3], decoded.data.at(-1)], [0, 255], format);
  }
  const decoded = await decodePicture(await encodeResult(picture, 'jpeg', 95, record), 'a');
  assert.ok(
    decoded.data.slice(0, 4).every((value) => value > 250),
    String(decoded.data.slice(0, 4)),
  );
  assert.ok(decoded.data.at(-3)! < 10, 'what is opaque keeps its colour');
});

test('a long profile is cut into segments, and a record too long for a JPEG is known before', async () => {
  const long = Uint8Array.from({ length: 150_000 }, (_, i) => (i < icc.length ? icc[i]! : i % 251));
  const decoded = await decodePicture(await encodeResult({ ...quarters(), icc: long }, 'jpeg', 90, record), 'a');
  assert.deepEqual(decoded.icc, long);
  assert.equal(canEmbed('x'.repeat(64_000), 'jpeg'), true);
  assert.equal(canEmbed('x'.repeat(66_000), 'jpeg'), false);
  assert.equal(canEmbed('x'.repeat(66_000), 'webp'), true);
});

test('the ending of a name says the format', () => {
  assert.deepEqual(['a.png', 'b.JPG', 'c.jpeg', 'd/e.webp', 'f.gif', '.png', 'g'].map(resultFormat), [
    ...['png', 'jpeg', 'jpeg', 'webp', undefined, undefined, undefined],
  ]);
  assert.deepEqual(['a.jfif', 'b.JPE', 'c.bmp'].map(resultFormat), ['jpeg', 'jpeg', undefined]);
});

test('a result beyond the limit of its format is refused, with a sentence that can be asked for before', async () => {
  assert.equal(formatProblem('jpeg', { width: 65_500, height: 65_500 }), undefined);
  assert.equal(formatProblem('jpeg', { width: 66_000, height: 32 }), 'JPEG files end at 65500 pixels a side');
  assert.equal(formatProblem('webp', { width: 16_383, height: 1 }), undefined);
  assert.equal(formatProblem('webp', { width: 1, height: 16_384 }), 'WebP files end at 16383 pixels a side');
  assert.equal(formatProblem('png', { width: 100_000, height: 1000 }), undefined);
  for (const [format, width] of [
    ['jpeg', 65_501],
    ['webp', 16_384],
  ] as const) {
    const picture = { width, height: 1, data: new Uint8ClampedArray(width * 4) };
    await assert.rejects(encodeResult(picture, format, 90, undefined), EngineError);
  }
});
