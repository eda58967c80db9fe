import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Landmarks } from '../../../src/engine/faces/alignment.ts';
import { openDocument } from './fakes.ts';

const page = {};
const faceAt = (x: number): Landmarks => ({
  leftEye: { x, y: 10 },
  rightEye: { x: x + 10, y: 10 },
  leftMouth: { x: x + 1, y: 20 },
  rightMouth: { x: x + 9, y: 20 },
});

async function found(...at: number[]) {
  const opened = openDocument();
  opened.workshop.findFaces = () => Promise.resolve(at.map(faceAt));
  const count = await opened.document.findFaces();
  const told = () => opened.events.flatMap((event) => (event.kind === 'faces' ? [event] : []));
  const chosen = () => opened.document.faces.value?.map(({ landmarks, chosen }) => [landmarks.leftEye.x, chosen]);
  return { ...opened, count, told, chosen };
}

test('faces that are found are all chosen, from left to right, and every page is told', async () => {
  const { count, told, chosen } = await found(40, 5, 90);
  assert.equal(count, 3);
  assert.deepEqual(chosen(), [
    [5, true],
    [40, true],
    [90, true],
  ]);
  assert.deepEqual(
    told().map(({ faces, from }) => [faces?.length, from]),
    [[3, undefined]],
  );
});

test('a page chooses some of them, which the other pages are told', async () => {
  const { document, told, chosen } = await found(5, 40);
  document.faces.choose([false, true], page);
  assert.deepEqual(chosen(), [
    [5, false],
    [40, true],
  ]);
  assert.equal(told().at(-1)?.from, page);
  document.faces.choose([true, true, true], page);
  assert.equal(told().length, 2, 'a late choice among other faces means nothing');
});

test('whoever chooses a region, or changes the picture, means no faces any more', async () => {
  for (const change of ['region', 'picture'] as const) {
    const { document, told } = await found(5);
    if (change === 'picture') document.sourceChanged();
    else document.kept.editRegion({ left: 0, top: 0, width: 4, height: 4 }, page);
    assert.equal(document.faces.value, undefined, change);
    assert.deepEqual(told().at(-1)?.faces, undefined);
  }
});

test('where there are none, nothing is chosen', async () => {
  const { count, document } = await found();
  assert.equal(count, 0);
  assert.equal(document.faces.value, undefined);
});
