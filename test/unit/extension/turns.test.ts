import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../../src/extension/turns.ts';

test('work begins when the work before it is over, whether it succeeded or not', async () => {
  const turns = new Turns();
  const told: string[] = [];
  let end!: () => void;
  const first = turns.take(async () => {
    told.push('first begins');
    await new Promise<void>((resolve) => (end = resolve));
    throw new Error('no');
  });
  const second = turns.take(async () => told.push('second begins'));
  await new Promise(setImmediate);
  assert.deepEqual(told, ['first begins']);
  end();
  await assert.rejects(first, /^Error: no$/);
  assert.equal(await second, 2);
  assert.deepEqual(told, ['first begins', 'second begins']);
});
