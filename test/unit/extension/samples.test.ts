/** What a model draws, as the models view shows it. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Samples } from '../../../src/extension/modelsView/samples.ts';
import { decodePicture } from '../../../src/node/codecs/index.ts';
import { SAMPLES, SAMPLES_FILE } from '../../../src/node/samples.ts';
import { readPackage } from '../../../src/node/store/package.ts';
import { ROOT } from '../../harness/paths.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { sourceThread } from '../node/sourceThread.ts';

const thread = sourceThread();
let folder: string;
before(async () => (folder = await mkdtemp(join(tmpdir(), 'samples-'))));
after(async () => {
  await thread.dispose();
  await rm(folder, { recursive: true });
});

const kept = () => join(folder, 'kept');
function samples(problems: string[] = []) {
  const drawn: string[] = [];
  const draw = async (model: string): Promise<Uint8Array> => {
    drawn.push(model);
    return (await thread.samples({ model })).jpeg;
  };
  return { drawn, strips: new Samples(kept(), draw, (problem) => problems.push(problem)) };
}

test('a strip is drawn once, in another thread, and kept for later windows', async () => {
  const model = await readPackage('generator', TINY_MODEL);
  const { drawn, strips } = samples();
  const [strip, same] = await Promise.all([strips.of(model), strips.of(model)]);
  assert.deepEqual([drawn, same], [[TINY_MODEL], strip]);
  const { width, height, data } = await decodePicture(strip!, 'the strip');
  assert.deepEqual([width, height], [SAMPLES * 64, 64]);
  // Different codes, different pictures.
  const at = (n: number) => [...data.subarray(4 * (32 * width + 64 * n + 32), 4 * (32 * width + 64 * n + 32) + 3)];
  assert.ok(new Set(Array.from({ length: SAMPLES }, (_, n) => at(n).join())).size > 1);

  const later = samples();
  assert.deepEqual(new Uint8Array((await later.strips.of(model))!), strip);
  assert.deepEqual(later.drawn, []);
  assert.equal((await readdir(kept())).length, 1, 'nothing half-written is left');
});

test('a package that brings its strip is asked for nothing', async () => {
  const own = join(folder, 'own');
  await cp(TINY_MODEL, own, { recursive: true });
  await writeFile(join(own, SAMPLES_FILE), 'a strip');
  const { drawn, strips } = samples();
  assert.equal(Buffer.from((await strips.of(await readPackage('generator', own)))!).toString(), 'a strip');
  assert.deepEqual(drawn, []);
});

test('the embedded model brings one, which is small enough for a tooltip', async () => {
  const { drawn, strips } = samples();
  const strip = await strips.of(await readPackage('generator', join(ROOT, 'models/fruit128')));
  assert.deepEqual(drawn, []);
  assert.ok(strip!.length < 30_000, `${strip!.length} bytes`);
});

test('a model that cannot draw is shown without, and the reason is logged', async () => {
  const broken = join(folder, 'broken');
  await cp(TINY_MODEL, broken, { recursive: true });
  await rm(join(broken, 'slice-02.onnx'));
  const model = await readPackage('generator', broken);
  const problems: string[] = [];
  await rm(kept(), { recursive: true, force: true });
  assert.equal(await samples(problems).strips.of(model), undefined);
  assert.match(problems[0]!, /No pictures of tiny16 to show: .*slice-02\.onnx/);
});
