/** Option values: what is meant is read, what is mistyped is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError } from 'commander';
import { alignment, region, shares, tune } from '../../../src/cli/parse.ts';

test('shares are two numbers that are no more than the whole together', () => {
  assert.deepEqual(shares('0.2,0.3'), [0.2, 0.3]);
  assert.deepEqual(shares('0, 1'), [0, 1]);
  for (const typo of ['', '0.2', '0.2;0.2', '0.2,', '0.2,0.2,0.2', '0.8,0.8', '-0.1,0.2', 'a,b', 'NaN,0']) {
    assert.throws(() => shares(typo), InvalidArgumentError, typo);
  }
});

test('tuning is layers and steps, and perhaps a rate and an anchor', () => {
  assert.deepEqual(tune('5-12,40'), { layers: [5, 12], steps: 40, learningRate: 0.001, anchor: 0.1 });
  assert.deepEqual(tune(' 5 , 40, 2e-3 '), { layers: [5, 5], steps: 40, learningRate: 0.002, anchor: 0.1 });
  assert.deepEqual(tune('5 - 6,40,.01,0'), { layers: [5, 6], steps: 40, learningRate: 0.01, anchor: 0 });
  for (const typo of [
    '',
    '5',
    '5,',
    '6-5,10',
    '0,10',
    '5-,10',
    '5,0',
    '5,1.5',
    '5,10,x',
    '5,10,-1',
    '5,10,,1',
    '5,10,1,',
  ]) {
    assert.throws(() => tune(typo), InvalidArgumentError, typo);
  }
  assert.throws(() => tune('5,10,1,1,1'), /layers and a number of steps, such as 5-12,40/);
});

test('an alignment is one by name, or a crop of another size and place', () => {
  assert.equal(alignment('ffhq'), 'ffhq');
  assert.deepEqual(alignment('celeba, 0.84,0,0.04'), { kind: 'celeba', scale: 0.84, shift: [0, 0.04] });
  for (const typo of ['', 'none', 'ffhq,1', 'ffhq,1,0', 'ffhq,0,0,0', 'ffhq,1,a,0', 'ffhq,1,0,9']) {
    assert.throws(() => alignment(typo), InvalidArgumentError, typo);
  }
});

test('a region is four whole numbers, or the corners of a turned square', () => {
  assert.deepEqual(region('1, 2,30,40'), { left: 1, top: 2, width: 30, height: 40 });
  const turned = region('10,0,20,10,10,20,0,10');
  assert.ok('side' in turned);
  assert.deepEqual([turned.x, turned.y, Math.round(turned.angle)], [10, 10, 45]);
  for (const typo of ['', '1,2,3', '1.5,2,3,4', '0,0,9,0,9,5,0,5', '0,0,0,9,9,9,9,0', '0,0,1,a,1,1,0,1']) {
    assert.throws(() => region(typo), InvalidArgumentError, typo);
  }
});
