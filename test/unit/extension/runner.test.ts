/** Who makes the steps of a run, who decides, and who goes on when somebody is gone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Executor } from '../../../src/extension/document/executor.ts';
import { begin, checkpoint, done, FakePage, openDocument, optimising, paused, progress, settled } from './fakes.ts';

/** What two editors of a picture do when both are told to start while the model loads. */
function startTwice() {
  const opened = openDocument();
  const { document, workshop } = opened;
  const { prepare } = workshop;
  let prepared = 0;
  workshop.prepare = (...asked) => {
    prepared += 1;
    return prepare(...asked);
  };
  const pages = [new FakePage(), new FakePage()];
  for (const page of pages) document.runner.join(page);
  const ids = pages.map((page) => document.runner.start('super-resolve', { seed: 1 }, Promise.resolve(page)));
  return { ...opened, pages, ids, prepared: () => prepared };
}

describe('one run at a time', () => {
  test('two editors that start the same while the model loads have one run', async () => {
    const { document, pages, ids, prepared, happened } = startTwice();
    await settled();
    assert.equal(ids[0], ids[1]);
    assert.equal(prepared(), 1);
    assert.ok(pages[0]!.assignment);
    assert.equal(pages[1]!.assignment, undefined);
    pages[0]!.report(optimising, done(10));
    await settled();
    assert.equal(document.run?.state.status, 'finished');
    assert.deepEqual(happened(), ['begun', 'prepared', 'assigned', 'phase', 'ended', 'composed']);
  });

  test('another one is refused, from the moment the first is asked for', async () => {
    const { document } = openDocument();
    document.runner.start('super-resolve', {}, Promise.resolve(undefined));
    assert.throws(() => document.runner.start('colorize', {}, Promise.resolve(undefined)), /Stop it first/);
    assert.throws(() => document.runner.start('super-resolve', { seed: 2 }, Promise.resolve(undefined)), /Stop it/);
  });

  test('what an earlier one still tells is not heard', async () => {
    const { document } = openDocument();
    const [page, other] = [new FakePage(), new FakePage()];
    await begin(document, page);
    page.report(optimising, done(10));
    await settled();
    document.runner.leave(page);
    const next = await begin(document, other, 'colorize');
    page.report(progress(9, 1));
    page.break('job', 'late');
    assert.deepEqual([next.state.step, next.state.status], [0, 'starting']);
  });
});

describe('who makes the steps', () => {
  const cases = [
    { device: 'auto', gpu: true, on: 'page' },
    { device: 'auto', gpu: false, on: 'host' },
    { device: 'webgpu', gpu: true, on: 'page' },
    // The host may have a GPU of its own, and says so if it has none.
    { device: 'webgpu', gpu: false, on: 'host' },
    { device: 'cpu', gpu: true, on: 'host' },
  ] as const;
  for (const { device, gpu, on } of cases) {
    test(`${device}, page ${gpu ? 'with' : 'without'} a GPU: the ${on}`, async () => {
      const { document, workshop } = openDocument();
      workshop.device = device;
      const { state } = await begin(document, gpu ? new FakePage() : undefined);
      assert.ok(state.status === 'starting' && state.on === on);
      const surprising = on === 'host' && device !== 'cpu';
      assert.deepEqual(state.reasons, surprising ? [{ why: 'noGpu' }] : []);
    });
  }

  test('one pass without steps: the host, whatever the page has', async () => {
    const { document, workshop } = openDocument();
    workshop.device = 'webgpu';
    const { prepare } = workshop;
    workshop.prepare = async (...asked) => {
      const plan = await prepare.apply(workshop, asked);
      return { ...plan, job: { ...plan.job, method: 'one-pass' } };
    };
    const { state } = await begin(document, new FakePage());
    assert.ok(state.status === 'starting' && state.on === 'host');
    assert.deepEqual(state.reasons, []);
  });

  test('a page that has not yet said whether it has a GPU is waited for, and can be stopped meanwhile', async () => {
    const { document, workshop } = openDocument();
    document.runner.start('super-resolve', {}, new Promise<Executor>(() => undefined));
    await settled();
    assert.equal(document.run?.state.status, 'preparing');
    document.runner.control('stop');
    assert.equal(document.run.state.status, 'cancelled');
    assert.equal(workshop.started, 0);
  });

  test('the GPU of another editor serves a page that has none', async () => {
    const { document } = openDocument();
    const page = new FakePage();
    document.runner.join(page);
    document.runner.start('super-resolve', {}, Promise.resolve(undefined));
    await settled();
    assert.ok(page.assignment);
  });

  test('a run that cannot be prepared has failed, and another one may start', async () => {
    const { document, workshop } = openDocument();
    const { prepare } = workshop;
    workshop.prepare = () => Promise.reject(new Error('The layer must be from 1 to 6.'));
    document.runner.start('super-resolve', {}, Promise.resolve(undefined));
    await settled();
    const { state } = document.run!;
    assert.ok(state.status === 'failed' && state.message === 'The layer must be from 1 to 6.');
    document.runner.control('resume');
    assert.equal(document.run?.state.status, 'failed', 'there is nothing to go on from');
    workshop.prepare = prepare;
    await begin(document);
  });
});

