/** A comparison: the document's runs one after the other, whatever becomes of each. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contendersOf } from '../../../src/extension/compare/contenders.ts';
import type { Contender } from '../../../src/extension/document/comparer.ts';
import { ORIGINAL } from '../../../src/shared/comparison/state.ts';
import type { RunParams } from '../../../src/shared/documentState.ts';
import { done, FakePage, marking, openDocument, optimising, progress, settled } from './fakes.ts';

const plain: Contender = { id: 'plain', title: 'Bicubic', params: undefined };
const run = (id: string, params: RunParams = {}): Contender => ({ id, title: id.toUpperCase(), params });
const [one, two] = [run('one', { method: 'multi-code' }), run('two', { method: 'single-code' })];

async function comparing(
  contenders: readonly Contender[],
  params: RunParams = { factor: 2 },
  task = 'super-resolve' as const,
) {
  const opened = openDocument();
  const { workshop, document, events } = opened;
  const prepared: RunParams[] = [];
  const { prepare } = workshop;
  workshop.prepare = (id, given, mask) => {
    prepared.push(given);
    return prepare(id, given, mask);
  };
  const page = new FakePage();
  document.runner.join(page);
  const begin = () => document.comparer.begin(task, contenders, params, Promise.resolve(page));
  const state = () => document.comparer.state!;
  const statuses = () => state().methods.map(({ status }) => status);
  const finish = async () => {
    page.report(optimising, progress(10, 1), done(10));
    await settled();
  };
  const pictures = () => events.flatMap((event) => (event.kind === 'compared' ? [event.method] : []));
  return { ...opened, page, begin, state, statuses, finish, prepared, pictures };
}

describe('a comparison', () => {
  test('runs one method after the other from one seed, and keeps every result', async () => {
    const { document, begin, state, statuses, finish, prepared, pictures, kinds } = await comparing([plain, one, two]);
    await begin();
    assert.deepEqual(statuses(), ['running', 'waiting', 'waiting']);
    assert.ok(document.busy);
    await settled();
    assert.deepEqual(statuses(), ['done', 'running', 'waiting']);
    assert.equal(state().methods[1]!.run, document.run!.id);
    await finish();
    assert.deepEqual(statuses(), ['done', 'done', 'running']);
    assert.ok(document.busy, 'somebody is at work between two runs');
    await finish();
    assert.deepEqual([statuses().join(), state().going, document.busy], ['done,done,done', false, false]);
    assert.deepEqual(
      prepared.map(({ method }) => method),
      ['multi-code', 'single-code'],
    );
    assert.equal(typeof prepared[0]!.seed, 'number');
    assert.equal(prepared[0]!.seed, prepared[1]!.seed, 'what differs is the method');
    assert.deepEqual(pictures(), ['plain', 'one', 'two']);
    assert.equal(document.result!.place!.of, 2, 'runs are results of the picture; what needs no model is none');
    assert.deepEqual([...document.comparer.pictures.keys()], ['plain', 'one', 'two']);
    assert.equal(kinds().at(-1), 'comparison');
  });

  test('goes on when one fails, and says why', async () => {
    const { workshop, begin, state, statuses, finish, prepared } = await comparing([plain, one, two]);
    workshop.plain = () => Promise.reject(new Error('No pixels.'));
    const { prepare } = workshop;
    workshop.prepare = (task, params, mask) =>
      params.method === 'multi-code' ? Promise.reject(new Error('No such layer.')) : prepare(task, params, mask);
    await begin();
    await settled();
    await settled();
    assert.deepEqual(statuses(), ['failed', 'failed', 'running']);
    await finish();
    assert.deepEqual(statuses(), ['failed', 'failed', 'done']);
    assert.deepEqual(
      state().methods.map(({ problem }) => problem),
      ['No pixels.', 'No such layer.', undefined],
    );
    assert.equal(prepared.length, 1);
  });

  test('ends with a stop of its run, whoever stops that, and keeps what there is', async () => {
    for (const by of ['comparer', 'runner'] as const) {
      const { document, page, begin, state, statuses } = await comparing([one, two]);
      await begin();
      await settled();
      page.report(optimising, progress(4, 1));
      if (by === 'comparer') document.comparer.stop();
      else document.runner.control('stop');
      assert.ok(state().ending);
      assert.deepEqual(page.actions, ['stop']);
      page.report(done(4));
      await settled();
      assert.deepEqual([statuses(), state().going], [['done', 'left'], false], by);
      assert.equal(state().methods[0]!.stopped, true);
      assert.equal(document.result!.steps, 4);
    }
  });

  test('goes on with the next method when this one is skipped, also before its first step', async () => {
    const { document, page, begin, state, statuses, finish } = await comparing([one, two, run('three')]);
    await begin();
    await settled();
    document.comparer.skip(state().id + 1);
    assert.deepEqual(statuses(), ['running', 'waiting', 'waiting'], 'of another comparison');
    document.comparer.skip(state().id);
    assert.deepEqual(statuses(), ['left', 'running', 'waiting']);
    await settled();
    page.report(optimising, progress(3, 1));
    document.comparer.skip(state().id);
    page.report(done(3));
    await settled();
    assert.deepEqual(statuses(), ['left', 'done', 'running']);
    await finish();
    assert.deepEqual([statuses().join(), state().going], ['left,done,done', false]);
  });

  test('stopped twice waits for nothing, and stopped in what needs no model ends that', async () => {
    const { document, page, begin, state, statuses } = await comparing([one, two]);
    await begin();
    await settled();
    page.report(optimising, progress(4, 1));
    document.comparer.stop();
    document.comparer.stop();
    assert.deepEqual([statuses().join(), state().going], ['left,left', false]);
    const other = await comparing([plain, one]);
    other.workshop.plain = (_task, _params, _mask, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));
    await other.begin();
    other.document.stop();
    await settled();
    assert.deepEqual([other.statuses().join(), other.state().going], ['left,left', false]);
  });

  test('is alone: no run beside it, none of it changed on its way, and no second comparison', async () => {
    const { document, page, begin, prepared, state } = await comparing([one, two]);
    await begin();
    assert.throws(() => document.start('super-resolve', {}, Promise.resolve(page)), /are being compared/);
    await assert.rejects(begin(), /is going/);
    await settled();
    page.report(optimising, progress(1, 1));
    assert.throws(() => document.runner.amend(document.run!.id, { iterations: 3 }), /as it was when the comparison/);
    assert.equal(prepared.length, 1);
    document.stop();
    page.report(done(1));
    await settled();
    const { id } = state();
    await begin();
    assert.equal(state().id, id + 1, 'another one takes its place');
  });

  test('fills what was painted when it began, whatever is painted since', async () => {
    const { document, workshop, page } = await comparing([]);
    document.kept.resize({ width: 4, height: 2 });
    await assert.rejects(
      document.comparer.begin('inpaint', [one, two], {}, Promise.resolve(page)),
      /Nothing is painted/,
    );
    document.kept.editMask(marking(1), 'brush', undefined);
    await document.comparer.begin('inpaint', [one, two], {}, Promise.resolve(page));
    await settled();
    const first = workshop.mask;
    document.kept.editMask(marking(1, 6), 'brush', undefined);
    page.report(optimising, progress(10, 1), done(10));
    await settled();
    await settled();
    assert.deepEqual(workshop.mask, first);
    assert.deepEqual(page.amendments, []);
  });

  test('enlarges as much by every method: what the model allows, where nobody chose', async () => {
    const bound = (id: string, model: string) => run(id, { model, method: 'single-code' });
    const { workshop, begin, finish, prepared } = await comparing(
      [plain, bound('a', 'small'), bound('b', 'large')],
      {},
    );
    const asked: RunParams[] = [];
    workshop.plain = (_task, params) => {
      asked.push(params);
      return Promise.resolve({ png: Uint8Array.of(2), width: 8, height: 4, milliseconds: 1 });
    };
    const { prepare } = workshop;
    workshop.prepare = async (task, params, mask) => {
      const plan = await prepare(task, params, mask);
      const factor = params.factor ?? (params.model === 'small' ? 2 : 8);
      return { ...plan, result: { width: 4 * factor, height: 2 * factor } };
    };
    await begin();
    await settled();
    await finish();
    await finish();
    assert.deepEqual(
      [...asked, ...prepared.slice(2)].map(({ factor }) => factor),
      [2, 2, 2],
    );
  });

  test('is asked about the size of its results once', async () => {
    const { workshop, begin, finish } = await comparing([one, two]);
    let asked = 0;
    workshop.agree = () => Promise.resolve(++asked > 0);
    await begin();
    await settled();
    await finish();
    await finish();
    assert.equal(asked, 1);
  });

  test('ends with the method that is being run when the picture changes on disk, and says so', async () => {
    const { document, begin, finish, state, statuses } = await comparing([one, two]);
    await begin();
    await settled();
    document.sourceChanged();
    await finish();
    assert.deepEqual([statuses(), state().going], [['done', 'left'], false]);
    assert.match(state().note!, /changed on disk/);
  });

  test('measures every picture against the original, also against another one later', async () => {
    const { document, workshop, begin, finish, state, pictures } = await comparing([plain, one]);
    let psnr = 20;
    workshop.compareWithTruth = (bytes) => {
      if (bytes[0] === 9) return Promise.reject(new Error('other.png is 3 x 3 pixels.'));
      return Promise.resolve({
        result: { psnr: psnr++, ssim: 0.5, lpips: 0.1 },
        baselineName: 'bicubic',
        baseline: { psnr: Infinity, ssim: 1 },
      });
    };
    const original = (byte: number) => ({ name: `${byte}.png`, read: () => Promise.resolve(Uint8Array.of(byte)) });
    await document.chooseTruth(original(7));
    await begin();
    await settled();
    await finish();
    await settled();
    assert.deepEqual(
      state().methods.map(({ likeness }) => likeness?.lpips),
      [0.1, 0.1],
    );
    assert.deepEqual(state().original, { name: '7.png', before: { psnr: null, ssim: 1 } });
    assert.ok(pictures().includes(ORIGINAL));
    const { entries, others } = await document.comparer.report('a.png');
    assert.deepEqual(
      entries.map(({ row }) => [row.method, row.ssim, row.problem]),
      [
        ['Bicubic', 0.5, undefined],
        ['ONE', 0.5, undefined],
      ],
    );
    assert.equal(others.length, 1);
    await document.chooseTruth(original(9));
    await settled();
    await settled();
    assert.deepEqual(state().original, { name: '9.png', problem: 'other.png is 3 x 3 pixels.' });
    assert.deepEqual(
      state().methods.map(({ likeness }) => likeness),
      [undefined, undefined],
    );
    await document.chooseTruth(undefined);
    assert.equal(state().original, undefined);
    assert.ok(!document.comparer.pictures.has(ORIGINAL));
  });

  test('shows the original in every comparison, not in the first alone', async () => {
    const { document, workshop, begin, finish, pictures } = await comparing([plain, one]);
    const likeness = { psnr: 20, ssim: 0.5 };
    workshop.compareWithTruth = () =>
      Promise.resolve({ result: likeness, baselineName: 'bicubic', baseline: likeness });
    await document.chooseTruth({ name: 'truth.png', read: () => Promise.resolve(Uint8Array.of(7)) });
    for (const times of [1, 2]) {
      await begin();
      await settled();
      await finish();
      await settled();
      assert.equal(pictures().filter((method) => method === ORIGINAL).length, times);
    }
  });

  test('knows which file each picture was saved as', async () => {
    const { document, begin, finish, state } = await comparing([plain, one]);
    await begin();
    await settled();
    await finish();
    document.comparer.savedAs('plain', 'a.plain.png');
    await document.saved(state().methods[1]!.run!, 'a.one.png');
    assert.deepEqual(
      state().methods.map(({ savedAs }) => savedAs),
      ['a.plain.png', 'a.one.png'],
    );
  });

  test('is of two to six methods, which are there', async () => {
    const { document } = openDocument();
    const asking = Promise.resolve(undefined);
    const seven = Array.from({ length: 7 }, (_, i) => run(`${i}`));
    for (const some of [[one], seven]) {
      await assert.rejects(document.comparer.begin('super-resolve', some, {}, asking), /Choose 2 to 6 methods/);
    }
    await assert.rejects(document.comparer.report('a.png'), /nothing to save/);
    const setup = { tasks: [], models: [], modelFor: {}, networks: [], perceptual: 'none', device: 'auto' } as const;
    assert.throws(
      () => contendersOf({ ...setup, tasks: [], models: [], networks: [] }, 'super-resolve', {}, ['network gone']),
      /network gone cannot be compared here/,
    );
  });
});
