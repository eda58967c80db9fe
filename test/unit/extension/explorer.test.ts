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

  const pixels = async (exploration: Exploration) => (await document.explorer.show(run, exploration)).picture.data;
  const result = async () => (await decodePicture(document.result!.png, 'result.png')).data;
  const moved: Exploration = { amounts: [2, -1], weights: [1, 0.5, 1], consistent: false };

  test('has directions, and a share for each code', async () => {
    const { directions, shares, agrees } = await document.explorer.open(run, page);
    assert.deepEqual([directions, shares.length, agrees], [6, 3, true]);
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

  test('is kept as a result of its own, which its record makes again', async () => {
    const before = document.result!;
    for (const consistent of [false, true]) {
      await document.keepTried(run, { ...moved, consistent });
      const kept = document.result!;
      assert.notEqual(kept.run, before.run);
      assert.deepEqual(await result(), await pixels({ ...moved, consistent }));
      const { edit, options } = parseRecord(kept.record)!;
      assert.deepEqual(
        edit?.moves.map(({ amount }) => amount),
        [2, -1],
      );
      assert.deepEqual(edit?.weights, [1, 0.5, 1]);
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
    assert.notDeepEqual((await second.document.explorer.show(second.run, moved)).picture.data, other);
    second.document.dispose();
  });

  test('is of the run that there is', async () => {
    await assert.rejects(document.explorer.show(run + 100, moved), /replaced by another one/);
  });
});
