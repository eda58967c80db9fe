/** Changes of a finished run are tried out in the thread, kept as results of their own, and made again from their record. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ImageDocument } from '../../../src/extension/document/imageDocument.ts';
import { Models } from '../../../src/extension/models.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { ThreadWorkshop } from '../../../src/extension/threadWorkshop.ts';
import { decodePicture, readPicture } from '../../../src/node/codecs/index.ts';
import { parseRecord } from '../../../src/node/record.ts';
import type { RunThread } from '../../../src/node/thread.ts';
import type { Params } from '../../../src/shared/documentState.ts';
import { NOTHING_TRIED, type Exploration } from '../../../src/shared/exploration.ts';
import { bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { sourceThread } from '../node/sourceThread.ts';
import { begin } from './fakes.ts';
import { surroundings } from './surroundings.ts';

const settings = readSettings(
  (key) => ({ model: 'tiny16', device: 'cpu' })[key],
  (problem) => assert.fail(problem),
);
const page = {};
const PARAMS: Params = { layer: 2, codes: 3, iterations: 4, starts: 0, perceptual: 'none', seed: 5, factor: 4 };

describe('what is tried out', () => {
  let thread: RunThread;
  let document: ImageDocument;
  let around: ReturnType<typeof surroundings>;
  let run: number;
  let folder: string;
  let bundle: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'explorer-'));
    bundle = await bundleCommandLine('explorer');
    thread = sourceThread();
    const models = new Models(settings, '/', [dirname(TINY_MODEL)], '/no/such/folder');
    around = surroundings(settings, () => models);
    ({ document, run } = await finished(PARAMS));
  });
  async function finished(params: typeof PARAMS) {
    const opened = new ImageDocument(new ThreadWorkshop(thread, around));
    const result = new Promise((resolve) => opened.listen((event) => event.kind === 'result' && resolve(event)));
    const { id } = await begin(opened, undefined, 'super-resolve', params);
    await result;
    return { document: opened, run: id };
  }
  after(async () => {
    document.dispose();
    await thread.dispose();
    await rm(folder, { recursive: true });
  });

  const pixels = async (exploration: Exploration) =>
    (await document.explorer.show(run, exploration)).shown.picture.data;
  const result = async () => (await decodePicture(document.result!.png, 'result.png')).data;
  const moved: Exploration = { amounts: [2, -1], weights: [1, 0.5, 1], consistent: false };

  test('has directions, and a share for each code', async () => {
    const { directions, shares, channels, agrees } = await document.explorer.open(run, page);
    assert.deepEqual(directions, new Array(6).fill({}));
    assert.deepEqual([shares.length, channels.length, agrees], [3, 8, true]);
    const strengths = channels.map(({ share }) => share);
    assert.deepEqual(
      strengths,
      strengths.toSorted((a, b) => b - a),
    );
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-6);
  });

  test('is the result where nothing is changed, and another picture where something is', async () => {
    const same = await pixels({ ...NOTHING_TRIED, consistent: true });
    assert.deepEqual(same, await result());
    const other = await pixels(moved);
    assert.notDeepEqual(other, same);
    assert.notDeepEqual(await pixels({ ...moved, consistent: true }), other);
    assert.deepEqual(await pixels(moved), other);
    assert.deepEqual(await pixels({ ...NOTHING_TRIED, consistent: true }), same);
  });

  test('comes in parts where it is wanted soon, and whole at last', async () => {
    for (;;) {
      const { shown, whole } = await document.explorer.show(run, moved, true);
      if (whole) return assert.deepEqual(shown.picture.data, await pixels(moved));
    }
  });

  test('moves chosen codes only, and leaves channels out', async () => {
    const all = await pixels(moved);
    assert.deepEqual(await pixels({ ...moved, moving: [0, 1, 2] }), all);
    assert.notDeepEqual(await pixels({ ...moved, moving: [1] }), all);
    const weighed = await pixels({ ...moved, amounts: [] });
    assert.deepEqual(await pixels({ ...moved, moving: [] }), weighed);
    assert.notDeepEqual(await pixels({ ...moved, without: [0] }), all);
    await assert.rejects(pixels({ ...moved, without: [1000] }), /no channel 1000/);
    await assert.rejects(pixels({ ...moved, moving: [3] }), /no code 3/);
  });

  test('has pictures of each code and of each channel, small and as the result is shown', async () => {
    const code = { kind: 'code', index: 1 } as const;
    const small = await document.explorer.thumbnails(run, code, 8);
    assert.deepEqual(Object.keys(small), ['own', 'alone', 'without', 'where']);
    for (const picture of Object.values(small)) assert.deepEqual([picture.width, picture.height], [8, 8]);
    const without = await document.explorer.viewPart(run, code, 'without');
    const left = { ...NOTHING_TRIED, weights: [1, 0, 1] };
    assert.deepEqual(without.picture.data, await pixels(left));
    assert.equal(without.at.width, 4);
    const { channel } = (await document.explorer.open(run, page)).channels[0]!;
    const part = { kind: 'channel', index: channel } as const;
    assert.deepEqual(Object.keys(await document.explorer.thumbnails(run, part, 8)), ['without', 'where']);
    const zeroed = await document.explorer.viewPart(run, part, 'without');
    assert.deepEqual(zeroed.picture.data, await pixels({ ...NOTHING_TRIED, without: [channel] }));
    await assert.rejects(document.explorer.viewPart(run, part, 'own'), /no such picture of a channel/);
  });

  test('goes along directions from elsewhere, too, where they fit', async () => {
    const before = await pixels(moved);
    const size = 8;
    const direction = Array.from({ length: size }, (_, i) => Number(i === 3));
    await assert.rejects(
      document.explorer.addDirections(run, [{ name: 'long', direction: [...direction, 0] }]),
      new RegExp(`long has ${size + 1} numbers, but a code of this model has ${size}`),
    );
    assert.deepEqual(await pixels(moved), before);
    const { directions } = await document.explorer.addDirections(run, [{ name: 'the fourth', direction }]);
    assert.deepEqual(directions.slice(6), [{ name: 'the fourth' }]);
    assert.deepEqual(await pixels(moved), before);
    assert.notDeepEqual(await pixels({ ...moved, amounts: [2, -1, 0, 0, 0, 0, 3] }), before);
    assert.equal(
      (await document.explorer.addDirections(run, [{ name: 'the fourth', direction }])).directions.length,
      7,
    );
  });

  test('is kept as a result of its own, which its record makes again', async () => {
    const before = document.result!;
    for (const consistent of [false, true]) {
      const tried = { ...moved, ...(consistent && { moving: [0, 2], without: [1] }), consistent };
      await document.keepTried(run, tried);
      const kept = document.result!;
      assert.notEqual(kept.run, before.run);
      assert.deepEqual(await result(), await pixels(tried));
      const { edit, options } = parseRecord(kept.record)!;
      assert.deepEqual(
        edit?.moves.map(({ amount }) => amount),
        [2, -1],
      );
      assert.deepEqual(edit?.weights, [1, 0.5, 1]);
      assert.deepEqual([edit?.moves[0]?.codes, edit?.without], consistent ? [[0, 2], [1]] : [undefined, undefined]);
      assert.equal(options.consistency, consistent);
      const file = (name: string) => join(folder, `${name}-${consistent}`);
      await writeFile(file('a.png'), await around.read());
      await writeFile(`${file('record')}.json`, kept.record);
      const args = ['replay', `${file('record')}.json`, file('a.png'), '--model', TINY_MODEL, '--device', 'cpu'];
      const { code, stderr } = await runCommandLine(bundle, [...args, '--out', `${file('again')}.png`], folder);
      assert.equal(code, 0, stderr);
      assert.deepEqual((await readPicture(`${file('again')}.png`)).data, await result());
    }
    await document.results.step(-1);
    await document.results.step(-1);
    assert.equal(document.result!.run, before.run);
  });

  test('goes on after its session was let go of, or that of another picture took its place', async () => {
    const other = await pixels(moved);
    document.explorer.leave(page);
    assert.deepEqual(await pixels(moved), other);
    const second = await finished({ ...PARAMS, seed: 6 });
    await second.document.explorer.open(second.run, page);
    assert.deepEqual(await pixels(moved), other);
    assert.notDeepEqual((await second.document.explorer.show(second.run, moved)).shown.picture.data, other);
    second.document.dispose();
  });

  test('is refused with a sentence where a run left no codes: it ended by tuning the model', async () => {
    const tune = { layers: [3, 3] as [number, number], steps: 2, learningRate: 0.01, anchor: 1 };
    const tuned = await finished({ ...PARAMS, tune });
    await assert.rejects(tuned.document.explorer.open(tuned.run, page), /no codes left to move: .*tuning the model/);
    tuned.document.dispose();
  });

  test('is of the run that there is', async () => {
    await assert.rejects(document.explorer.show(run + 100, moved), /replaced by another one/);
  });
});
