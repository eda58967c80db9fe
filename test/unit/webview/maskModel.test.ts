import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateSync } from 'fflate';
import {
  applyPatch,
  difference,
  MaskPatchError,
  pack,
  packDelta,
  unpack,
  type MaskPatch,
} from '../../../src/shared/mask/patch.ts';
import { emptyPlane, wholeOf, type MaskPlane } from '../../../src/shared/mask/plane.ts';
import { MaskModel } from '../../../src/webview/mask/model.ts';
import { fillRectangle } from '../../../src/webview/mask/shapes.ts';

const SIZE = [300, 200] as const;
const square = (plane: MaskPlane, left: number, side = 40) =>
  fillRectangle(plane, { x: left, y: left }, { x: left + side, y: left + side }, 255);

function patchOf(left: number): MaskPatch {
  const before = emptyPlane(...SIZE);
  const after = emptyPlane(...SIZE);
  square(after, left);
  return difference(before, after, wholeOf(after))!;
}

describe('patches', () => {
  test('applied twice, nothing has happened', () => {
    const plane = emptyPlane(...SIZE);
    square(plane, 5);
    const before = plane.data.slice();
    applyPatch(plane, patchOf(20));
    assert.notDeepEqual(plane.data, before);
    applyPatch(plane, patchOf(20));
    assert.deepEqual(plane.data, before);
  });

  test('the order does not matter', () => {
    const [a, b] = [emptyPlane(...SIZE), emptyPlane(...SIZE)];
    for (const left of [10, 30, 120]) applyPatch(a, patchOf(left));
    for (const left of [120, 10, 30]) applyPatch(b, patchOf(left));
    assert.deepEqual(a.data, b.data);
  });

  test('hold only the tiles that changed', () => {
    assert.deepEqual(patchOf(10).tiles, [0]);
    assert.deepEqual(patchOf(110).tiles, [0, 1, 3, 4]);
    assert.ok(patchOf(10).bits.length < 500);
  });

  test('a whole mask is packed and unpacked, an empty one too', () => {
    const plane = emptyPlane(...SIZE);
    assert.deepEqual(unpack(pack(plane)).data, plane.data);
    square(plane, 100, 90);
    assert.deepEqual(unpack(pack(plane)).data, plane.data);
  });

  test('a wrong size, unknown tiles and damaged bytes are refused, and the mask stays', () => {
    const plane = emptyPlane(...SIZE);
    const good = patchOf(10);
    const bad: MaskPatch[] = [
      { ...good, width: 299 },
      { ...good, tiles: [6] },
      { ...good, tiles: [0, 0] },
      { ...good, bits: good.bits.subarray(0, 9) },
      { ...good, bits: deflateSync(new Uint8Array(5)) },
      { ...good, bits: Uint8Array.of(1, 2, 3) },
    ];
    for (const patch of bad) assert.throws(() => applyPatch(plane, patch), MaskPatchError);
    assert.ok(plane.data.every((value) => value === 0));
  });
});

const patchIn = ({ delta }: ReturnType<MaskModel['commit']>): MaskPatch | undefined => delta && packDelta(delta);

describe('the mask of a page', () => {
  test('a finished edit is a patch that leads from before to after', () => {
    const model = new MaskModel(...SIZE);
    model.begin();
    model.change((plane) => square(plane, 10));
    assert.equal(model.marked, false);
    const patch = patchIn(model.commit());
    assert.equal(model.marked, true);
    const elsewhere = emptyPlane(...SIZE);
    applyPatch(elsewhere, patch!);
    assert.deepEqual(elsewhere.data, model.plane.data);
    assert.deepEqual(patch!.tiles, [0]);
  });

  test('an edit that changes nothing is none', () => {
    const model = new MaskModel(...SIZE);
    for (const expected of [true, false]) {
      model.begin();
      model.change((plane) => square(plane, 10));
      assert.equal(model.commit().delta !== undefined, expected);
    }
  });

  test('an edit that is given up leaves nothing', () => {
    const model = new MaskModel(...SIZE);
    model.begin();
    model.change((plane) => square(plane, 10));
    assert.ok(model.cancel());
    assert.ok(model.plane.data.every((value) => value === 0));
    assert.equal(model.marked, false);
  });

  test('what others do during an edit comes after it', () => {
    const model = new MaskModel(...SIZE);
    model.begin();
    model.change((plane) => square(plane, 10));
    assert.equal(model.apply(patchOf(150)), undefined);
    const { delta, redraw } = model.commit();
    assert.deepEqual(delta!.tiles, [0]);
    assert.ok(redraw);
    const expected = emptyPlane(...SIZE);
    square(expected, 10);
    square(expected, 150);
    assert.deepEqual(model.plane.data, expected.data);
  });

  test('undoing the only edit leaves nothing marked', () => {
    const model = new MaskModel(...SIZE);
    model.begin();
    model.change((plane) => square(plane, 10));
    const patch = patchIn(model.commit());
    model.apply(patch!);
    assert.equal(model.marked, false);
  });
});
