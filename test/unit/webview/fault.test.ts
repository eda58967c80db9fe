/** Whose fault it is that a page's steps ended: a job's, which fails everywhere, or the device's, where another may do better. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  atNode,
  DeviceError,
  EngineError,
  GraphError,
  ModelFormatError,
  ParameterError,
} from '../../../src/engine/errors.ts';
import { faultOf } from '../../../src/webview/fault.ts';

test('what the engine refuses is refused everywhere, whatever it was caused by', () => {
  for (const error of [
    new EngineError('no'),
    new ModelFormatError('The file is damaged.'),
    new ParameterError('There is no layer 99.', { cause: new RangeError('99') }),
    new GraphError('A shape does not fit.', { cause: new DeviceError('lost') }),
  ]) {
    assert.equal(faultOf(error), 'job', error.name);
  }
});

test('what names the node that it happened at is still the job', () => {
  const refuse = () =>
    atNode('Conv', 'conv1', () => {
      throw new GraphError('The channels differ.');
    });
  assert.throws(refuse, (error) => faultOf(error) === 'job');
});

test('a lost GPU, the runtime, the browser and anything unknown are the device: the host may go on', () => {
  for (const thrown of [
    new DeviceError('The GPU was lost.', { cause: new EngineError('why') }),
    new Error('Failed to allocate a buffer', { cause: new EngineError('why') }),
    new TypeError('undefined is not a function'),
    'a string',
    undefined,
  ]) {
    assert.equal(faultOf(thrown), 'device', String(thrown));
  }
});
