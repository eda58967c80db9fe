import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Seldom } from '../../../src/engine/inversion/seldom.ts';

test('what takes long is done seldom: the time between is 25 times as long', (context) => {
  let now = 1000;
  context.mock.method(performance, 'now', () => now);
  const seldom = new Seldom(() => 200);
  assert.ok(seldom.isDue, 'the first time at once');
  assert.ok(!seldom.isDue, 'asked again at once');
  now += 199;
  assert.ok(!seldom.isDue);
  now += 1;
  assert.ok(seldom.isDue);
  seldom.spend(() => (now += 40));
  now += 25 * 40 - 1;
  assert.ok(!seldom.isDue);
  now += 1;
  assert.ok(seldom.isDue);
  seldom.spend(() => (now += 1));
  now += 199;
  assert.ok(seldom.isDue, 'what is quick does not put it off');
  assert.ok(!new Seldom(() => 0).isDue, 'never');
});
