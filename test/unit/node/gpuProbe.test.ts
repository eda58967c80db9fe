import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProbe } from '../../../src/node/gpuProbe.ts';

test("the probe's answer is its last line, whatever a driver printed before it", () => {
  const answer = { webgpu: 3, cpu: 50 };
  assert.deepEqual(readProbe(`\n${JSON.stringify(answer)}\n`), answer);
  assert.deepEqual(readProbe(`MESA: warning {\n${JSON.stringify(answer)}\n`), answer);
  for (const nothing of ['', '\nnull\n', 'MESA: error: no device\n', '{"webgpu":3}\n']) {
    assert.equal(readProbe(nothing), undefined);
  }
});
