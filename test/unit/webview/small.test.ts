import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { Announcer } from '../../../src/webview/announcer.ts';
import { Reporter } from '../../../src/webview/reporter.ts';
import { fitScale, neighbour } from '../../../src/webview/stage/zoom.ts';

test('zoom fits the tighter side and steps between levels', () => {
  assert.equal(fitScale({ width: 10, height: 20 }, { width: 100, height: 100 }), 5);
  assert.equal(neighbour(1, 1), 1.5);
  assert.equal(neighbour(1, -1), 0.75);
  assert.equal(neighbour(2.999, 1), 4);
  assert.equal(neighbour(500, 1), 32);
});

describe('the reporter', () => {
  const progress = (step: number, ...losses: number[]): RunEvent => ({
    kind: 'progress',
    step,
    iterations: 9,
    losses,
    msPerStep: 1,
    etaMs: 1,
  });
  const setUp = () => {
    const sent: RunEvent[] = [];
    const clock = { now: 0 };
    const reporter = new Reporter(
      (event) => sent.push(event),
      100,
      () => clock.now,
    );
    return { sent, clock, reporter };
  };

  test('joins progress that comes too fast, and loses no loss', () => {
    const { sent, clock, reporter } = setUp();
    reporter.report(progress(1, 5));
    clock.now = 50;
    reporter.report(progress(2, 4));
    reporter.report(progress(3, 3));
    assert.equal(sent.length, 1);
    clock.now = 120;
    reporter.report(progress(4, 2));
    assert.deepEqual(sent[1], progress(4, 4, 3, 2));
  });

  test('sends the progress it holds before anything else, and no previews', () => {
    const { sent, reporter } = setUp();
    reporter.report(progress(1, 5));
    reporter.report(progress(2, 4));
    reporter.report({ kind: 'preview', step: 2, x: { dtype: 'float32', dims: [0], data: new Float32Array() } });
    reporter.report({ kind: 'phase', phase: 'paused', backend: 'b' });
    assert.deepEqual(
      sent.map(({ kind }) => kind),
      ['progress', 'progress', 'phase'],
    );
  });
});

test('a change of status is announced at once, progress now and then', () => {
  const said: string[] = [];
  const clock = { now: 0 };
  const announcer = new Announcer(
    (text) => said.push(text),
    1000,
    () => clock.now,
  );
  announcer.tell('running', 'step 1');
  clock.now = 500;
  announcer.tell('running', 'step 2');
  announcer.tell('paused', 'paused');
  clock.now = 1600;
  announcer.tell('paused', 'still paused');
  assert.deepEqual(said, ['step 1', 'paused', 'still paused']);
});