describe('control', () => {
  test('goes to whoever makes the steps, from before they begin', async () => {
    const { document } = openDocument();
    const page = new FakePage();
    document.runner.control('stop');
    const run = await begin(document, page);
    document.runner.control('pause');
    page.report(optimising, paused);
    assert.equal(run.state.status, 'paused');
    document.runner.control('resume');
    page.report(optimising, progress(1, 5));
    document.runner.control('stop');
    assert.deepEqual(page.actions, ['pause', 'resume', 'stop']);
    assert.equal(run.state.status, 'stopping');
    page.report(done(1));
    await settled();
    assert.equal(document.result?.steps, 1);
  });

  test('of another run than the one that goes is late', async () => {
    const { document } = openDocument();
    const page = new FakePage();
    const run = await begin(document, page);
    page.report(optimising, progress(1, 5));
    document.runner.control('stop', run.id - 1);
    assert.equal(run.state.status, 'running');
  });

  test('stop before the first step leaves nothing, wherever the run is', async () => {
    for (const page of [new FakePage(), undefined]) {
      const { document, workshop } = openDocument();
      const run = await begin(document, page);
      document.runner.control('stop');
      assert.equal(run.state.status, 'cancelled');
      if (page) assert.ok(page.abandoned);
      else workshop.emit(done(0));
      await settled();
      assert.equal(document.result, undefined);
    }
  });

  test('stop while it is prepared leaves nothing, and nobody begins', async () => {
    const { document, workshop } = openDocument();
    document.runner.start('super-resolve', {}, Promise.resolve(undefined));
    document.runner.control('stop');
    await settled();
    assert.deepEqual([document.run?.state.status, workshop.started], ['cancelled', 0]);
  });

  test('who does not want to wait for a stop, or for the picture, need not', async () => {
    const { document, workshop } = openDocument();
    const page = new FakePage();
    const run = await begin(document, page);
    page.report(optimising, progress(1, 5));
    document.runner.control('stop');
    document.runner.control('stop');
    assert.equal(run.state.status, 'cancelled');
    assert.ok(page.abandoned);

    let given: AbortSignal | undefined;
    workshop.composed = (signal) => new Promise(() => (given = signal));
    const next = await begin(document, page);
    page.report(optimising, done(10));
    await settled();
    assert.equal(next.state.status, 'composing');
    document.runner.control('stop');
    assert.equal(next.state.status, 'cancelled');
    assert.equal(given?.aborted, true);
    await begin(document, page);
  });

  test('a result of a surprising size is asked about before the first step, and the question can be left', async () => {
    const { document, workshop } = openDocument();
    let answer: (agreed: boolean) => void = () => undefined;
    workshop.agree = () => new Promise((resolve) => (answer = resolve));
    for (const agreed of [false, true]) {
      document.runner.start('super-resolve', {}, Promise.resolve(undefined));
      await settled();
      assert.equal(document.run?.state.status, 'preparing');
      answer(agreed);
      await settled();
      assert.equal(document.run.state.status, agreed ? 'starting' : 'cancelled');
    }
    document.runner.control('stop');
    document.runner.start('super-resolve', {}, Promise.resolve(undefined));
    await settled();
    document.runner.control('stop');
    assert.equal(document.run?.state.status, 'cancelled');
    answer(true);
    await settled();
    assert.equal(workshop.started, 1, 'an answer that comes late begins nothing');
  });

  test('a failed run is tried again from its last checkpoint', async () => {
    const { document, workshop } = openDocument();
    const run = await begin(document);
    workshop.emit(optimising);
    workshop.emit(progress(4, 5, 4, 3, 2));
    workshop.emit(checkpoint(4));
    workshop.break(new Error('the thread died'));
    await settled();
    assert.ok(run.state.status === 'failed' && run.state.message === 'the thread died');
    document.runner.control('resume');
    assert.equal(run.state.status, 'starting');
    assert.equal(workshop.resumedFrom, 4);
  });
});

