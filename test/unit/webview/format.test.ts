import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, loss, pace, timeLeft } from '../../../src/webview/format.ts';

test('durations are short and never fractional', () => {
  assert.equal(duration(400), '0 s');
  assert.equal(duration(59_400), '59 s');
  assert.equal(duration(59_600), '1:00');
  assert.equal(duration(3_725_000), '1:02:05');
});

test('the time left does not flicker below a minute, and is silent before anything is known', () => {
  assert.equal(timeLeft(31_200), '35 s');
  assert.equal(timeLeft(34_900), '35 s');
  assert.equal(timeLeft(4_200), '4 s');
  assert.equal(timeLeft(125_000), '2:05');
  assert.equal(timeLeft(0), undefined);
  assert.equal(timeLeft(Infinity), undefined);
  assert.equal(timeLeft(NaN), undefined);
});

test('fast runs count steps a second, slow ones seconds a step', () => {
  assert.deepEqual(pace(122), { value: '8.2', unit: 'steps/s' });
  assert.deepEqual(pace(4), { value: '250', unit: 'steps/s' });
  assert.deepEqual(pace(2500), { value: '2.5', unit: 's/step' });
  assert.equal(pace(0), undefined);
});

test('losses keep three digits, tiny ones an exponent', () => {
  assert.equal(loss(0.0432), '0.0432');
  assert.equal(loss(1.5), '1.50');
  assert.equal(loss(0.0000512), '5.1e-5');
  assert.equal(loss(NaN), 'NaN');
});
