/** What may take long tells how far it is, and ends when it is given up: its work, too, and not only the answer. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, test } from 'node:test';
import type { Outcome } from '../../../src/engine/inversion/job.ts';
import { planesToTensor } from '../../../src/engine/image/planes.ts';
import { viewOf } from '../../../src/engine/image/opacity.ts';
import { ImageDocument } from '../../../src/extension/document/imageDocument.ts';
import { Models } from '../../../src/extension/models.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { ThreadWorkshop, type Surroundings } from '../../../src/extension/threadWorkshop.ts';
import { pack } from '../../../src/shared/mask/patch.ts';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';
import { sourceThread } from '../node/sourceThread.ts';
import { begin, done, FakePage, openDocument, optimising, progress, settled } from './fakes.ts';
import { surroundings } from './surroundings.ts';

/** Enlarged twice it has 2 megapixels: few enough to be no wait at all on most machines. */
const PICTURE = quarters(1000, 500);

const settings = readSettings(
  (key) => ({ device: 'cpu' })[key],
  (problem) => assert.fail(problem),
);
const models = new Models(settings, '/', [dirname(TINY_MODEL)], '/no/such/folder');
const thread = sourceThread();
after(() => thread.dispose());

const workshopWith = (more: Partial<Surroundings> = {}): ThreadWorkshop =>
  new ThreadWorkshop(thread, {
    ...surroundings(settings, () => models),
    read: () => Promise.resolve(encodePng(PICTURE)),
    ...more,
  });
const drawn = planesToTensor(viewOf(quarters(2000, 1000)).planes);
const outcome: Outcome = {
  ...{ x: drawn, parameters: {}, steps: 1, losses: [0.1] },
  ...{ stopped: false, backend: 'none', milliseconds: 1 },
};

test('composing tells how far it is, and ends when it is given up, however small the result', async () => {
  const workshop = workshopWith();
  const plan = await workshop.prepare('super-resolve', { model: 'untrained', factor: 2 });
  const shares: number[] = [];
  const composed = await workshop.compose(plan, outcome, { tell: (share) => shares.push(share) });
  assert.deepEqual([composed.width, composed.height], [2000, 1000]);
  assert.deepEqual(
    shares,
    [...new Set(shares)].sort((a, b) => a - b),
    'they grow',
  );
  assert.ok(shares.length >= 6 && shares[0]! < 0.4 && shares.at(-1) === 1, shares.join());

  const given = new AbortController();
  await assert.rejects(workshop.compose(plan, outcome, { signal: given.signal, tell: () => given.abort() }));
  assert.equal((await workshop.compose(plan, outcome)).width, 2000, 'the next one is made');
});

test('a step of the history that is being kept can be given up: the results stay as they are', async () => {
  const { document, workshop } = openDocument();
  const page = new FakePage();
  const { id } = await begin(document, page);
  page.report(optimising, progress(6, 6, 5, 4, 3, 2, 1), done(10));
  await settled();
  const given = new AbortController();
  let signal: AbortSignal | undefined;
  workshop.composed = (asked) => {
    signal = asked;
    given.abort();
    return Promise.resolve({ png: Uint8Array.of(1), width: 8, height: 8, record: '{}' });
  };
  await assert.rejects(document.keep(id, 2, { ...drawn, dims: [1, 3, 16, 16] }, 0, given.signal), {
    name: 'AbortError',
  });
  assert.ok(signal?.aborted, 'and so ends the work');
  assert.deepEqual(document.result?.place, { at: 1, of: 1 });
});

test('a mask that is being read can be given up', async () => {
  const titles: string[] = [];
  const mask = encodePng(PICTURE);
  const workshop = workshopWith({
    patiently: (title, work) => {
      titles.push(title);
      const given = new AbortController();
      const working = work(given.signal, () => undefined);
      given.abort();
      return working;
    },
  });
  await assert.rejects(workshop.readMask(mask, 'mask.png'));
  assert.deepEqual(titles, ['Reading the mask mask.png']);
});

test('a mask that is being written can be given up, and with it the work', async () => {
  const workshop = workshopWith();
  const mask = await pack({ width: 1000, height: 500, data: new Uint8Array(1000 * 500).fill(255) });
  const given = new AbortController();
  const writing = workshop.encodeMask(mask, given.signal);
  given.abort();
  await assert.rejects(writing);
  assert.deepEqual(
    [...(await workshop.encodeMask(mask)).subarray(1, 4)],
    [...Buffer.from('PNG')],
    'the next one is made',
  );
});

test('a comparison ends when its original is taken back, another result is shown, or the picture is closed', async () => {
  const { document, workshop } = openDocument();
  const page = new FakePage();
  await begin(document, page);
  page.report(optimising, done(10));
  await settled();
  const signals: AbortSignal[] = [];
  workshop.compareWithTruth = (_truth, _name, _result, signal) => {
    signals.push(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));
  };
  const original = { name: 'original.png', read: () => Promise.resolve(Uint8Array.of(7)) };
  for (const [i, end] of [
    () => document.chooseTruth(undefined),
    () => void document.compareAgain(),
    () => document.dispose(),
  ].entries()) {
    void document.chooseTruth(original);
    await settled();
    const signal = signals.at(-1)!;
    assert.ok(!signal.aborted, `${i}`);
    await end();
    assert.ok(signal.aborted, `${i}`);
    assert.equal(document.truth?.problem, undefined);
  }
  assert.ok(document instanceof ImageDocument);
});
