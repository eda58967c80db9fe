/** The bank that an import draws: as large as there is time for, and what tells the model whether it knows a picture. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { Backend } from '../../../src/engine/backends/backend.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { generate } from '../../../src/engine/generator/generate.ts';
import { familiarity } from '../../../src/engine/generator/familiarity.ts';
import { Generator } from '../../../src/engine/generator/generator.ts';
import { packageFiles } from '../../../src/engine/generator/manifest.ts';
import { normals } from '../../../src/engine/random.ts';
import { float32 } from '../../../src/engine/tensor.ts';
import { importCheckpoint, withBank, type ImportedPackage } from '../../../src/importers/index.ts';
import { defaults } from '../../../src/engine/tasks/index.ts';
import { nativeBackend } from '../../support/backends.ts';
import { nvidiaPickle, whole } from '../../support/nvidiaPickle.ts';
import { randomPggan } from '../../support/randomGenerator.ts';
import { styleGan2 } from '../../support/styleGan2.ts';

const Z = 8;
const plain = await randomPggan({ zDim: Z, channels: [8, 6, 4] });

/** A device that takes so long for each code, by a clock of its own. */
function slow(t: TestContext, msEach: number): Backend {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  return {
    ...nativeBackend,
    async compile(model) {
      const executable = await nativeBackend.compile(model);
      return {
        ...executable,
        dispose: () => executable.dispose(),
        run: (inputs) => ((now += msEach * 20), executable.run(inputs)),
      };
    },
  };
}
const countOf = ({ manifest, files }: ImportedPackage): number | undefined => {
  if (manifest.bank) assert.equal(files.get(manifest.bank.file)!.length, manifest.bank.bytes);
  return manifest.bank?.count;
};

describe('where nobody says how many, the bank is as large as 20 seconds allow', () => {
  for (const [msEach, count] of [
    [1, 4000],
    [20, 1000],
    [45, 400],
  ] as const) {
    test(`${msEach} ms for each: ${count}`, async (t) => {
      assert.equal(countOf(await withBank(slow(t, msEach), plain)), count);
    });
  }

  test('and none where one picture takes much memory, which is said', async () => {
    const spec = { resolution: 1024, zDim: 4, wDim: 4, mapping: 1, channels: () => 48 };
    const file = whole(nvidiaPickle({ G_ema: styleGan2(spec) }));
    const made = await withBank(nativeBackend, await importCheckpoint(file, { fileName: 'large.pkl' }));
    assert.equal(countOf(made), undefined);
    assert.match(
      made.manifest.notes!.at(-1)!,
      /^No pictures were drawn to compare with \(drawing one takes about \d\.\d GB of memory, and 0\.9 GB is what is taken unasked\), so .* cannot tell/,
    );
  });

  test('and none where even the smallest takes longer, which is said', async (t) => {
    const made = await withBank(slow(t, 200), plain);
    assert.equal(countOf(made), undefined);
    assert.deepEqual(
      [...made.files].map(([name]) => name),
      [...plain.files].map(([name]) => name),
    );
    assert.match(made.manifest.notes!.at(-1)!, /\(400 of them would take about 2 minutes here\), so .* cannot tell/);
    assert.equal(countOf(await withBank(slow(t, 200), plain, 100)), 100, 'unless a number is asked for');
  });

  test('and none where drawing fails, which does not fail the import', async () => {
    const broken = { ...nativeBackend, compile: () => Promise.reject(new EngineError('no memory')) };
    const made = await withBank(broken, plain);
    assert.equal(countOf(made), undefined);
    assert.match(made.manifest.notes!.at(-1)!, /drawn to compare with \(no memory\), so/);
    await assert.rejects(withBank(broken, plain, 100), /no memory/);
  });

  test('and none of a model with classes, of which it would know one', async () => {
    const spec = { resolution: 8, zDim: 4, wDim: 4, mapping: 1, channels: () => 4, classes: 3 };
    const file = whole(nvidiaPickle({ G_ema: styleGan2(spec) }));
    const imported = await importCheckpoint(file, { fileName: 'classes.pkl' });
    const made = await withBank(nativeBackend, imported);
    assert.equal(countOf(made), undefined);
    assert.match(made.manifest.notes!.at(-1)!, /depends on the class, which a run chooses\), so .* random codes\.$/);
    await assert.rejects(withBank(nativeBackend, imported, 100), /leave out --starts/);
  });

  test('whoever cancels is heard', async () => {
    const cancel = (): never => {
      throw new DOMException('cancelled', 'AbortError');
    };
    await assert.rejects(withBank(nativeBackend, plain, undefined, cancel), { name: 'AbortError' });
  });
});

test('where there is a bank, a preset of few random starts looks at many of its thumbnails', async () => {
  const { manifest } = await withBank(nativeBackend, plain, 400);
  const starts = (given: typeof manifest, bank?: boolean) => {
    const preset = { starts: 200, ...(bank !== undefined && { bank }) };
    return defaults('inpaint', { ...given, presets: { inpaint: preset } }).starts;
  };
  assert.deepEqual([starts(plain.manifest), starts(manifest)], [200, 2000]);
  assert.deepEqual([starts(manifest, true), starts(manifest, false)], [200, 200], 'unless it means the bank');
});

test('styles start as the thumbnails were drawn that they are chosen by, and else nearer to their mean', async () => {
  const spec = { resolution: 8, zDim: 4, wDim: 4, mapping: 1, channels: () => 4 };
  const file = whole(nvidiaPickle({ G_ema: styleGan2(spec) }));
  const imported = await importCheckpoint(file, { fileName: 'styles.pkl' });
  const { manifest } = await withBank(nativeBackend, imported, 20);
  const truncation = (given: typeof manifest) => defaults('inpaint', given).truncation;
  assert.deepEqual([truncation(imported.manifest), truncation(manifest)], [0.7, 1]);
});

test('where starts are dear to draw and there is no bank, few are drawn', async () => {
  const { manifest } = await withBank(nativeBackend, plain, 400);
  const starts = (given: typeof manifest, resolution: number) => defaults('inpaint', { ...given, resolution }).starts;
  assert.deepEqual([starts(plain.manifest, 256), starts(plain.manifest, 512)], [200, 40]);
  assert.equal(starts(manifest, 512), 2000);
});

test('a bank of any size tells what the model draws from what it does not', async () => {
  const seen: number[] = [];
  for (const count of [400, 1000]) {
    const { manifest, files } = await withBank(nativeBackend, plain, count, (fraction) => seen.push(fraction));
    const generator = Generator.load(
      manifest,
      packageFiles(manifest).map(({ file }) => files.get(file)!),
    );
    const draw = normals(77);
    const z = float32(
      [1, Z],
      Float32Array.from({ length: Z }, () => draw()),
    );
    const own = await generate(nativeBackend, generator, z);
    const stripes = float32(
      own.dims,
      own.data.map((_, i) => (i % 16 < 8 ? 1 : -1)),
    );
    const known = (target: typeof own) => familiarity(generator.bank!, { task: 'reconstruct', target })!.known;
    assert.deepEqual([known(own), known(stripes)], [true, false], `${count} pictures`);
  }
  assert.equal(seen.at(-1), 1);
  assert.ok(seen.length >= 70);
});
