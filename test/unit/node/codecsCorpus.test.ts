/** Every kind of PNG and BMP decodes to the pixels it was written from. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePicture } from '../../../src/node/codecs/index.ts';
import { bmpCorpus } from '../../support/bmpWriter.ts';
import { pngCorpus } from '../../support/pngWriter.ts';

for (const [format, corpus] of [
  ['PNG', pngCorpus],
  ['BMP', bmpCorpus],
] as const) {
  test(`${format}: all of a generated corpus`, async () => {
    let count = 0;
    for (const { name, file, pixels } of corpus()) {
      const { data } = await decodePicture(file, name);
      assert.deepEqual(Buffer.from(data), Buffer.from(pixels), name);
      count += 1;
    }
    assert.ok(count >= 300, `${count} variants`);
  });
}
