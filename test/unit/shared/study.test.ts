/** The state of a study, event by event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { News, Row } from '../../../src/shared/study/row.ts';
import { studyHostContract } from '../../../src/shared/study/protocol.ts';
import {
  newStudy,
  readNumbers,
  reduceStudy,
  shareOf,
  studyStateSchema,
  type StudyEvent,
  type StudyState,
} from '../../../src/shared/study/state.ts';

const MODELS = [
  { id: 'a', name: 'A', lastLayer: 4, tasks: ['reconstruct' as const] },
  { id: 'b', name: 'B', lastLayer: null, tasks: ['reconstruct' as const] },
];
const ROWS: Row[] = [
  { model: 'a', layer: 2, codes: 5 },
  { model: 'b', layer: null, codes: null },
];
const planned: News = { kind: 'planned', rows: ROWS, degraded: 'nothing', backend: 'CPU', compared: [] };
const news = (one: News): StudyEvent => ({ kind: 'news', news: one });
const after = (state: StudyState, ...events: StudyEvent[]): StudyState => events.reduce(reduceStudy, state);
const begun = () => {
  const { choices } = newStudy('a.png', MODELS);
  return after(newStudy('a.png', MODELS), { kind: 'starts', choices }, news(planned));
};

test('begins with models and layers that there are', () => {
  const { choices, phase } = newStudy('a.png', MODELS);
  assert.deepEqual([choices.models, choices.layers, phase], [['a', 'b'], [2, 4], 'ready']);
  assert.deepEqual(newStudy('a.png', MODELS.slice(1)).choices.layers, []);
});

test('counts cells and the steps of the one at hand', () => {
  const steps = news({ kind: 'progress', index: 0, phase: 'optimising', share: 0.5, etaMs: 1000 });
  const running = after(begun(), news({ kind: 'begins', index: 0 }), steps);
  assert.deepEqual(
    running.cells.map(({ state }) => state),
    ['running', 'waiting'],
  );
  assert.equal(shareOf(running), 0.25);
  assert.deepEqual(running.progress, { phase: 'optimising', share: 0.5, etaMs: 1000 });
  const row = { ...ROWS[0]!, psnr: 20, ssim: 0.5, seconds: 1, steps: 3 };
  const one = after(running, news({ kind: 'ends', index: 0, row, known: false }));
  assert.equal(shareOf(one), 0.5);
  assert.equal(one.progress, undefined);
  assert.deepEqual(one.cells[0], { row, state: 'done' });
});

test('an infinite PSNR is told as null, which crosses the border as JSON', () => {
  const row = { ...ROWS[0]!, psnr: Infinity };
  const state = after(begun(), news({ kind: 'ends', index: 0, row, known: true }));
  assert.equal(state.cells[0]!.row.psnr, null);
  assert.deepEqual(v.parse(studyStateSchema, JSON.parse(JSON.stringify(state))), state);
});

test('what is stopped in the middle waits to be done again', () => {
  const running = after(begun(), news({ kind: 'begins', index: 0 }), { kind: 'stops' });
  assert.equal(running.phase, 'stopping');
  const over = after(running, { kind: 'ended', stopped: true, savable: false });
  assert.deepEqual([over.phase, over.ended, over.cells[0]!.state], ['ready', 'stopped', 'waiting']);
  // Of a study that was given up nothing is heard any more.
  assert.equal(after(over, news({ kind: 'begins', index: 1 })), over);
});

test('a failure is told, and the next start forgets it and what was saved', () => {
  const failed = after(begun(), { kind: 'failed', problem: 'No.' });
  assert.deepEqual([failed.phase, failed.problem], ['ready', 'No.']);
  const saved = after(failed, { kind: 'saved', names: ['a.study.png'] });
  const again = after(saved, { kind: 'starts', choices: saved.choices });
  assert.deepEqual([again.problem, again.saved, again.cells, again.plan], [undefined, [], [], undefined]);
});

test('a model that is removed is chosen no more', () => {
  const state = after(newStudy('a.png', MODELS), { kind: 'models', models: MODELS.slice(1) });
  assert.deepEqual(state.choices.models, ['b']);
});

test('lists of numbers are read, or refused whole', () => {
  const range = { low: 1, high: 64 };
  assert.deepEqual(readNumbers(' 2, 4,6;8  2 ', range), [2, 4, 6, 8]);
  assert.deepEqual(readNumbers('', range), []);
  for (const text of ['0', '65', '2, x', '-1', '1.5', '1e1']) assert.equal(readNumbers(text, range), undefined, text);
});

test('what a page asks for is refused where it cannot be', () => {
  const { choices } = newStudy('a.png', MODELS);
  const ask = (change: object) =>
    v.safeParse(studyHostContract.requests.start.params, { choices: { ...choices, ...change } });
  assert.ok(ask({}).success);
  for (const change of [{ task: 'paint' }, { layers: [0] }, { codes: [1.5] }, { iterations: 0 }, { cells: '/' }]) {
    assert.ok(!ask(change).success, JSON.stringify(change));
  }
});
