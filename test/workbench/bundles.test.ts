/** What is built does what its sources do, where a bundle of CommonJS may not: libraries look for themselves in it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { decodePicture, encodePng } from '../../src/node/codecs/index.ts';
import { RunThread } from '../../src/node/thread.ts';
import { ROOT } from '../harness/paths.ts';
import { quarters } from '../unit/node/pictures.ts';

const thread = new RunThread(join(ROOT, 'dist/runThread.cjs'));
after(() => thread.dispose());

for (const format of ['png', 'jpeg', 'webp'] as const) {
  test(`the thread of the editor writes and reads ${format}`, async () => {
    const png = new Uint8Array(encodePng(quarters(64, 48)));
    const { bytes } = await thread.encode({ png, format, quality: 90 });
    const { width, height } = await decodePicture(bytes, 'result');
    assert.deepEqual([width, height], [64, 48]);
    const again = await thread.encode({ png: bytes as Uint8Array<ArrayBuffer>, format: 'png', quality: 90 });
    assert.equal((await decodePicture(again.bytes, 'again.png')).width, 64);
  });
}
