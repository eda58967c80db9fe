/** A run that is changed while it goes: its numbers by hand, its mask by painting. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filled } from '../../../src/engine/tensor.ts';
import type { DocumentEvent } from '../../../src/extension/document/events.ts';
import type { ImageDocument } from '../../../src/extension/document/imageDocument.ts';
import type { Choices, Params } from '../../../src/shared/documentState.ts';
import { begin, done, FakePage, openDocument, optimising, progress, settled, markedIn, marking } from './fakes.ts';

const hand = {};

const next = <K extends DocumentEvent['kind']>(document: ImageDocument, kind: K) =>
  new Promise<Extract<DocumentEvent, { kind: K }>>((resolve) => {
    const end = document.listen((event) => {
      if (event.kind !== kind) return;
      end();
      resolve(event as Extract<DocumentEvent, { kind: K }>);
    });
  });

/** Resolves when the run was changed. */
const nextChange = async (document: ImageDocument): Promise<void> => {
  for (;;) if ((await next(document, 'run')).event.kind === 'changed') return;
};

async function inpainting() {
  const page = new FakePage();
  const opened = openDocument();
  await opened.document.inspect();
  opened.document.kept.editMask(marking(0), 'brush', hand);
  const run = await begin(opened.document, page, 'inpaint');
  page.report(optimising, progress(4, 1));
  return { ...opened, run, page };
}

async function inpaintingOnHost() {
  const opened = openDocument();
  await opened.document.inspect();
  opened.document.kept.editMask(marking(0), 'brush', hand);
  const run = await begin(opened.document, undefined, 'inpaint');
  opened.workshop.emit(optimising);
  opened.workshop.emit(progress(4, 1));
  return { ...opened, run };
}

test('what is painted during a run reaches the page that makes it, once for a burst of strokes', async () => {
  const { document, page, run, workshop } = await inpainting();
  const before = run.plan.job;
  document.kept.editMask(marking(1), 'brush', hand);
  document.kept.editMask(marking(2), 'brush', hand);
  await nextChange(document);
  const [amendment] = page.amendments;
  assert.notDeepEqual(amendment!.known, before.known);
  assert.deepEqual(run.plan.job.known, amendment!.known, 'who goes on with the run later has it, too');
  assert.deepEqual(run.plan.changes, [{ step: 4, mask: true }]);
  page.report(done(10));
  await next(document, 'result');
  assert.equal(page.amendments.length, 1);
  assert.deepEqual(markedIn(workshop.plan?.mask), [0, 1, 2]);
  assert.deepEqual(document.result?.changes, [{ step: 4, mask: true }]);
});

test('a snapshot is kept with the mask that it was shown with', async () => {
  const { document, page, run, workshop } = await inpainting();
  assert.equal(page.assignment?.plan.scene.version ?? 0, 0);
  document.kept.editMask(marking(1), 'brush', hand);
  await nextChange(document);
  assert.deepEqual(page.scenes, [1], 'previews follow the mask');
  const x = filled([1, 3, 16, 16], 0.5);
  await document.keep(run.id, 2, x, 0);
  assert.deepEqual(markedIn(workshop.plan?.mask), [0]);
  await document.keep(run.id, 4, x, 1);
  assert.deepEqual(markedIn(workshop.plan?.mask), [0, 1]);
});

test('what is painted while the run is prepared is taken up when it is', async () => {
  const { document, workshop } = openDocument();
  await document.inspect();
  document.kept.editMask(marking(0), 'brush', hand);
  const { prepare } = workshop;
  let go = (): void => undefined;
  workshop.prepare = (...asked) => new Promise<void>((resolve) => (go = resolve)).then(() => prepare(...asked));
  const page = new FakePage();
  document.runner.join(page);
  document.runner.start('inpaint', {}, Promise.resolve(page));
  document.kept.editMask(marking(1), 'brush', hand);
  await new Promise((resolve) => setTimeout(resolve, 200));
  workshop.prepare = prepare;
  go();
  await nextChange(document);
  assert.deepEqual(markedIn(document.run!.plan.mask), [0, 1]);
});

test('undo changes it back', async () => {
  const { document, events, run } = await inpainting();
  document.kept.editMask(marking(1), 'brush', hand);
  await nextChange(document);
  const edit = events.findLast((event) => event.kind === 'maskEdit')!;
  edit.undo();
  await nextChange(document);
  assert.deepEqual(markedIn(run.plan.mask), [0]);
});

