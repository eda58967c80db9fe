/** What is said about a contender that cannot run. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { reasonOf } from '../../bench/contender.ts';

describe('why a contender cannot run', () => {
  test('is in the last line that Python writes', () => {
    const [first, second] = ["KeyError: 'layer'", 'ValueError: no such layer'];
    const traceback = `Traceback (most recent call last):\n  File "torch_step.py", line 14\n`;
    assert.equal(reasonOf(`${traceback}${first}\n\nDuring handling:\n\n${traceback}${second}\n`), second);
  });

  test('is above the stack that Node writes', () => {
    const reason = 'jsHandle.evaluate: Error: no adapter';
    const stack = '    at open (x.ts:3:9) {\n  [cause]: TypeError: lost\n}\n\nNode.js v20.19.0\n';
    assert.equal(reasonOf(`/x.ts:3\n  throw new Error();\n  ^\n\n${reason}\n${stack}`), reason);
  });

  test('is whatever there is, where nothing names an error', () => {
    assert.equal(reasonOf('Killed\n'), 'Killed');
    assert.equal(reasonOf(''), 'ended');
  });
});
