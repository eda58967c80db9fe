import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filled } from '../../../src/engine/tensor.ts';
import { begin, done, FakePage, openDocument, optimising, progress, settled } from './fakes.ts';

test('a finished run is composed into a result that says how it was made', async () => {
  const { document, events } = openDocument();
  const page = new FakePage();
  const { id } = await begin(document, page, 'super-resolve', { seed: 11 });
  page.report(optimising, done(7));
  await settled();
  assert.deepEqual(
    events.slice(-2).map((event) => (event.kind === 'run' ? event.event.kind : event.kind)),
    ['result', 'composed'],
  );
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
  const page = new FakePage();
  const run = await begin(document, page);
  page.report(optimising, done(10));
  await settled();
  assert.equal(document.result, undefined);
  assert.ok(run.state.status === 'failed' && run.state.message === 'apple.png cannot be read');
});

test('results form a list to step through, and remember where they were saved', async () => {
  const { document } = openDocument();
  for (const expected of [1, 2]) {
    const page = new FakePage();
    const { id } = await begin(document, page);
    page.report(optimising, done(10));
    document.runner.leave(page);
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

test('a snapshot is kept while the run goes and after it: a result of its own, with its step', async () => {
  const { document, workshop } = openDocument();
  const page = new FakePage();
  const { id } = await begin(document, page);
  page.report(optimising, progress(6, 6, 5, 4, 3, 2, 1));
  const x = filled([1, 3, 16, 16], 0.5);
  await document.keep(id, 2, x, 0);
  assert.equal(document.run?.state.status, 'running');
  assert.ok(document.result?.kept && document.result.steps === 2 && document.result.run !== id);
  assert.equal(workshop.x, x);

  page.report(done(10));
  await settled();
  assert.equal(document.result.run, id);
  await document.saved(id, 'last.png');
  await document.keep(id, 4, x, 0);
  assert.equal(document.result.steps, 4);
  assert.equal(document.result.savedAs, undefined, 'this one is not saved');
  await document.results.step(-1);
  assert.equal(document.result.savedAs, 'last.png');
  await assert.rejects(document.keep(id, 4, filled([1, 3, 8, 8], 0), 0), /another model/);
});

test('the record of a snapshot is that of its own state, though the run ends with the best one', async () => {
  const { document, workshop } = openDocument();
  const page = new FakePage();
  const run = await begin(document, page, 'super-resolve', { iterations: 10 });
  run.amend({ ...({ keep: 'best' } as object) }, {});
  page.report(optimising, progress(6, 6, 5, 4, 3, 2, 1));
  const x = filled([1, 3, 16, 16], 0.5);
  await document.keep(run.id, 2, x, 0);
  assert.equal(workshop.plan?.job.keep, 'last');
  page.report(done(10));
  await settled();
  assert.equal(workshop.plan.job.keep, 'best');
  await document.keep(run.id, 10, x, 0);
  assert.equal(workshop.plan.job.keep, 'best', 'the last snapshot is the picture of the run');
});
