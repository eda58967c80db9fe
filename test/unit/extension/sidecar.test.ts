import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptIn, parseSidecar, SidecarError, withKept } from '../../../src/extension/save/sidecar.ts';
import type { Choices } from '../../../src/shared/documentState.ts';

const mask = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 255);
const choices: Choices = { task: 'denoise', params: { model: 'fruit128', layer: 3, seed: 0, noise: 'impulse' } };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const read = (bytes: Uint8Array | undefined) => parseSidecar(bytes!, 'a.png.ganprior.json');

test('a mask and what was chosen are written and read back', () => {
  const region = { left: 1, top: 2, width: 8, height: 8 };
  const at = { x: 3, y: 4.5 };
  const landmarks = { leftEye: at, rightEye: at, leftMouth: at, rightMouth: at };
  const aligned = { x: 5, y: 6, side: 7.25, angle: -30, landmarks };
  for (const kept of [
    { region: aligned },
    { mask },
    { otherMasks: [mask, mask] },
    { region },
    { choices },
    { mask, region, choices },
  ]) {
    assert.deepEqual(keptIn(read(withKept(undefined, kept))), kept);
  }
});

test('a file of the first format has a mask alone; it is written anew as the second', () => {
  const first = read(text('{"format": 1, "mask": "data:image/png;base64,AAAA"}'));
  assert.deepEqual(keptIn(first), { mask: new Uint8Array(3) });
  const second = read(withKept(first, { choices }));
  assert.equal(second.format, 2);
  assert.deepEqual(keptIn(second), { choices });
});

test('what a later version added is kept', () => {
  const later = read(text('{"format": 2, "crop": [1, 2], "task": "inpaint", "params": {"layer": 2, "wish": "x"}}'));
  assert.deepEqual(keptIn(later), { choices: { task: 'inpaint', params: { layer: 2 } } });
  const changed = read(withKept(later, { mask, choices }));
  assert.deepEqual(changed['crop'], [1, 2]);
  assert.equal(changed.params?.['wish'], 'x');
  assert.deepEqual(keptIn(changed), { mask, choices });
  assert.deepEqual(keptIn(read(withKept(changed, {}))), {});
});

test('without a mask and a choice there is nothing to keep a file for', () => {
  assert.equal(withKept(read(withKept(undefined, { mask, choices })), {}), undefined);
  assert.equal(withKept(undefined, {}), undefined);
});

test('files of others and damaged ones are named', () => {
  const bad = [
    ...['', '{', '[]', '{"format": 3}', '{"format": 1, "mask": "AAAA"}', '{"format": 2, "mask": 3}'],
    ...['{"format": 2, "task": "embroider"}', '{"format": 2, "task": "inpaint", "params": {"layer": -1}}'],
  ];
  for (const content of bad) {
    assert.throws(
      () => read(text(content)),
      (error) => error instanceof SidecarError && /^a\.png\.ganprior\.json /.test(error.message),
      content,
    );
  }
  assert.throws(() => read(Uint8Array.of(0xff, 0xfe)), SidecarError);
});
