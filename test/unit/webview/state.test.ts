import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { float32 } from '../../../src/engine/tensor.ts';
import type { Welcome } from '../../../src/shared/documentState.ts';
import { headlineOf, isCounting } from '../../../src/webview/headline.ts';
import { initialState, reduce, type Change, type PageState } from '../../../src/webview/state.ts';
import { prepared, result, welcome } from './support.ts';

const play = (...changes: Change[]): PageState => changes.reduce(reduce, initialState);
const event = (e: RunEvent, run = 1): Change => ({ kind: 'event', run, event: e });
const optimising = event({ kind: 'phase', phase: 'optimising', backend: 'GPU' });
const progress = (step: number, losses: number[]): Change =>
  event({ kind: 'progress', step, iterations: 40, losses, msPerStep: 10, etaMs: 400 });
const done = (steps: number): Change =>
  event({
    kind: 'done',
    outcome: {
      x: float32([1, 3, 1, 1], [0, 0, 0]),
      parameters: {},
      steps,
      losses: [],
      stopped: false,
      backend: 'GPU',
      milliseconds: 5,
    },
  });
const welcomed: Change = { kind: 'welcomed', welcome, gpu: { name: 'test' } };
const started: Change[] = [
  welcomed,
  { kind: 'starting', task: 'super-resolve', params: {} },
  { kind: 'prepared', prepared, where: 'here' },
];

describe('the state of the page', () => {
  test('follows a run from welcome to result', () => {
    assert.equal(play(welcomed).status, 'idle');
    assert.equal(play(...started).status, 'preparing');
    const running = play(...started, optimising, progress(2, [5, 4]), progress(3, [3]));
    assert.equal(running.status, 'running');
    assert.deepEqual(running.run?.losses, [5, 4, 3]);
    assert.equal(running.run?.backend, 'GPU');
    const over = play(...started, optimising, done(40), { kind: 'result', result });
    assert.equal(over.status, 'done');
    assert.equal(over.result, result);
  });

  test('promises no time before steps are measured without their compilation', () => {
    const first = play(...started, optimising, progress(1, [5]));
    assert.equal(first.run?.etaMs, 0);
    assert.equal(reduce(first, progress(2, [4])).run?.etaMs, 400);
  });

  test('a run that goes back to a checkpoint rewrites its losses', () => {
    const moved = play(...started, optimising, progress(4, [9, 8, 7, 6]), { kind: 'moved', run: 1, note: 'why' });
    assert.equal(moved.status, 'preparing');
    assert.equal(moved.run?.where, 'host');
    assert.deepEqual(moved.run?.notes, ['note', 'why']);
    const again = [optimising, progress(3, [7.5])].reduce(reduce, moved);
    assert.deepEqual(again.run?.losses, [9, 8, 7.5]);
  });

  test('promises no time for what it is compiled to on its way, and says why it could not be', () => {
    const running = play(...started, optimising, progress(2, [5, 4]), progress(3, [3]));
    const asked = reduce(running, { kind: 'changed', run: 1, change: { step: 3, codes: 900 } });
    const refitting = reduce(asked, event({ kind: 'phase', phase: 'refitting', backend: 'GPU' }));
    assert.deepEqual([refitting.status, refitting.run?.etaMs, refitting.run?.step], ['running', 0, 3]);
    assert.equal([optimising, progress(4, [2])].reduce(reduce, refitting).run?.etaMs, 0);
    const refused = reduce(asked, event({ kind: 'refused', kept: { codes: 10 }, reason: 'No memory.' }));
    assert.equal(refused.status, 'running');
    assert.deepEqual(refused.run?.changes.at(-1), { step: 3, codes: 10 });
    assert.deepEqual([refused.notice, refused.complaint], ['The run goes on as it was. No memory.', undefined]);
  });

  test('says that the codes are refitted until a step is made with them', () => {
    const refitting = event({ kind: 'phase', phase: 'refitting', backend: 'GPU' });
    const paused = event({ kind: 'phase', phase: 'paused', backend: 'GPU' });
    const seen = (...changes: Change[]) =>
      headlineOf(changes.reduce(reduce, play(...started, optimising, progress(3, [3]))));
    assert.equal(seen(), 'Step 3 of 40');
    assert.equal(seen(refitting), 'Fitting the codes again…');
    assert.equal(seen(refitting, optimising), 'Fitting the codes again…');
    assert.equal(seen(refitting, optimising, paused), 'Paused at step 3 of 40');
    assert.equal(seen(refitting, optimising, paused, optimising), 'Fitting the codes again…');
    assert.equal(seen(refitting, optimising, progress(4, [2])), 'Step 4 of 40');
    assert.equal(isCounting([refitting, optimising].reduce(reduce, play(...started, optimising))), false);
  });

  test('ignores events of other runs', () => {
    const state = play(...started, optimising);
    assert.equal(reduce(state, event({ kind: 'phase', phase: 'paused', backend: 'x' }, 7)), state);
    assert.equal(reduce(state, { kind: 'failed', run: 7, message: 'x' }), state);
  });

  test('keeps the earlier result when a run is cancelled or fails', () => {
    const before = play({ kind: 'welcomed', welcome: { ...welcome, result }, gpu: undefined });
    assert.equal(before.status, 'done');
    const preparing = reduce(before, { kind: 'starting', task: 'colorize', params: {} });
    assert.equal(reduce(preparing, { kind: 'cancelled' }).status, 'done');
    const failed = reduce(preparing, { kind: 'failed', message: 'no' });
    assert.equal(failed.status, 'failed');
    assert.equal(failed.problem, 'no');
    assert.equal(failed.result, result);
    assert.equal(reduce(failed, { kind: 'starting', task: 'colorize', params: {} }).problem, undefined);
  });

  test('is restored from what the host remembers', () => {
    const run: Welcome['run'] = {
      run: 3,
      task: 'super-resolve',
      params: {},
      where: 'host',
      status: 'paused',
      backend: 'CPU',
      step: 2,
      iterations: 40,
      seed: 2 ** 31 - 1,
      losses: [2, 1],
      changes: [],
      placement: prepared.placement,
    };
    const state = play({ kind: 'welcomed', welcome: { ...welcome, run }, gpu: undefined });
    assert.equal(state.status, 'paused');
    assert.deepEqual(state.run?.losses, [2, 1]);
    assert.equal(state.run?.id, 3);
  });

  test('knows the original from the welcome on, until it is taken back', () => {
    const truth = { name: 'original.png' };
    const state = play({ kind: 'welcomed', welcome: { ...welcome, truth }, gpu: undefined });
    assert.equal(state.truth, truth);
    assert.equal(reduce(state, { kind: 'truth', truth: undefined }).truth, undefined);
  });

  test('a second welcome does not disturb a run of this page', () => {
    const running = play(...started, optimising);
    const again = reduce(running, {
      kind: 'welcomed',
      welcome: { ...welcome, source: { ...welcome.source, uri: 'new' } },
      gpu: undefined,
    });
    assert.equal(again.status, 'running');
    assert.equal(again.run, running.run);
    assert.equal(again.source?.uri, 'new');
  });
});
