import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { embeddedRecord } from '../../../src/node/codecs/encode.ts';
import { decodePicture, encodePng } from '../../../src/node/codecs/index.ts';
import { RunThread } from '../../../src/node/thread.ts';
import { NOT_HELD } from '../../../src/shared/threadProtocol.ts';
import { writeLpips } from '../../support/lpips.ts';
import { exifSegment, jpegFile, quarters } from './pictures.ts';
import { sourceThread } from './sourceThread.ts';

const MODEL = join(import.meta.dirname, '../../fixtures/models/tiny16');

const thread = sourceThread();
after(() => thread.dispose());

const picture = { bytes: new Uint8Array(encodePng(quarters(4, 4))), name: 'small.png' };

async function prepared(iterations: number): ReturnType<RunThread['prepare']> {
  const options = { codes: 2, layer: 2, iterations, starts: 0, factor: 4 };
  return thread.prepare({ source: picture, task: 'super-resolve', model: MODEL, options });
}

test('a picture is inspected upright, and a broken one is named', async () => {
  const source = { bytes: new Uint8Array(jpegFile(quarters(), [exifSegment(6)])), name: 'turned.jpg' };
  assert.deepEqual(await thread.inspect({ source }), { format: 'JPEG', width: 16, height: 32, notes: [] });
  await assert.rejects(
    thread.inspect({ source: { bytes: new Uint8Array(0), name: 'none.png' } }),
    /none\.png is empty/,
  );
  await assert.rejects(
    thread.inspect({ source: { path: '/no/such.png' } }),
    /\/no\/such\.png cannot be read: there is no such file/,
  );
});

test('a picture that is held is decoded once, and asked for by its name alone', async () => {
  const asked = { task: 'reconstruct', model: MODEL, options: { codes: 2, layer: 2 } } as const;
  await assert.rejects(thread.prepare({ source: { held: 'a' }, ...asked }), { message: NOT_HELD });
  const first = await thread.prepare({ source: { ...picture, hold: 'a' }, ...asked });
  const again = await thread.prepare({ source: { held: 'a' }, ...asked });
  assert.deepEqual(again.job.target, first.job.target);
  await thread.prepare({ source: { ...picture, hold: 'b' }, ...asked });
  await assert.rejects(thread.prepare({ source: { held: 'a' }, ...asked }), { message: NOT_HELD });
});

test('work in a thread of its own can be given up, and others do not notice', async () => {
  const inspect = (apart: RunThread) => apart.inspect({ source: picture });
  assert.equal((await thread.apart(inspect)).width, 4);
  const abort = new AbortController();
  const given = thread.apart(inspect, abort.signal);
  abort.abort();
  await assert.rejects(given);
  await assert.rejects(thread.apart(inspect, abort.signal), { name: 'AbortError' });
  assert.equal((await inspect(thread)).width, 4);
});

test('a thread of its own does the next piece of work, too, unless it was given up', async () => {
  const itself = (apart: RunThread) => Promise.resolve(apart);
  const first = await thread.apart(itself);
  assert.equal(await thread.apart(itself), first);
  const [one, other] = await Promise.all([thread.apart(itself), thread.apart(itself)]);
  assert.notEqual(one, other, 'two at the same time');
  const abort = new AbortController();
  const given = await thread.apart((apart) => {
    abort.abort();
    return itself(apart);
  }, abort.signal);
  assert.notEqual(await thread.apart(itself), given);
});

test('previews are composed with the scene of the mask as it is painted', async () => {
  const { job, scene } = await prepared(1e6);
  const versions: (number | undefined)[] = [];
  const run = thread.run({ job, scene, model: MODEL, device: 'cpu' }, (event) => {
    if (event.kind !== 'preview') return;
    versions.push(event.shown?.version);
    if (event.shown?.version === 1) run.control('stop');
    else run.amend({}, { ...scene, version: 1 });
  });
  await run.outcome;
  assert.equal(versions[0], 0);
  assert.equal(versions.at(-1), 1);
});

test('prepare, run and finish make a picture, with events in order', async () => {
  const { job, frame, scene } = await prepared(30);
  const events: RunEvent[] = [];
  const run = thread.run({ job, scene, model: MODEL, device: 'cpu' }, (event) => events.push(event));
  const outcome = await run.outcome;
  assert.equal(outcome.steps, 30);
  assert.equal(outcome.losses.length, 30);
  assert.match(outcome.backend, /^onnxruntime-(node CPU|web WASM)$/);
  const kinds = events.map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(0, 2), ['preview', 'phase']);
  assert.ok(kinds.includes('preview') && kinds.includes('progress'));
  assert.deepEqual(events.at(-1), { kind: 'done', outcome });
  const previews = events.filter((event) => event.kind === 'preview');
  assert.equal(previews[0]?.x, undefined, 'what is seen in passing takes no large drawing along');
  assert.deepEqual(previews[0]?.shown?.picture.width, 16);
  assert.deepEqual(previews[1]?.x?.dims, [1, 3, 16, 16]);

  const { png, width, height } = await thread.finish({
    source: picture,
    task: 'super-resolve',
    x: outcome.x,
    frame,
    options: {},
  });
  assert.deepEqual([width, height], [16, 16]);
  const result = await decodePicture(png, 'result.png');
  assert.deepEqual([result.width, result.height], [16, 16]);
  assert.deepEqual(previews.at(-1)?.shown?.picture.data, result.data, 'what was shown last is what is saved');
  const { bytes } = await thread.encode({ png, format: 'jpeg', quality: 80, record: 'made so' });
  assert.equal(embeddedRecord(bytes), 'made so');
});

