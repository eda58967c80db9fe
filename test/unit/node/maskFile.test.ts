import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePicture } from '../../../src/node/codecs/index.ts';
import { encodeMask, pictureOfMask, planeOfPicture } from '../../../src/node/maskFile.ts';
import { pack } from '../../../src/shared/mask/patch.ts';

const plane = { width: 3, height: 2, data: Uint8Array.of(0, 255, 128, 7, 0, 200) };

test('a mask is written as a grey PNG and read back to the bit', async () => {
  const picture = await decodePicture(encodeMask(plane), 'mask.png');
  assert.deepEqual(planeOfPicture(picture), plane);
});

test('what is transparent in a mask file is known', () => {
  const data = Uint8ClampedArray.of(255, 255, 255, 0, 255, 255, 255, 255, 255, 255, 255, 100);
  assert.deepEqual([...planeOfPicture({ width: 3, height: 1, data }).data], [0, 255, 100]);
});

test('the engine gets it as an opaque grey picture', () => {
  const { width, height, data } = pictureOfMask(pack(plane));
  assert.deepEqual([width, height], [3, 2]);
  assert.deepEqual([...data.subarray(4, 12)], [255, 255, 255, 255, 128, 128, 128, 255]);
});