test('what is painted as the last step is made is still in the picture', async () => {
  const { document, page, run, workshop } = await inpainting();
  document.kept.editMask(marking(3), 'brush', hand);
  page.report(done(10));
  assert.equal(run.state.status, 'composing');
  await next(document, 'result');
  await settled();
  assert.deepEqual(markedIn(workshop.plan?.mask), [0, 3]);
  assert.equal(run.state.status, 'finished');
});

test('a mask that nothing can be done with leaves the run as it was, and is told', async () => {
  const { document, page, run, workshop } = await inpainting();
  document.kept.editMask(marking(0), 'erase', hand);
  const { message } = await next(document, 'notice');
  assert.match(message, /goes on with the mask as it was.*Nothing is painted/);
  page.report(done(10));
  await next(document, 'result');
  assert.deepEqual(markedIn(workshop.plan?.mask), [0]);
  assert.deepEqual(run.plan.changes, []);
});

test('the mask means nothing to a run of another task', async () => {
  const { document, events } = openDocument();
  await document.inspect();
  const page = new FakePage();
  await begin(document, page, 'reconstruct');
  page.report(optimising);
  document.kept.editMask(marking(1), 'brush', hand);
  page.report(done(10));
  await next(document, 'result');
  assert.equal(page.amendments.length, 0);
  assert.ok(!events.some(({ kind }) => kind === 'notice'));
});

test('steps and rates change on the host, are told to every page, and are in the record', async () => {
  const { document, workshop, run, happened } = await inpaintingOnHost();
  document.runner.amend(run.id, { iterations: 90, learningRate: 0.5 });
  assert.deepEqual(workshop.amendments, [{ iterations: 90, learningRate: 0.5 }]);
  assert.equal(run.state.iterations, 90);
  assert.equal(run.plan.job.optimizer.learningRate, 0.5);
  assert.equal(happened().at(-1), 'changed');
  workshop.emit(done(90));
  await settled();
  assert.deepEqual(document.result?.changes, [{ step: 4, iterations: 90, learningRate: 0.5 }]);
});

test('another layer or number of codes goes on to the host and into the record, unless the model has none', async () => {
  const { document, workshop, run } = await inpaintingOnHost();
  document.runner.amend(run.id, { layer: 3, codes: 5 });
  assert.throws(() => document.runner.amend(run.id, { layer: 60 }), /layer 60 does not exist/);
  assert.deepEqual(workshop.amendments, [{ layer: 3, codes: 5 }]);
  workshop.emit(done(10));
  await settled();
  const { layer, codes, changes } = document.result!;
  assert.deepEqual([layer, codes, changes], [3, 5, [{ step: 4, layer: 3, codes: 5 }]]);
});

test('a number of codes that whoever makes the steps refuses is none that others go on with', async () => {
  const { document, page, run } = await inpainting();
  document.runner.amend(run.id, { layer: 3, codes: 900 });
  page.report({ kind: 'refused', kept: { codes: 2 }, reason: 'No memory.' });
  assert.deepEqual([run.plan.job.layer, run.plan.job.codes], [3, 2]);
  assert.deepEqual(run.plan.changes.at(-1), { step: 4, codes: 2 });
  assert.equal(run.state.status, 'running');
});

test('a number that is refused is chosen no more, and every page is told what holds on', async () => {
  const { document, events, page, run } = await inpainting();
  const refuse = (kept: { layer?: number; codes?: number }) => {
    document.runner.amend(run.id, { layer: 3, codes: 900 });
    page.report({ kind: 'refused', kept, reason: 'No memory.' });
    return document.kept.choices?.params;
  };
  assert.equal(refuse({ codes: 2 }), undefined, 'nobody has chosen anything');
  const choose = (params: Params) => document.kept.choose({ task: 'inpaint', params }, hand);
  choose({ layer: 3, codes: 900, iterations: 7 });
  assert.deepEqual(refuse({ codes: 2 }), { layer: 3, codes: 2, iterations: 7 });
  const told = events.findLast(({ kind }) => kind === 'choices') as { from?: unknown; choices?: Choices };
  assert.deepEqual([told.from, told.choices?.params.codes], [undefined, 2]);
  choose({ codes: 90 });
  assert.deepEqual(refuse({ layer: 2, codes: 2 }), { codes: 90 }, 'what is being typed meanwhile stays');
});

test('a run that is over, or another one, is not changed', async () => {
  const { document, page, run } = await inpainting();
  assert.throws(() => document.runner.amend(run.id + 1, { iterations: 5 }), /replaced/);
  page.report(done(10));
  assert.throws(() => document.runner.amend(run.id, { iterations: 5 }), /is over/);
});
