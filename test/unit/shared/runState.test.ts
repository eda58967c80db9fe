/** Everything that can happen to a run, in every state it can be in: where it leads, or that it means nothing there. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerTo, type Answer, type RunAction } from '../../../src/shared/run/control.ts';
import { reduce, type RunHappening } from '../../../src/shared/run/reduce.ts';
import { isActive, RUN_STATUSES, type RunState, type RunStatus } from '../../../src/shared/run/state.ts';

const RUN = 7;
const begun: RunHappening = { kind: 'begun', task: 'super-resolve', params: {} };
const prepared: RunHappening = {
  kind: 'prepared',
  iterations: 40,
  seed: 3,
  notes: ['reduced'],
};
const assigned: RunHappening = { kind: 'assigned', on: 'page' };
const phase = (name: Extract<RunHappening, { kind: 'phase' }>['phase']): RunHappening => ({
  kind: 'phase',
  phase: name,
  backend: 'GPU',
});
const progress = (step: number, ...losses: number[]): RunHappening => ({
  kind: 'progress',
  ...{ step, iterations: 40, losses, msPerStep: 10, etaMs: 400 },
});
const ended: RunHappening = { kind: 'ended', step: 40, backend: 'GPU' };

const play = (...events: RunHappening[]): RunState =>
  events.reduce<RunState | undefined>((state, event) => reduce(state, RUN, event), undefined)!;

const running = [begun, prepared, assigned, phase('optimising'), progress(2, 5, 4)];

/** How a run gets into each state. */
const WAYS: Readonly<Record<RunStatus, readonly RunHappening[]>> = {
  preparing: [begun],
  starting: [begun, prepared, assigned],
  running,
  paused: [...running, phase('paused')],
  stopping: [...running, { kind: 'stopped' }],
  interrupted: [...running, { kind: 'lost' }],
  composing: [...running, ended],
  finished: [...running, ended, { kind: 'composed' }],
  cancelled: [begun, { kind: 'cancelled' }],
  failed: [begun, { kind: 'failed', message: 'no' }],
};

const EVENTS = {
  prepared,
  assigned: { kind: 'assigned', on: 'host', because: { why: 'noGpu' } },
  compiling: phase('compiling'),
  scoring: phase('scoring'),
  optimising: phase('optimising'),
  refitting: phase('refitting'),
  paused: phase('paused'),
  progress: progress(3, 3),
  note: { kind: 'note', text: 'parts' },
  changed: { kind: 'changed', change: { step: 2, iterations: 90 } },
  refused: { kind: 'refused', kept: { codes: 2 }, reason: 'No memory.' },
  stopped: { kind: 'stopped' },
  ended,
  lost: { kind: 'lost' },
  composing: { kind: 'composing', share: 0.4 },
  composed: { kind: 'composed' },
  cancelled: { kind: 'cancelled' },
  failed: { kind: 'failed', message: 'no' },
} as const satisfies Record<string, RunHappening>;
type Name = keyof typeof EVENTS;

/** Where an event leads; "same": the state keeps its name and takes something in; what is left out changes nothing. */
const TABLE: Readonly<Record<RunStatus, Partial<Record<Name, RunStatus | 'same'>>>> = {
  preparing: { prepared: 'same', assigned: 'starting', changed: 'same', cancelled: 'cancelled', failed: 'failed' },
  starting: {
    ...{ assigned: 'same', compiling: 'same', scoring: 'same', note: 'same', changed: 'same', refused: 'same' },
    ...{ optimising: 'running', refitting: 'running', progress: 'running', paused: 'paused', stopped: 'stopping' },
    ...{ ended: 'composing', lost: 'interrupted', cancelled: 'cancelled', failed: 'failed' },
  },
  running: {
    ...{ assigned: 'starting', scoring: 'starting', compiling: 'same', optimising: 'same', refitting: 'same' },
    ...{ progress: 'same', note: 'same', changed: 'same', refused: 'same', paused: 'paused', stopped: 'stopping' },
    ...{ ended: 'composing', lost: 'interrupted', cancelled: 'cancelled', failed: 'failed' },
  },
  paused: {
    ...{ assigned: 'starting', scoring: 'starting', compiling: 'running', optimising: 'running', refitting: 'running' },
    ...{ progress: 'same', note: 'same', changed: 'same', refused: 'same', paused: 'same', stopped: 'stopping' },
    ...{ ended: 'composing', lost: 'interrupted', cancelled: 'cancelled', failed: 'failed' },
  },
  // Whatever an executor still does on its way to the end, it ends.
  stopping: {
    ...{ assigned: 'same', compiling: 'same', scoring: 'same', optimising: 'same', refitting: 'same', paused: 'same' },
    ...{ progress: 'same', note: 'same', changed: 'same', refused: 'same', stopped: 'same' },
    ...{ ended: 'composing', lost: 'interrupted', cancelled: 'cancelled', failed: 'failed' },
  },
  interrupted: { assigned: 'starting', changed: 'same', cancelled: 'cancelled', failed: 'failed' },
  // The mask that was painted last is taken up here.
  composing: { changed: 'same', composing: 'same', composed: 'finished', cancelled: 'cancelled', failed: 'failed' },
  finished: {},
  cancelled: {},
  failed: { assigned: 'starting', changed: 'same' },
};

