import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filled } from '../../../src/engine/tensor.ts';
import { checkpoint, done, openDocument, optimising, paused, progress, settled } from './fakes.ts';

const page = {};
const other = {};

test('a run in a page is remembered: its losses, checkpoint and status', async () => {
  const { document } = openDocument();
  const run = await document.prepare('super-resolve', {}, page);
  assert.equal(run.state.status, 'prepared');
  document.report(run.id, optimising, page);
  document.report(run.id, progress(2, 5, 4), page);
  document.report(run.id, checkpoint(2), page);
  document.report(run.id, progress(4, 3, 2), page);
  assert.deepEqual(run.state.losses, [5, 4, 3, 2]);
  assert.equal(run.checkpoint?.step, 2);
  assert.equal(run.fraction, 0.4);
  document.report(run.id, paused, page);
  assert.equal(run.state.status, 'paused');
});

test('a run survives its page, and goes on in another one from the checkpoint', async () => {
  const { document, kinds } = openDocument();
  const { id } = await document.prepare('super-resolve', {}, page);
  document.report(id, optimising, page);
  document.report(id, progress(2, 5, 4), page);
  document.report(id, checkpoint(2), page);
  document.report(id, progress(3, 3), page);
  document.leave(page);
  assert.equal(document.run?.status, 'interrupted');
  assert.equal(kinds().at(-1), 'interrupted');

  const resumed = document.resume(id, other);
  assert.equal(resumed.checkpoint?.step, 2);
  document.report(id, progress(4, 9), page);
  assert.equal(resumed.state.step, 3, 'the page that lost the run is not heard');
  document.report(id, progress(4, 3, 2), other);
  assert.deepEqual(resumed.state.losses, [5, 4, 3, 2], 'repeated steps count once');
});

test('a page that goes before its run began leaves nothing', async () => {
  const { document } = openDocument();
  await document.prepare('super-resolve', {}, page);
  document.leave(page);
  assert.equal(document.run, undefined);
});

test('a page that does not make the run may come and go', async () => {
  const { document } = openDocument();
  const { id } = await document.prepare('super-resolve', {}, page);
  document.report(id, optimising, page);
  document.leave(other);
  assert.equal(document.run?.status, 'running');
});

test('events reach everybody but are marked with the page they came from', async () => {
  const { document, events } = openDocument();
  const { id } = await document.prepare('super-resolve', {}, page);
  document.report(id, optimising, page);
  const [event] = events;
  assert.ok(event?.kind === 'event' && event.from === page);
});

test('one run at a time', async () => {
  const { document } = openDocument();
  const { id } = await document.prepare('super-resolve', {}, page);
  document.report(id, optimising, page);
  await assert.rejects(document.prepare('colorize', {}, other), /Stop it first/);
  document.report(id, done(10), page);
  const next = await document.prepare('colorize', {}, other);
  assert.notEqual(next.id, id);
  document.report(id, progress(9, 1), page);
  assert.equal(next.state.step, 0, 'late events of the run before are dropped');
  assert.throws(() => document.resume(id, page), /replaced/);
});

test('a run on the host is controlled there, outlives pages, and its failure is told', async () => {
  const { document, workshop, kinds } = openDocument();
  const { id } = await document.prepare('super-resolve', {}, page);
  document.runOnHost(id, page);
  assert.throws(() => document.runOnHost(id, page), /running already/);
  workshop.emit(optimising);
  document.leave(page);
  assert.equal(document.run?.state.where, 'host');
  assert.equal(document.run?.status, 'running');
  for (const action of ['pause', 'resume', 'stop'] as const) document.control(action);
  assert.deepEqual(workshop.actions, ['pause', 'resume', 'stop']);

  workshop.break(new Error('the thread died'));
  await settled();
  assert.equal(document.run?.state.message, 'the thread died');
  assert.equal(kinds().at(-1), 'failed');
});

test("a page's run moves to the host with its checkpoint, but only that page's", async () => {
  const { document, workshop } = openDocument();
  const { id } = await document.prepare('super-resolve', {}, page);
  document.report(id, optimising, page);
  document.report(id, checkpoint(4), page);
  assert.throws(() => document.runOnHost(id, other), /running already/);
  document.runOnHost(id, page);
  assert.equal(workshop.resumedFrom, 4);
  document.report(id, progress(9, 1), page);
  assert.equal(document.run?.state.step, 0, 'the page is not heard any more');
  workshop.emit({ kind: 'phase', phase: 'optimising', backend: 'another' });
  workshop.emit({ kind: 'done', outcome: { ...done(10).outcome, backend: 'another' } });
  await settled();
  assert.equal(document.result?.backend, 'fake, then another');
});

