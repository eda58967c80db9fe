/** A run over several faces: one after the other, and one picture of all of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunParams } from '../../../src/shared/documentState.ts';
import { begin, done, FakePage, openDocument, optimising, progress, settled } from './fakes.ts';

const face = (x: number) => ({ x, y: 1, side: 4, angle: 10 });
const faces = [face(1), face(2), face(3)];

async function started(params: RunParams = {}) {
  const opened = openDocument();
  const { workshop, document } = opened;
  const prepared: RunParams[] = [];
  const { prepare } = workshop;
  workshop.prepare = (task, given, mask) => {
    prepared.push(given);
    return prepare(task, given, mask);
  };
  const page = new FakePage();
  const run = await begin(document, page, 'reconstruct', { faces, ...params });
  const part = () => [run.state.part?.at, run.state.part?.of];
  return { ...opened, page, run, part, prepared };
}

describe('a run over several faces', () => {
  test('makes one after the other from the same seed, and one picture of all', async () => {
    const { document, workshop, page, run, part, prepared, happened } = await started();
    assert.deepEqual(
      prepared.map(({ region, faces: all, seed }) => [region, all, seed]),
      [
        [faces[0], undefined, undefined],
        [faces[1], undefined, 3],
        [faces[2], undefined, 3],
      ],
    );
    assert.deepEqual(part(), [1, 3]);
    page.report(optimising, progress(4, 5, 5), done(10));
    assert.deepEqual([...part(), run.state.step, run.state.status], [2, 3, 0, 'starting']);
    assert.equal(document.result, undefined);
    page.report(optimising, done(10));
    page.report(optimising, done(10));
    await settled();
    assert.equal(run.state.status, 'finished');
    assert.deepEqual(workshop.earlier, [10, 10]);
    const { steps, milliseconds, stopped, faces: made } = document.result!;
    assert.deepEqual([steps, milliseconds, stopped, made], [30, 15, false, 3]);
    assert.equal(document.results.shown?.place?.of ?? 1, 1, 'one result');
    assert.equal(happened().filter((kind) => kind === 'next').length, 2);
  });

  test('says before it what there is to know of every face', async () => {
    const { workshop, document } = openDocument();
    const { prepare } = workshop;
    let face = 0;
    workshop.prepare = async (...given) => {
      const plan = await prepare(...given);
      return { ...plan, notes: ['Of all.', `Of face ${++face}.`] };
    };
    const run = await begin(document, new FakePage(), 'reconstruct', { faces: faces.slice(0, 2) });
    assert.deepEqual(run.state.notes, ['Of all.', 'Face 1 of 2: Of face 1.', 'Face 2 of 2: Of face 2.']);
  });

  test('all of them are enlarged as the first one is, and what lies around them as it was asked for', async () => {
    const { workshop, document } = openDocument();
    const { prepare, compose } = workshop;
    const factors: unknown[] = [];
    workshop.prepare = (task, given, mask) => {
      factors.push(given.factor);
      return prepare(task, given, mask);
    };
    const rests: unknown[] = [];
    workshop.compose = (plan, ...given) => {
      rests.push(plan.rest);
      return compose(plan, ...given);
    };
    const page = new FakePage();
    const run = await begin(document, page, 'super-resolve', { faces: faces.slice(0, 2), rest: 'untrained' });
    assert.deepEqual(factors, [undefined, run.plan.job.factor]);
    page.report(optimising, done(10));
    page.report(optimising, done(10));
    await settled();
    assert.deepEqual(rests, ['untrained']);
  });

  test('tells the time until all are made, and how much is', async () => {
    const { page, run } = await started();
    page.report(optimising, progress(1, 5), progress(2, 5));
    assert.equal(run.state.etaMs, 1 + 2 * 10 * 1);
    page.report(done(10));
    assert.equal(run.fraction, 1 / 3);
    page.report(optimising, progress(5, 1, 1, 1, 1, 1));
    assert.equal(run.fraction, 1.5 / 3);
  });

  test('stopped in the middle of a face: it counts as far as it is; those before it count whole', async () => {
    const { document, workshop, page } = await started();
    page.report(optimising, done(10));
    page.report(optimising, progress(2, 5, 5));
    document.runner.control('stop');
    assert.deepEqual(page.actions, ['stop']);
    page.report(done(2));
    await settled();
    assert.deepEqual(workshop.earlier, [10]);
    assert.deepEqual([document.result?.steps, document.result?.stopped, document.result?.faces], [12, true, 2]);
  });

  test('stopped before the first step of a face: those before it are kept', async () => {
    const { document, workshop, page, run } = await started();
    page.report(optimising, done(10));
    page.report(optimising);
    document.runner.control('stop');
    assert.ok(page.abandoned);
    await settled();
    assert.equal(run.state.status, 'finished');
    assert.deepEqual(workshop.earlier, []);
    assert.deepEqual([document.result?.steps, document.result?.stopped, document.result?.faces], [10, true, 1]);
  });

  test('stopped before anything is made of the first one: there is nothing', async () => {
    const { document, run } = await started();
    document.runner.control('stop');
    assert.equal(run.state.status, 'cancelled');
    assert.equal(document.result, undefined);
  });

  test('what is changed on the way counts for the faces to come, too', async () => {
    const { document, page, run } = await started();
    page.report(optimising, progress(1, 5));
    document.runner.amend(run.id, { iterations: 7 });
    assert.equal(run.plan.job.iterations, 7);
    page.report(done(10));
    assert.equal(run.plan.job.iterations, 7);
    assert.equal(page.assignment?.plan.job.iterations, 7);
  });

  test('is lost with its page and goes on elsewhere with the same face', async () => {
    const { document, workshop, page, run, part } = await started();
    page.report(optimising, done(10));
    page.report(optimising, progress(3, 5, 5, 5));
    page.break('device', 'lost');
    assert.deepEqual([...part(), run.state.status], [2, 3, 'starting']);
    assert.equal(workshop.resumedFrom, undefined, 'no checkpoint of the face before is taken for one of this');
    workshop.emit(optimising);
    workshop.emit(done(10));
    workshop.emit(optimising);
    workshop.emit(done(10));
    await settled();
    assert.deepEqual([document.result?.steps, document.result?.faces], [30, 3]);
  });
});
