import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentEvent } from '../../../src/extension/document/events.ts';
import { begin, openDocument } from './fakes.ts';

const page = {};
const first = { left: 1, top: 2, width: 8, height: 8 };
const second = { left: 4, top: 4, width: 6, height: 6 };

async function opened() {
  const { workshop, document, events } = openDocument();
  workshop.inspect = () => Promise.resolve({ width: 20, height: 16 });
  await document.inspect();
  return { workshop, document, events };
}
const editsIn = (events: readonly DocumentEvent[]) => events.filter((event) => event.kind === 'regionEdit');

test('a region is undone and redone, and everybody but the page that chose it is told', async () => {
  const { document, events } = await opened();
  document.kept.editRegion(first, page);
  document.kept.editRegion(second, page);
  assert.deepEqual(events[0], { kind: 'region', region: first, from: page });
  const [, edit] = editsIn(events);
  edit!.undo();
  assert.deepEqual(document.kept.region, first);
  assert.deepEqual(events.at(-1), { kind: 'region', region: first, from: undefined });
  edit!.redo();
  assert.deepEqual(document.kept.region, second);
  document.kept.editRegion(undefined, page);
  assert.equal(document.kept.region, undefined);
});

test('choosing the same region again is no edit, and one outside is refused', async () => {
  const { document, events } = await opened();
  document.kept.editRegion(first, page);
  document.kept.editRegion({ ...first }, page);
  assert.equal(editsIn(events).length, 1);
  assert.throws(() => document.kept.editRegion({ ...first, left: 13 }, page), /beyond the picture/);
  assert.deepEqual(document.kept.region, first);
});

test('runs work on it, and remember it', async () => {
  const { workshop, document } = await opened();
  document.kept.editRegion(first, page);
  const { prepare } = workshop;
  let seen: unknown;
  workshop.prepare = (task, params, mask) => {
    seen = params.region;
    return prepare(task, params, mask);
  };
  const run = await begin(document, undefined, 'reconstruct', { seed: 1 });
  assert.deepEqual(seen, first);
  assert.deepEqual(run.state.params, { seed: 1, region: first });
});

test('a picture that has become smaller loses it, also in the past', async () => {
  const { workshop, document, events } = await opened();
  document.kept.editRegion(second, page);
  document.kept.editRegion(undefined, page);
  workshop.inspect = () => Promise.resolve({ width: 8, height: 8 });
  await document.inspect();
  editsIn(events)[1]!.undo();
  assert.equal(document.kept.region, undefined);
  document.kept.editRegion({ left: 0, top: 0, width: 8, height: 8 }, page);
  workshop.inspect = () => Promise.resolve({ width: 6, height: 6 });
  await document.inspect();
  assert.deepEqual(events.at(-1), { kind: 'region', region: undefined, from: undefined });
});

test('a picture that has become smaller and larger again has its region again, and nothing is to be saved for that', async () => {
  const { workshop, document } = await opened();
  document.kept.editRegion(second, page);
  document.kept.keptOnDisk(document.kept.toKeep);
  workshop.inspect = () => Promise.resolve({ width: 8, height: 8 });
  await document.inspect();
  assert.equal(document.kept.region, undefined);
  assert.equal(document.kept.changed, false);
  assert.deepEqual(document.kept.toKeep.region, second, 'a save keeps it');
  workshop.inspect = () => Promise.resolve({ width: 20, height: 16 });
  await document.inspect();
  assert.deepEqual(document.kept.region, second);
});

test('reverting goes back to what is on disk', async () => {
  const { document } = await opened();
  document.kept.editRegion(second, page);
  document.kept.revert({ region: first });
  assert.deepEqual(document.kept.region, first);
  assert.equal(document.kept.changed, false);
  document.kept.revert({});
  assert.equal(document.kept.region, undefined);
});

test('a face that was aligned is undone, saved with its marks, and run on without them', async () => {
  const { workshop, document, events } = await opened();
  const place = (x: number, y: number) => ({ x, y });
  const landmarks = {
    leftEye: place(7, 7),
    rightEye: place(11, 8),
    leftMouth: place(7, 11),
    rightMouth: place(10, 12),
  };
  const turned = { x: 9, y: 9, side: 9, angle: 12 };
  document.kept.editRegion({ ...turned, landmarks }, page);
  assert.deepEqual(document.kept.toKeep.region, { ...turned, landmarks });
  document.kept.editRegion({ ...turned, landmarks: { ...landmarks, leftEye: place(6, 7) } }, page);
  editsIn(events).at(-1)!.undo();
  assert.deepEqual(document.kept.region, { ...turned, landmarks });
  const { prepare } = workshop;
  let seen: unknown;
  workshop.prepare = (task, params, mask) => {
    seen = params.region;
    return prepare(task, params, mask);
  };
  await begin(document);
  assert.deepEqual(seen, turned);
  assert.throws(() => document.kept.editRegion({ ...turned, x: 90, y: 90 }, page), /outside the picture/);
});