test('a result is compared with its original, which must be of the same size', async () => {
  const result = new Uint8Array(encodePng(quarters(16, 16)));
  const asked = { task: 'super-resolve', source: picture, result } as const;
  const truth = { bytes: result, name: 'original.png' };
  const equal = await thread.compareWithTruth({ ...asked, truth });
  assert.deepEqual([equal.result.psnr, equal.baselineName], [Infinity, 'bicubic']);
  assert.ok(Math.abs(equal.result.ssim - 1) < 1e-6);
  assert.ok(equal.baseline.psnr > 5 && equal.baseline.psnr < 60, `${equal.baseline.psnr} dB`);
  await assert.rejects(
    thread.compareWithTruth({ ...asked, truth: { ...picture, name: 'other.png' } }),
    /^\w*Error: other\.png is 4 x 4 pixels, but the result is 16 x 16\.$/,
  );
});

test('LPIPS joins the figures where its file is given, and what is wrong with it keeps nobody from the others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lpips-'));
  try {
    const original = new Uint8Array(encodePng(quarters(16, 16)));
    const compare = (path: string, result = original) =>
      thread.compareWithTruth({
        ...{ task: 'super-resolve', source: picture, result, truth: { bytes: result, name: 'original.png' } },
        lpips: { path, device: 'cpu' },
      });
    const lpips = await writeLpips(folder);
    for (const path of [lpips, join(lpips, 'lpips.onnx')]) {
      const { result, baseline, lpipsProblem } = await compare(path);
      assert.deepEqual([result.lpips, lpipsProblem], [0, undefined]);
      assert.ok(baseline.lpips! > 0, `${baseline.lpips}`);
    }
    const wrong: [path: string, problem: RegExp][] = [
      [join(folder, 'none.onnx'), /none\.onnx cannot be read: there is no such file/],
      [join(MODEL, 'slice-02.onnx'), /slice-02\.onnx is not an LPIPS network/],
      [MODEL, /tiny16.manifest\.json does not describe LPIPS/],
    ];
    for (const [path, problem] of wrong) {
      const { result, baseline, lpipsProblem } = await compare(path);
      assert.match(lpipsProblem!, problem);
      assert.deepEqual([result.psnr, result.lpips, baseline.lpips], [Infinity, undefined, undefined]);
    }
    const small = await compare(lpips, new Uint8Array(encodePng(quarters(12, 12))));
    assert.match(small.lpipsProblem!, /at least 16 × 16/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a run pauses, goes on, and stops with what there is; it can be resumed from its checkpoint', async () => {
  const { job } = await prepared(1_000_000);
  const seen = new Set<string>();
  let last: RunEvent | undefined;
  const run = thread.run({ job, model: MODEL, device: 'cpu' }, (event) => {
    if (event.kind === 'progress' && !seen.has('progress')) run.control('pause');
    if (event.kind === 'phase' && event.phase === 'paused') run.control('resume');
    if (event.kind === 'phase' && event.phase === 'optimising' && seen.has('paused')) run.control('stop');
    if (event.kind === 'checkpoint') last = event;
    seen.add(event.kind === 'phase' ? event.phase : event.kind);
  });
  const outcome = await run.outcome;
  assert.ok(outcome.stopped && outcome.steps > 0 && outcome.steps < 1_000_000);
  assert.ok(last?.kind === 'checkpoint');
  const resumeFrom = last.checkpoint;
  const rest = thread.run(
    { job: { ...job, iterations: resumeFrom.step + 5 }, model: MODEL, device: 'cpu', resumeFrom },
    () => undefined,
  );
  assert.equal((await rest.outcome).losses.length, 5);
});

test('a broken model is a sentence that names the file', async () => {
  const { job } = await prepared(5);
  const run = thread.run({ job, model: '/no/model', device: 'cpu' }, () => undefined);
  await assert.rejects(run.outcome, /\/no\/model\/manifest\.json cannot be read/);
});

test('whatever waits when the thread dies is rejected, and the next call starts it anew', async () => {
  // Answers nothing but the request that kills it.
  const script = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ id, method }) => {
      if (method === 'inspect') parentPort.postMessage({ kind: 'response', id, result: { format: 'png', width: 1, height: 1, notes: [] } });
      if (method === 'backend') throw new Error('out of luck');
    });`;
  const fragile = new RunThread(script, { eval: true });
  const source = { path: 'any.png' };
  const waiting = assert.rejects(
    fragile.prepare({ source, task: 'inpaint', model: MODEL, options: {} }),
    /stopped \(out of luck\)/,
  );
  await assert.rejects(fragile.backend('cpu'), /stopped \(out of luck\)/);
  await waiting;
  assert.equal((await fragile.inspect({ source })).format, 'png');
  await fragile.dispose();
  await assert.rejects(fragile.inspect({ source }), /shut down/);
});

test('whether a model knows a picture is told before a run, and for the choice of a model', async () => {
  const fruit = join(import.meta.dirname, '../../../models/fruit128');
  const sample = { path: join(import.meta.dirname, '../../../media/sample/fruit-128.png') };
  const prepare = (source: typeof sample | typeof picture) =>
    thread.prepare({ source, task: 'reconstruct', model: fruit, options: {} });
  assert.ok((await prepare(picture)).notes.some((note) => /looks unlike single fruits/.test(note)));
  assert.ok(!(await prepare(sample)).notes.some((note) => /looks unlike/.test(note)));
  const distances = await thread.distances({ source: sample, models: [fruit] });
  assert.ok(distances.colour[fruit]! < 1 && distances.luma[fruit]! < 1);
  assert.ok((await thread.distances({ source: picture, models: [fruit] })).colour[fruit]! > 1);
});
