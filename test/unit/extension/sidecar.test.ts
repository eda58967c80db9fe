import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskIn, parseSidecar, SidecarError, withMask } from '../../../src/extension/save/sidecar.ts';

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 255);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const read = (bytes: Uint8Array | undefined) => parseSidecar(bytes!, 'a.png.ganprior.json');

test('a mask is written and read back', () => {
  assert.deepEqual(maskIn(read(withMask(undefined, png))), png);
});

test('what a later version added is kept', () => {
  const later = read(text('{"format": 1, "crop": [1, 2], "mask": "data:image/png;base64,AAAA"}'));
  const changed = read(withMask(later, png));
  assert.deepEqual(changed['crop'], [1, 2]);
  assert.deepEqual(maskIn(changed), png);
  assert.equal(maskIn(read(withMask(changed, undefined))), undefined);
});

test('without a mask there is nothing to keep a file for', () => {
  assert.equal(withMask(read(withMask(undefined, png)), undefined), undefined);
  assert.equal(withMask(undefined, undefined), undefined);
});

test('files of others and damaged ones are named', () => {
  for (const bad of ['', '{', '[]', '{"format": 2}', '{"format": 1, "mask": "AAAA"}', '{"format": 1, "mask": 3}']) {
    assert.throws(
      () => read(text(bad)),
      (error) => error instanceof SidecarError && /^a\.png\.ganprior\.json /.test(error.message),
    );
  }
  assert.throws(() => read(Uint8Array.of(0xff, 0xfe)), SidecarError);
});