describe('a page that is gone', () => {
  async function running() {
    const opened = openDocument();
    const page = new FakePage();
    const run = await begin(opened.document, page);
    page.report(optimising, progress(2, 5, 4), checkpoint(2), progress(3, 3));
    return { ...opened, page, run };
  }

  test('leaves its run to the host, from the last checkpoint', async () => {
    const { document, workshop, page, run } = await running();
    document.runner.leave(page);
    assert.equal(workshop.resumedFrom, 2);
    assert.ok(run.state.status === 'starting' && run.state.on === 'host');
    assert.deepEqual(run.state.reasons, [{ why: 'pageGone', step: 2 }]);
    page.report(progress(4, 9));
    assert.equal(run.state.step, 3, 'the page that lost the run is not heard');
    workshop.emit({ kind: 'phase', phase: 'optimising', backend: 'another' });
    workshop.emit(progress(4, 3, 2));
    assert.deepEqual(run.state.losses, [5, 4, 3, 2], 'repeated steps count once');
    workshop.emit({ kind: 'done', outcome: { ...done(10).outcome, backend: 'another' } });
    await settled();
    assert.equal(document.result?.backend, 'fake, then another');
  });

  test('leaves its run to another page with a GPU rather than to the host', async () => {
    const { document, workshop, page } = await running();
    const other = new FakePage();
    document.runner.join(other);
    document.runner.leave(page);
    assert.equal(other.assignment?.checkpoint?.step, 2);
    assert.equal(workshop.started, 0);
  });

  test('and comes back goes on by itself, with its GPU or without', async () => {
    for (const again of [new FakePage(), undefined]) {
      const { document, workshop, page, run } = await running();
      document.runner.leave(page, true);
      assert.equal(run.state.status, 'interrupted');
      document.runner.join(again);
      assert.equal(again ? again.assignment?.checkpoint?.step : workshop.resumedFrom, 2);
    }
  });

  test('is waited for where only a GPU will do', async () => {
    const { document, workshop, page, run } = await running();
    workshop.device = 'webgpu';
    document.runner.leave(page);
    assert.deepEqual([run.state.status, workshop.started], ['interrupted', 0]);
    const other = new FakePage();
    document.runner.join(other);
    assert.equal(other.assignment?.checkpoint?.step, 2);
  });

  test('while it was being stopped: what there is is handed over by who takes over', async () => {
    const { document, workshop, page, run } = await running();
    document.runner.control('stop');
    document.runner.leave(page);
    assert.equal(run.state.status, 'stopping');
    assert.deepEqual([workshop.resumedFrom, workshop.actions], [2, ['stop']]);
    workshop.emit(done(2));
    await settled();
    assert.equal(document.result?.steps, 2);
  });

  test('while its run was prepared: the host makes it', async () => {
    const { document, workshop } = openDocument();
    const page = new FakePage();
    document.runner.join(page);
    document.runner.start('super-resolve', {}, Promise.resolve(page));
    document.runner.leave(page);
    await settled();
    assert.equal(workshop.started, 1);
  });

  test('and did not make the run may come and go', async () => {
    const { document, run } = await running();
    document.runner.leave(new FakePage());
    assert.equal(run.state.status, 'running');
  });

  test('an interrupted run can be given up, with what there is', async () => {
    const { document, workshop, page, run } = await running();
    document.runner.leave(page, true);
    document.runner.control('stop');
    assert.equal(run.state.status, 'stopping');
    assert.deepEqual([workshop.resumedFrom, workshop.actions], [2, ['stop']]);
  });
});

describe('a GPU that gives up', () => {
  test('leaves its run to the host; where that fails, too, both are told', async () => {
    const { document, workshop } = openDocument();
    const page = new FakePage();
    const run = await begin(document, page);
    page.report(optimising, progress(2, 5, 4), checkpoint(2), paused);
    page.break('device', 'device lost');
    assert.equal(workshop.resumedFrom, 2);
    assert.deepEqual(workshop.actions, ['pause'], 'it was paused, and stays so');
    assert.deepEqual(run.state.reasons, [{ why: 'gpuFailed', detail: 'device lost', step: 2 }]);
    workshop.break(new Error('no memory'));
    await settled();
    assert.ok(run.state.status === 'failed' && run.state.message === 'device lost no memory');
  });

  test('what holds everywhere fails at once', async () => {
    const { document, workshop } = openDocument();
    const page = new FakePage();
    const run = await begin(document, page);
    page.break('job', 'diverged');
    assert.ok(run.state.status === 'failed' && run.state.message === 'diverged');
    assert.equal(workshop.started, 0);
  });
});

test('closing the document ends what the host makes', async () => {
  const { document, workshop } = openDocument();
  await begin(document);
  document.dispose();
  assert.deepEqual(workshop.actions, ['stop']);
});