test('control of a run in a page goes to the page', async () => {
  const { document, events } = openDocument();
  document.control('stop');
  assert.equal(events.length, 0, 'nothing runs, nothing to control');
  const { id } = await document.prepare('super-resolve', {}, page);
  document.report(id, optimising, page);
  document.control('pause');
  const event = events.at(-1);
  assert.ok(event?.kind === 'control' && event.action === 'pause' && event.run.page === page);
});

test('a finished run is composed into a result that says how it was made', async () => {
  const { document, kinds } = openDocument();
  const { id } = await document.prepare('super-resolve', { seed: 11 }, page);
  document.report(id, done(7), page);
  await settled();
  assert.deepEqual(kinds(), ['event', 'result']);
  const { made, ...result } = document.result!;
  assert.ok(Math.abs(Date.now() - made!) < 60_000, 'it says when it was made');
  assert.deepEqual(result, {
    run: id,
    task: 'super-resolve',
    record: '{}',
    png: Uint8Array.of(1),
    width: 8,
    height: 8,
    model: 'tiny16',
    layer: 2,
    codes: 2,
    seed: 11,
    steps: 7,
    stopped: true,
    perceptual: 'multi-scale',
    backend: 'fake',
    milliseconds: 5,
    place: { at: 1, of: 1 },
  });
});

test('a result that cannot be composed is a failed run and no result', async () => {
  const { document, workshop } = openDocument();
  workshop.composed = () => Promise.reject(new Error('apple.png cannot be read'));
  const { id } = await document.prepare('super-resolve', {}, page);
  document.report(id, done(10), page);
  await settled();
  assert.equal(document.result, undefined);
  assert.equal(document.run?.state.message, 'apple.png cannot be read');
});

test('results form a list to step through, and remember where they were saved', async () => {
  const { document } = openDocument();
  for (const expected of [1, 2]) {
    const { id } = await document.prepare('super-resolve', {}, page);
    document.report(id, done(10), page);
    await settled();
    assert.equal(document.result?.run, expected);
    await document.saved(id, `${expected}.png`);
  }
  await document.results.step(-1);
  assert.equal(document.result?.run, 1);
  assert.equal(document.result.savedAs, '1.png');
  assert.deepEqual(document.result.place, { at: 1, of: 2 });
  await document.results.step(-1);
  assert.equal(document.result.run, 1, 'there is none before the first');
  await document.results.step(1);
  assert.equal(document.result.run, 2);
  assert.equal(document.result.savedAs, '2.png');
  document.kept.revert({});
  assert.equal(document.result.run, 2, 'results are no part of what VS Code reverts');
});

test('closing the document stops a run on the host', async () => {
  const { document, workshop } = openDocument();
  const { id } = await document.prepare('super-resolve', {}, page);
  document.runOnHost(id, page);
  document.dispose();
  assert.deepEqual(workshop.actions, ['stop']);
});

test('a snapshot is kept while the run goes and after it: a result of its own, with its step', async () => {
  const { document, workshop } = openDocument();
  const { id } = await document.prepare('super-resolve', {}, page);
  document.report(id, optimising, page);
  document.report(id, progress(6, 6, 5, 4, 3, 2, 1), page);
  const x = filled([1, 3, 16, 16], 0.5);
  await document.keep(id, 2, x);
  assert.equal(document.run?.status, 'running');
  assert.ok(document.result?.kept && document.result.steps === 2 && document.result.run !== id);
  assert.equal(workshop.x, x);

  document.report(id, done(10), page);
  await settled();
  assert.equal(document.result.run, id);
  await document.saved(id, 'last.png');
  await document.keep(id, 4, x);
  assert.equal(document.result.steps, 4);
  assert.equal(document.result.savedAs, undefined, 'this one is not saved');
  await document.results.step(-1);
  assert.equal(document.result.savedAs, 'last.png');
  await assert.rejects(document.keep(id, 4, filled([1, 3, 8, 8], 0)), /another model/);
});

test('the record of a snapshot is that of its own state, though the run ends with the best one', async () => {
  const { document, workshop } = openDocument();
  const run = await document.prepare('super-resolve', { iterations: 10 }, page);
  run.amend({ ...({ keep: 'best' } as object) }, {});
  document.report(run.id, optimising, page);
  document.report(run.id, progress(6, 6, 5, 4, 3, 2, 1), page);
  const x = filled([1, 3, 16, 16], 0.5);
  await document.keep(run.id, 2, x);
  assert.equal(workshop.plan?.job.keep, 'last');
  document.report(run.id, done(10), page);
  await settled();
  assert.equal(workshop.plan.job.keep, 'best');
  await document.keep(run.id, 10, x);
  assert.equal(workshop.plan.job.keep, 'best', 'the last snapshot is the picture of the run');
});
