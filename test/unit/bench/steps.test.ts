/** What the benchmark of steps says about contenders: whether they compute the same, and how they compare. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { disagreement, TOLERANCE } from '../../bench/agreement.ts';
import type { Check } from '../../bench/contender.ts';
import { caseOf, ratioTo, type StepRecord } from '../../bench/steps.ts';

describe('agreement of a contender with the engine', () => {
  const wanted: Check = { loss: 0.5, z: [2, -4], alpha: [0.1, 0] };

  test('is the largest difference, relative to the largest value', () => {
    assert.equal(disagreement(wanted, wanted), 0);
    assert.equal(disagreement({ ...wanted, loss: 0.51 }, wanted), (0.51 - 0.5) / 0.5);
    assert.equal(disagreement({ ...wanted, z: [2, -3] }, wanted), 1 / 4);
    assert.equal(disagreement({ ...wanted, alpha: [0.1, 0.05] }, wanted), 0.5);
  });

  test('fails for gradients of another length, and for what is not a number', () => {
    for (const found of [
      { ...wanted, z: [2] },
      { ...wanted, loss: NaN },
      { ...wanted, alpha: [NaN, 0] },
    ]) {
      assert.ok(disagreement(found, wanted) > TOLERANCE);
      assert.equal(disagreement(found, wanted), Infinity);
    }
  });
});

describe('comparing records', () => {
  const record = (contender: string, stepMs: number, codes = 2): StepRecord => ({
    ...{ model: 'small128', layer: 4, codes, threads: 1, perceptual: false, contender },
    ...{ firstStepMs: 1, stepMs, stepCpuMs: 2 * stepMs, gflops: 1, peakMB: 1 },
  });

  test('with those of an earlier run, read back from its file', () => {
    const earlier = (
      JSON.parse(JSON.stringify({ records: [record('native', 20, 1), record('native', 40), record('wasm', 80)] })) as {
        records: StepRecord[];
      }
    ).records;
    const now = [record('native', 30), record('wasm', 100), record('torch-loop', 9)];
    assert.deepEqual(
      now.map((each) => ratioTo(each, earlier, each.contender, 'stepMs')),
      [0.75, 1.25, undefined],
    );
  });

  test('only with the same case', () => {
    assert.equal(ratioTo(record('native', 30, 10), [record('native', 40)], 'native', 'stepCpuMs'), undefined);
    assert.equal(caseOf(record('native', 30, 10)), 'small128 layer 4 N 10, 1 thread');
  });
});
