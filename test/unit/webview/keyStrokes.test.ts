/** A mask is painted by keys alone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MaskEdit } from '../../../src/shared/documentState.ts';
import type { Point } from '../../../src/webview/mask/brush.ts';
import { KeyStrokes } from '../../../src/webview/mask/keyStrokes.ts';
import { MaskModel } from '../../../src/webview/mask/model.ts';
import { Strokes } from '../../../src/webview/mask/strokes.ts';
import { defaultSettings, keyStep, type MaskSettings } from '../../../src/webview/mask/tools.ts';

/** A picture of 12 x 6 pixels with a brush of 2, whose step is one pixel. */
function setUp(changes: Partial<MaskSettings> = {}) {
  const size = { width: 12, height: 6 };
  const settings = { ...defaultSettings(12), size: 2, ...changes };
  const model = new MaskModel(size.width, size.height);
  const edits: MaskEdit[] = [];
  const shown: (Point | undefined)[] = [];
  const strokes = new Strokes({
    begin: () => model.begin(),
    change: (make) => model.change(make),
    outline: () => undefined,
    commit: (edit) => model.commit().delta && edits.push(edit),
    cancel: () => model.cancel(),
  });
  const hand = {
    painting: true,
    size,
    step: keyStep(settings, 12),
    get last() {
      return strokes.last;
    },
    begin: (start: Point, how: Parameters<Strokes['begin']>[2]) =>
      strokes.going ? undefined : strokes.begin(settings, start, how),
    brushAt: (at: Point | undefined) => shown.push(at),
  };
  const keys = new KeyStrokes(hand);
  const press = (key: string, { shiftKey = false, repeat = false } = {}) => keys.press({ key, shiftKey, repeat });
  /** Pressed and released. */
  const tap = (key: string, shiftKey = false) => {
    press(key, { shiftKey });
    keys.release(key);
  };
  const marked = () =>
    Array.from({ length: size.height }, (_, y) =>
      [...model.plane.data.subarray(y * 12, (y + 1) * 12)].map((value) => (value > 127 ? '#' : '.')).join(''),
    );
  return { model, strokes, hand, keys, press, tap, edits, shown, marked };
}

describe('the brush of the keys', () => {
  test('begins in the middle; Space puts it down, arrow keys draw, Space lifts it: one edit', () => {
    const { keys, tap, edits, marked } = setUp();
    keys.take();
    for (const key of [' ', 'ArrowRight', 'ArrowRight', 'ArrowRight']) tap(key);
    assert.ok(keys.down);
    assert.deepEqual(edits, []);
    tap(' ');
    assert.ok(!keys.down);
    assert.deepEqual(edits, ['brush']);
    assert.deepEqual(marked(), [
      '............',
      '............',
      '.....#####..',
      '.....#####..',
      '............',
      '............',
    ]);
    tap('ArrowLeft');
    assert.deepEqual(edits, ['brush'], 'lifted it only moves');
    assert.deepEqual(keys.at, { x: 8, y: 3, pressure: 1 });
  });

  test('is lifted with Space where that is held on the way, however often the key repeats', () => {
    const { keys, press, edits } = setUp();
    keys.take();
    press(' ');
    press(' ', { repeat: true });
    press('ArrowDown');
    press('ArrowDown', { repeat: true });
    assert.ok(keys.down);
    keys.release(' ');
    assert.ok(!keys.down);
    assert.deepEqual(edits, ['brush']);
  });

  test('Shift moves it further, and never out of the picture', () => {
    const { keys, tap } = setUp();
    keys.take();
    tap('ArrowLeft', true);
    assert.equal(keys.at?.x, 0);
    tap('ArrowUp');
    tap('ArrowRight', true);
    assert.deepEqual(keys.at, { x: 8, y: 2, pressure: 1 });
  });

  test('erases with the eraser, and draws shapes from where it is put down to where it is lifted', () => {
    const eraser = setUp({ tool: 'erase' });
    eraser.model.plane.data.fill(255);
    eraser.keys.take();
    for (const key of [' ', 'ArrowRight', ' ']) eraser.tap(key);
    assert.deepEqual(eraser.edits, ['erase']);
    assert.equal(eraser.marked()[2], '#####...####');
    const box = setUp({ tool: 'rectangle' });
    box.keys.take();
    for (const key of [' ', 'ArrowRight', 'ArrowRight', 'ArrowDown', ' ']) box.tap(key);
    assert.deepEqual(box.edits, ['rectangle']);
    assert.equal(box.marked()[3], '......##....');
  });

  test('is taken out by the first arrow key, and leaves Space alone until then', () => {
    const { keys, press, hand } = setUp();
    assert.equal(press(' '), false, 'Space moves the picture');
    assert.equal(press('ArrowLeft'), true);
    assert.deepEqual(keys.at, { x: 6, y: 3, pressure: 1 }, 'it shows where it is');
    assert.equal(press(' '), true);
    keys.leave();
    hand.painting = false;
    assert.equal(press('ArrowLeft'), false, 'arrow keys scroll where nothing is painted');
    assert.equal(keys.at, undefined);
  });

  test('keeps what is painted when the focus goes, and comes back where it was', () => {
    const { keys, tap, edits, shown } = setUp();
    keys.take();
    for (const key of [' ', 'ArrowRight']) tap(key);
    keys.leave();
    assert.deepEqual(edits, ['brush']);
    assert.equal(shown.at(-1), undefined);
    keys.take();
    assert.equal(keys.at?.x, 7);
  });

  test('begins where the last stroke of the pointer ended', () => {
    const { keys, hand } = setUp();
    keys.take();
    keys.forget();
    const stroke = hand.begin({ x: 3, y: 2, pressure: 0.5 }, { straight: false, erase: false })!;
    stroke.move({ x: 14, y: 1, pressure: 0.5 });
    stroke.end();
    keys.take();
    assert.deepEqual(keys.at, { x: 12, y: 1, pressure: 1 });
  });

  test('a stroke that is given up leaves nothing, and Space begins another', () => {
    const { keys, tap, strokes, edits, marked } = setUp();
    keys.take();
    for (const key of [' ', 'ArrowRight']) tap(key);
    strokes.cancel();
    assert.ok(!keys.down);
    assert.ok(marked().every((row) => !row.includes('#')));
    tap(' ');
    assert.ok(keys.down);
    tap(' ');
    assert.deepEqual(edits, ['brush']);
  });
});
