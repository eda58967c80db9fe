import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunHappening } from '../../../src/shared/run/reduce.ts';
import { headlineOf, isCounting } from '../../../src/webview/headline.ts';
import { initialState, reduce, type Change, type PageState } from '../../../src/webview/state.ts';
import { result, welcome } from './support.ts';

const play = (...changes: Change[]): PageState => changes.reduce(reduce, initialState);
const run = (event: RunHappening, id = 1): Change => ({ kind: 'run', run: id, event });
const phase = (name: Extract<RunHappening, { kind: 'phase' }>['phase']): Change =>
  run({ kind: 'phase', phase: name, backend: 'GPU' });
const optimising = phase('optimising');
const progress = (step: number, losses: number[]): Change =>
  run({ kind: 'progress', step, iterations: 40, losses, msPerStep: 10, etaMs: 400 });
const ended: Change = run({ kind: 'ended', step: 40, backend: 'GPU' });
const composed: Change = run({ kind: 'composed' });
const welcomed: Change = { kind: 'welcomed', welcome };
const started: Change[] = [
  welcomed,
  { kind: 'asked' },
  run({ kind: 'begun', task: 'super-resolve', params: {} }),
  run({ kind: 'prepared', iterations: 40, seed: 1, notes: ['note'] }),
  run({ kind: 'assigned', on: 'page' }),
];

describe('the state of the page', () => {
  test('follows a run from welcome to result', () => {
    assert.equal(play(welcomed).status, 'idle');
    assert.equal(play(welcomed, { kind: 'asked' }).status, 'preparing', 'the host need not have answered');
    assert.equal(play(...started).status, 'preparing');
    const running = play(...started, optimising, progress(2, [5, 4]), progress(3, [3]));
    assert.equal(running.status, 'running');
    assert.deepEqual(running.run?.losses, [5, 4, 3]);
    assert.equal(running.run?.backend, 'GPU');
    assert.equal(play(...started, optimising, phase('paused')).status, 'paused');
    assert.equal(play(...started, optimising, run({ kind: 'stopped' })).status, 'finishing');
    assert.equal(play(...started, optimising, run({ kind: 'lost' })).status, 'paused');
    const over = play(...started, optimising, ended, { kind: 'result', result });
    assert.equal(over.status, 'finishing', 'until the host says that it is over');
    assert.equal(reduce(over, composed).status, 'done');
    assert.equal(over.result, result);
  });

  test('says in the headline what is going on', () => {
    const seen = (...changes: Change[]) =>
      headlineOf(changes.reduce(reduce, play(...started, optimising, progress(3, [3]))));
    assert.equal(headlineOf(play(welcomed, { kind: 'asked' })), 'Preparing the run…');
    assert.equal(headlineOf(play(...started)), 'Loading the model…');
    assert.equal(headlineOf(play(...started, phase('scoring'))), 'Trying codes to start with…');
    assert.equal(headlineOf(play(...started, optimising)), 'Making the first step…');
    assert.equal(seen(), 'Step 3 of 40');
    assert.equal(seen(phase('refitting')), 'Fitting the codes again…');
    assert.equal(seen(phase('refitting'), optimising, phase('paused')), 'Paused at step 3 of 40');
    assert.equal(seen(phase('refitting'), progress(4, [2])), 'Step 4 of 40');
    assert.equal(seen(run({ kind: 'lost' })), 'Interrupted at step 3 of 40; Resume goes on from there');
    assert.equal(seen(run({ kind: 'stopped' })), 'Stopping…');
    assert.equal(seen(ended), 'Composing the picture…');
    assert.equal(isCounting([phase('refitting'), optimising].reduce(reduce, play(...started, optimising))), false);
  });

  test('tells of what a run cannot be changed to, and goes on', () => {
    const running = play(...started, optimising, progress(2, [5, 4]));
    const refused = reduce(running, run({ kind: 'refused', kept: { codes: 10 }, reason: 'No memory.' }));
    assert.equal(refused.status, 'running');
    assert.deepEqual([refused.notice, refused.complaint], ['The run goes on as it was. No memory.', undefined]);
  });

  test('ignores events of other runs', () => {
    const state = play(...started, optimising);
    const { status, run: before } = state;
    for (const event of [{ kind: 'lost' }, { kind: 'failed', message: 'x' }] as const) {
      const after = reduce(state, run(event, 7));
      assert.deepEqual([after.status, after.run, after.problem], [status, before, undefined]);
    }
  });

  test('keeps the earlier result when a run is cancelled or fails', () => {
    const before = play({ kind: 'welcomed', welcome: { ...welcome, result } });
    assert.equal(before.status, 'done');
    const preparing = started.slice(1).reduce(reduce, before);
    assert.equal(reduce(preparing, run({ kind: 'cancelled' })).status, 'done');
    const failed = reduce(preparing, run({ kind: 'failed', message: 'no' }));
    assert.equal(failed.status, 'failed');
    assert.equal(failed.problem, 'no');
    assert.equal(failed.result, result);
    assert.equal(reduce(failed, { kind: 'asked' }).problem, undefined);
    const again = reduce(failed, run({ kind: 'begun', task: 'colorize', params: {} }, 2));
    assert.deepEqual([again.status, again.problem], ['preparing', undefined], 'started in another editor');
  });

  test('another result that is shown ends what was said of a run, but not the run', () => {
    const failed = play(...started, run({ kind: 'failed', message: 'no' }), { kind: 'result', result });
    assert.deepEqual([failed.status, failed.problem], ['done', undefined]);
    assert.equal(play(...started, optimising, { kind: 'result', result }).status, 'running');
  });

  test('is restored from what the host remembers', () => {
    const state = play(...started, optimising, progress(2, [2, 1]), phase('paused'));
    const restored = play({ kind: 'welcomed', welcome: { ...welcome, run: state.run! } });
    assert.deepEqual([restored.status, restored.run], ['paused', state.run]);
    const failed = play(...started, run({ kind: 'failed', message: 'no' })).run!;
    assert.equal(play({ kind: 'welcomed', welcome: { ...welcome, run: failed } }).problem, 'no');
  });

  test('knows the original from the welcome on, until it is taken back', () => {
    const truth = { name: 'original.png' };
    const state = play({ kind: 'welcomed', welcome: { ...welcome, truth } });
    assert.equal(state.truth, truth);
    assert.equal(reduce(state, { kind: 'truth', truth: undefined }).truth, undefined);
  });

  test('a picture that cannot be read is a problem, and nothing is loaded any more', () => {
    const { status, problem } = play({ kind: 'unreadable', message: 'a.png is damaged.' });
    assert.deepEqual([status, problem], ['failed', 'a.png is damaged.']);
  });
});