describe('the state of a run', () => {
  test('is reached in the way that the table begins with', () => {
    for (const status of RUN_STATUSES) assert.equal(play(...WAYS[status]).status, status);
    assert.deepEqual(Object.keys(TABLE).sort(), [...RUN_STATUSES].sort());
  });

  for (const status of RUN_STATUSES) {
    test(`${status}: every event leads where it should, or changes nothing`, () => {
      const before = play(...WAYS[status]);
      for (const name of Object.keys(EVENTS) as Name[]) {
        const after = reduce(before, RUN, EVENTS[name])!;
        const expected = TABLE[status][name];
        assert.equal(after !== before, expected !== undefined, `${name} in ${status}: ${JSON.stringify(after)}`);
        assert.equal(after.status, expected === 'same' || expected === undefined ? status : expected, name);
        assert.equal(reduce(before, RUN + 1, EVENTS[name]), before, `${name} of another run`);
      }
    });

    test(`${status}: another run begins only where none is going, and a late beginning never`, () => {
      const before = play(...WAYS[status]);
      const after = reduce(before, RUN + 1, begun)!;
      assert.equal(after === before, isActive(before));
      if (after !== before) assert.deepEqual([after.id, after.status], [RUN + 1, 'preparing']);
      assert.equal(reduce(before, RUN - 1, begun), before);
    });
  }

  test('every event before any run means nothing, but a beginning', () => {
    for (const event of Object.values(EVENTS)) assert.equal(reduce(undefined, RUN, event), undefined);
    assert.equal(reduce(undefined, RUN, begun)?.status, 'preparing');
  });

  test('counts losses by their steps: a run that goes back to a checkpoint rewrites its tail', () => {
    const moved = play(...running, progress(4, 3, 2), assigned, phase('optimising'), progress(3, 3.5));
    assert.deepEqual(moved.losses, [5, 4, 3.5]);
    assert.equal(moved.step, 3);
  });

  test('promises no time before a step is made with what is compiled', () => {
    const first = play(begun, prepared, assigned, phase('optimising'), progress(1, 5));
    assert.equal(first.etaMs, 0);
    assert.equal(reduce(first, RUN, progress(2, 4))?.etaMs, 400);
    for (const change of [phase('refitting'), phase('compiling'), assigned]) {
      const cold = play(...running, progress(3, 3), change);
      assert.deepEqual([cold.etaMs, cold.warm, cold.step], [0, false, 3]);
      assert.equal(reduce(cold, RUN, progress(4, 2))?.etaMs, 0);
    }
  });

  test('stays with the refitted codes until a step is made with them, through a pause', () => {
    const phaseIn = (...events: RunHappening[]) => {
      const state = play(...running, ...events);
      return 'phase' in state ? state.phase : undefined;
    };
    assert.equal(phaseIn(phase('refitting'), phase('optimising')), 'refitting');
    assert.equal(phaseIn(phase('refitting'), phase('paused'), phase('optimising')), 'refitting');
    assert.equal(phaseIn(phase('refitting'), phase('optimising'), progress(3, 3)), 'optimising');
  });

  test('keeps what it was asked to be changed, and what holds on instead', () => {
    const { iterations, changes } = play(...running, EVENTS.changed, EVENTS.refused);
    assert.equal(iterations, 90);
    assert.deepEqual(changes, [
      { step: 2, iterations: 90 },
      { step: 2, codes: 2 },
    ]);
  });

  test('a run that was told to stop stops wherever it is moved to', () => {
    const moved = play(...running, { kind: 'stopped' }, { kind: 'assigned', on: 'host' });
    assert.ok(moved.status === 'stopping' && moved.on === 'host');
  });
});

describe('a wish of a person', () => {
  const ANSWERS: Readonly<Record<RunStatus, Readonly<Record<RunAction, Answer>>>> = {
    preparing: { pause: 'nothing', resume: 'nothing', stop: 'cancel' },
    starting: { pause: 'tell', resume: 'tell', stop: 'cancel' },
    running: { pause: 'tell', resume: 'tell', stop: 'stop' },
    paused: { pause: 'nothing', resume: 'tell', stop: 'stop' },
    stopping: { pause: 'nothing', resume: 'nothing', stop: 'cancel' },
    interrupted: { pause: 'nothing', resume: 'continue', stop: 'conclude' },
    composing: { pause: 'nothing', resume: 'nothing', stop: 'cancel' },
    finished: { pause: 'nothing', resume: 'nothing', stop: 'nothing' },
    cancelled: { pause: 'nothing', resume: 'nothing', stop: 'nothing' },
    failed: { pause: 'nothing', resume: 'continue', stop: 'nothing' },
  };
  for (const status of RUN_STATUSES) {
    test(`${status}: pause, resume and stop have an answer`, () => {
      const state = play(...WAYS[status]);
      const answers = (['pause', 'resume', 'stop'] as const).map((action) => [action, answerTo(state, action)]);
      assert.deepEqual(Object.fromEntries(answers), ANSWERS[status]);
    });
  }

  test('stop keeps what there is from the first step on, also where the steps are about to go on', () => {
    assert.equal(answerTo(play(...running, assigned), 'stop'), 'stop');
    assert.equal(answerTo(play(begun, prepared, assigned, { kind: 'lost' }), 'stop'), 'cancel');
  });
});
