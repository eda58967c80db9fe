import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunHappening } from '../../../src/shared/run/reduce.ts';
import { chosenIn } from '../../../src/webview/faces/chooser.ts';
import { wantsAligned } from '../../../src/webview/faces/notice.ts';
import { headlineOf } from '../../../src/webview/headline.ts';
import { initialState, reduce, type Change, type PageState } from '../../../src/webview/state.ts';
import { result, welcome } from './support.ts';

const at = { x: 1, y: 1 };
const landmarks = { leftEye: at, rightEye: at, leftMouth: at, rightMouth: at };
const face = { x: 4, y: 4, side: 4, angle: 0 };
const play = (...changes: Change[]): PageState => changes.reduce(reduce, initialState);
const run = (event: RunHappening): Change => ({ kind: 'run', run: 1, event });
const phase = (name: 'optimising' | 'compiling'): Change => run({ kind: 'phase', phase: name, backend: 'GPU' });

describe('faces on the page', () => {
  test('are known from the welcome and by every change', () => {
    const faces = [
      { landmarks, chosen: true },
      { landmarks, chosen: false },
    ];
    const state = play({ kind: 'welcomed', welcome: { ...welcome, faces } });
    assert.deepEqual(state.faces, faces);
    assert.deepEqual(chosenIn(state.faces), [landmarks]);
    assert.equal(reduce(state, { kind: 'faces', faces: undefined }).faces, undefined);
    assert.equal(reduce(state, { kind: 'finding', finding: true }).finding, true);
  });

  test('the headline counts faces and the steps of each', () => {
    const begun: Change[] = [
      { kind: 'welcomed', welcome },
      run({ kind: 'begun', task: 'reconstruct', params: { faces: [face, face] } }),
      run({ kind: 'prepared', iterations: 40, seed: 1, notes: [] }),
      run({ kind: 'assigned', on: 'host' }),
      phase('optimising'),
      run({ kind: 'progress', step: 3, iterations: 40, losses: [3], msPerStep: 10, etaMs: 400 }),
    ];
    assert.equal(headlineOf(play(...begun)), 'Face 1 of 2: Step 3 of 40');
    const next: Change[] = [run({ kind: 'next' }), run({ kind: 'assigned', on: 'host' })];
    assert.equal(headlineOf(play(...begun, ...next)), 'Face 2 of 2: Loading the model…');
    assert.deepEqual(play(...begun, ...next).run?.losses, [], 'each face has a curve of its own');
    const ended: Change[] = [run({ kind: 'ended', step: 40, backend: 'GPU' }), run({ kind: 'composed' })];
    const made: Change = { kind: 'result', result: { ...result, faces: 2, stopped: false, milliseconds: 4000 } };
    assert.equal(headlineOf(play(...begun, ...next, phase('optimising'), ...ended, made)), 'Done: 2 faces in 4 s');
  });

  test('a run over one face, or none, counts steps alone', () => {
    const state = play(
      { kind: 'welcomed', welcome },
      run({ kind: 'begun', task: 'reconstruct', params: { faces: [face] } }),
    );
    assert.equal(state.run?.part, undefined);
  });

  test('a model of faces asks for an aligned one, until there is one', () => {
    const model = { alignment: 'ffhq' } as const;
    const state = play({ kind: 'welcomed', welcome });
    assert.equal(wantsAligned(model, undefined, state), true);
    assert.equal(wantsAligned(model, false, state), true);
    assert.equal(wantsAligned(model, true, state), false, 'it knows the picture as it is');
    assert.equal(wantsAligned({}, undefined, state), false, 'it draws no faces');
    const square = { left: 0, top: 0, width: 4, height: 4 };
    assert.equal(wantsAligned(model, undefined, { ...state, region: square }), true);
    assert.equal(wantsAligned(model, undefined, { ...state, region: face }), false);
    assert.equal(wantsAligned(model, undefined, { ...state, faces: [{ landmarks, chosen: true }] }), false);
    assert.equal(wantsAligned(model, undefined, { ...state, faces: [{ landmarks, chosen: false }] }), true);
  });
});
