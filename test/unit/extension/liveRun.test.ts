/** A run that is changed while it goes: its numbers by hand, its mask by painting. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentEvent } from '../../../src/extension/document/events.ts';
import type { ImageDocument } from '../../../src/extension/document/imageDocument.ts';
import type { Choices, Params } from '../../../src/shared/documentState.ts';
import { done, openDocument, optimising, progress, settled, markedIn, marking } from './fakes.ts';

const page = {};

const next = <K extends DocumentEvent['kind']>(document: ImageDocument, kind: K) =>
  new Promise<Extract<DocumentEvent, { kind: K }>>((resolve) => {
    const end = document.listen((event) => {
      if (event.kind !== kind) return;
      end();
      resolve(event as Extract<DocumentEvent, { kind: K }>);
    });
  });

async function inpainting() {
  const opened = openDocument();
  await opened.document.inspect();
  opened.document.kept.editMask(marking(0), 'brush', page);
  const run = await opened.document.prepare('inpaint', {}, page);
  opened.document.report(run.id, optimising, page);
  opened.document.report(run.id, progress(4, 1), page);
  return { ...opened, run };
}

test('what is painted during a run reaches the page that makes it, once for a burst of strokes', async () => {
  const { document, events, run, workshop } = await inpainting();
  const before = run.plan.job;
  document.kept.editMask(marking(1), 'brush', page);
  document.kept.editMask(marking(2), 'brush', page);
  const { amendment } = await next(document, 'amend');
  assert.notDeepEqual(amendment.known, before.known);
  assert.deepEqual(run.plan.job.known, amendment.known, 'who goes on with the run later has it, too');
  assert.deepEqual(run.plan.changes, [{ step: 4, mask: true }]);
  document.report(run.id, done(10), page);
  await next(document, 'result');
  assert.equal(events.filter(({ kind }) => kind === 'amend').length, 1);
  assert.deepEqual(markedIn(workshop.plan?.mask), [0, 1, 2]);
  assert.deepEqual(document.result?.changes, [{ step: 4, mask: true }]);
});

test('undo changes it back', async () => {
  const { document, events, run } = await inpainting();
  document.kept.editMask(marking(1), 'brush', page);
  await next(document, 'amend');
  const edit = events.findLast((event) => event.kind === 'maskEdit')!;
  edit.undo();
  await next(document, 'amend');
  assert.deepEqual(markedIn(run.plan.mask), [0]);
});

test('what is painted as the last step is made is still in the picture', async () => {
  const { document, run, workshop } = await inpainting();
  document.kept.editMask(marking(3), 'brush', page);
  document.report(run.id, done(10), page);
  assert.equal(run.state.status, 'finishing');
  await next(document, 'result');
  assert.deepEqual(markedIn(workshop.plan?.mask), [0, 3]);
  assert.equal(run.state.status, 'finished');
});

test('a mask that nothing can be done with leaves the run as it was, and is told', async () => {
  const { document, run, workshop } = await inpainting();
  document.kept.editMask(marking(0), 'erase', page);
  const { message } = await next(document, 'notice');
  assert.match(message, /goes on with the mask as it was.*Nothing is painted/);
  document.report(run.id, done(10), page);
  await next(document, 'result');
  assert.deepEqual(markedIn(workshop.plan?.mask), [], 'the fake keeps no mask in a plan of its own');
  assert.deepEqual(run.plan.changes, []);
});

test('the mask means nothing to a run of another task', async () => {
  const { document, events } = openDocument();
  await document.inspect();
  const run = await document.prepare('reconstruct', {}, page);
  document.report(run.id, optimising, page);
  document.kept.editMask(marking(1), 'brush', page);
  document.report(run.id, done(10), page);
  await next(document, 'result');
  assert.ok(!events.some(({ kind }) => kind === 'amend' || kind === 'notice'));
});

test('steps and rates change on the host, are told to every page, and are in the record', async () => {
  const { document, workshop, run, events } = await inpainting();
  document.runOnHost(run.id, page);
  document.amend(run.id, { iterations: 90, learningRate: 0.5 });
  assert.deepEqual(workshop.amendments, [{ iterations: 90, learningRate: 0.5 }]);
  assert.equal(run.state.iterations, 90);
  assert.equal(run.plan.job.optimizer.learningRate, 0.5);
  assert.ok(events.some((event) => event.kind === 'changed' && event.change.iterations === 90));
  workshop.emit(done(90));
  await settled();
  assert.deepEqual(document.result?.changes, [{ step: 4, iterations: 90, learningRate: 0.5 }]);
});

test('another layer or number of codes goes on to the host and into the record, unless the model has none', async () => {
  const { document, workshop, run } = await inpainting();
  document.runOnHost(run.id, page);
  document.amend(run.id, { layer: 3, codes: 5 });
  assert.throws(() => document.amend(run.id, { layer: 60 }), /layer 60 does not exist/);
  assert.deepEqual(workshop.amendments, [{ layer: 3, codes: 5 }]);
  workshop.emit(done(10));
  await settled();
  const { layer, codes, changes } = document.result!;
  assert.deepEqual([layer, codes, changes], [3, 5, [{ step: 4, layer: 3, codes: 5 }]]);
});

test('a number of codes that whoever makes the steps refuses is none that others go on with', async () => {
  const { document, run } = await inpainting();
  document.amend(run.id, { layer: 3, codes: 900 });
  document.report(run.id, { kind: 'refused', kept: { codes: 2 }, reason: 'No memory.' }, page);
  assert.deepEqual([run.plan.job.layer, run.plan.job.codes], [3, 2]);
  assert.deepEqual(run.plan.changes.at(-1), { step: 4, codes: 2 });
  assert.ok(run.open);
});

test('a number that is refused is chosen no more, and every page is told what holds on', async () => {
  const { document, events, run } = await inpainting();
  const refuse = (kept: { layer?: number; codes?: number }) => {
    document.amend(run.id, { layer: 3, codes: 900 });
    document.report(run.id, { kind: 'refused', kept, reason: 'No memory.' }, page);
    return document.kept.choices?.params;
  };
  assert.equal(refuse({ codes: 2 }), undefined, 'nobody has chosen anything');
  const choose = (params: Params) => document.kept.choose({ task: 'inpaint', params }, page);
  choose({ layer: 3, codes: 900, iterations: 7 });
  assert.deepEqual(refuse({ codes: 2 }), { layer: 3, codes: 2, iterations: 7 });
  const told = events.findLast(({ kind }) => kind === 'choices') as { from?: unknown; choices?: Choices };
  assert.deepEqual([told.from, told.choices?.params.codes], [undefined, 2]);
  choose({ codes: 90 });
  assert.deepEqual(refuse({ layer: 2, codes: 2 }), { codes: 90 }, 'what is being typed meanwhile stays');
});

test('a run that is over, or another one, is not changed', async () => {
  const { document, run } = await inpainting();
  assert.throws(() => document.amend(run.id + 1, { iterations: 5 }), /replaced/);
  document.report(run.id, done(10), page);
  assert.throws(() => document.amend(run.id, { iterations: 5 }), /is over/);
});
