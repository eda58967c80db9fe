import assert from 'node:assert/strict';
import { test } from 'node:test';
import { medianCurve } from '../../bench/plots/plot.ts';
import type { QualityRow } from '../../bench/quality.ts';

const score = { psnr: 20, ssim: 0.5 };
const row = (curve: readonly (readonly [number, number])[]): QualityRow => ({
  ...{ task: 'inpaint', picture: 'a.png', seed: 0, input: score, result: score },
  ...{ steps: 5, loss: 0.1, stepEquivalents: 5, seconds: 1, curve },
});

test('a curve holds the median of all pictures, at the costs that all of them reached', () => {
  const rows = [
    row([
      [1, 10],
      [2, 20],
      [5, 21],
    ]),
    row([
      [1, 14],
      [2, 30],
    ]),
    row([
      [1, 11],
      [2, 22],
      [5, 23],
    ]),
  ];
  assert.deepEqual(medianCurve(rows), [
    { task: 'inpaint', stepEquivalents: 1, psnr: 11 },
    { task: 'inpaint', stepEquivalents: 2, psnr: 22 },
  ]);
});
