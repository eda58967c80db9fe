/** Option values: what is meant is read, what is mistyped is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError } from 'commander';
import { shares } from '../../../src/cli/parse.ts';

test('shares are two numbers that are no more than the whole together', () => {
  assert.deepEqual(shares('0.2,0.3'), [0.2, 0.3]);
  assert.deepEqual(shares('0, 1'), [0, 1]);
  for (const typo of ['', '0.2', '0.2;0.2', '0.2,', '0.2,0.2,0.2', '0.8,0.8', '-0.1,0.2', 'a,b', 'NaN,0']) {
    assert.throws(() => shares(typo), InvalidArgumentError, typo);
  }
});
