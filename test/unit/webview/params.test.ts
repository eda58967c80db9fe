import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelInfo } from '../../../src/shared/protocol.ts';
import { parseParams } from '../../../src/webview/params.ts';

const model: ModelInfo = {
  id: 'm',
  name: 'M',
  domain: 'noise',
  licence: 'MIT',
  resolution: 16,
  lastCut: 6,
  defaults: {},
};
const empty = { layer: '', codes: '', iterations: '', starts: '', seed: '' };

test('empty fields say nothing, so that defaults apply', () => {
  assert.deepEqual(parseParams('super-resolve', model, '', empty), { params: { model: 'm' }, problems: {} });
});

test('numbers in range become parameters', () => {
  const { params, problems } = parseParams('super-resolve', model, '8', { ...empty, layer: ' 6 ', seed: '0' });
  assert.deepEqual(params, { model: 'm', layer: 6, seed: 0, factor: 8 });
  assert.deepEqual(problems, {});
});

test('a factor means nothing to other tasks', () => {
  assert.deepEqual(parseParams('colorize', model, '8', empty).params, { model: 'm' });
});

test('anything else is a problem of its field, with the range', () => {
  for (const text of ['7', '0', '-1', '2.5', 'two', '1e1']) {
    const { params, problems } = parseParams('colorize', model, '', { ...empty, layer: text });
    assert.deepEqual(problems, { layer: { low: 1, high: 6 } }, text);
    assert.equal(params.layer, undefined);
  }
});
