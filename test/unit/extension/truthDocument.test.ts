import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { Comparison } from '../../../src/engine/metrics/likeness.ts';
import { begin, done, FakePage, openDocument, optimising, settled } from './fakes.ts';

const measured = (psnr: number): Comparison => ({
  result: { psnr, ssim: 0.9 },
  baselineName: 'bicubic',
  baseline: { psnr: 22, ssim: 0.8 },
});
const original = (name = 'original.png') => ({ name, read: () => Promise.resolve(Uint8Array.of(7)) });

async function withResult() {
  const opened = openDocument();
  const make = async () => {
    const page = new FakePage();
    await begin(opened.document, page);
    page.report(optimising, done(10));
    await settled();
  };
  await make();
  return { ...opened, make };
}

test('every result is compared with the original, and pages are told', async () => {
  const { document, workshop, events, make } = await withResult();
  const asked: unknown[] = [];
  workshop.compareWithTruth = (bytes, name) => {
    asked.push([[...bytes], name, document.result?.run]);
    return Promise.resolve(measured(asked.length === 1 ? 28 : Infinity));
  };
  await document.chooseTruth(original());
  assert.equal(document.truth?.comparison?.result.psnr, 28);
  await make();
  assert.equal(document.truth?.comparison?.result.psnr, null, 'infinite, which JSON does not know');
  assert.deepEqual(asked, [
    [[7], 'original.png', 1],
    [[7], 'original.png', 2],
  ]);
  assert.deepEqual(
    events.flatMap((event) => (event.kind === 'truth' ? [event.truth?.comparison !== undefined] : [])),
    [false, true, false, true],
  );
});

test('LPIPS, or why there is none, is told with the rest; once the settings say otherwise it is measured again', async () => {
  const { document, workshop } = await withResult();
  const problem = { ...measured(28), lpipsProblem: 'none.onnx cannot be read.' };
  workshop.compareWithTruth = () => Promise.resolve(problem);
  await document.chooseTruth(original());
  assert.deepEqual(document.truth?.comparison, problem);
  workshop.compareWithTruth = () => Promise.resolve({ ...measured(28), result: { psnr: 28, ssim: 0.9, lpips: 0.1 } });
  await document.compareAgain();
  assert.equal(document.truth?.comparison?.result.lpips, 0.1);
  assert.equal(document.truth?.comparison?.lpipsProblem, undefined);
});

test('an original that cannot be compared says why', async () => {
  const { document, workshop } = await withResult();
  workshop.compareWithTruth = () => Promise.reject(new Error('original.png is too small.'));
  await document.chooseTruth(original());
  assert.deepEqual(document.truth, { name: 'original.png', problem: 'original.png is too small.' });
});

test('a late answer changes nothing once the original is taken back or another one is chosen', async () => {
  const { document, workshop } = await withResult();
  let answer: (comparison: Comparison) => void = () => undefined;
  workshop.compareWithTruth = () => new Promise((resolve) => (answer = resolve));
  const first = document.chooseTruth(original());
  await settled();
  const late = answer;
  const second = document.chooseTruth(original('other.png'));
  await settled();
  answer(measured(30));
  late(measured(20));
  await Promise.all([first, second]);
  assert.deepEqual([document.truth?.name, document.truth?.comparison?.result.psnr], ['other.png', 30]);
  const third = document.chooseTruth(original());
  await settled();
  await document.chooseTruth(undefined);
  answer(measured(40));
  await third;
  assert.equal(document.truth, undefined);
});

test('without a result the original waits for one', async () => {
  const { document } = openDocument();
  await document.chooseTruth(original());
  assert.deepEqual(document.truth, { name: 'original.png' });
});
