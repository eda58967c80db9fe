/** Starts from a generator's bank of thumbnails. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generate } from '../../../src/engine/generator/generate.ts';
import { Generator } from '../../../src/engine/generator/generator.ts';
import { packageFiles } from '../../../src/engine/generator/manifest.ts';
import { planesToTensor, tensorToPlanes } from '../../../src/engine/image/planes.ts';
import { resample } from '../../../src/engine/image/resample.ts';
import { chooseFromBank } from '../../../src/engine/inversion/bankStart.ts';
import { chooseCodes } from '../../../src/engine/inversion/start.ts';
import { run, RunControl } from '../../../src/engine/inversion/run.ts';
import type { Job, RunEvent } from '../../../src/engine/inversion/job.ts';
import { shuffled } from '../../../src/engine/random.ts';
import { float32, type Tensor } from '../../../src/engine/tensor.ts';
import { withBank } from '../../../src/importers/index.ts';
import { nativeBackend } from '../../support/backends.ts';
import { randomPggan } from '../../support/randomGenerator.ts';

const Z = 8;
const COUNT = 50;
const SEED = 3;
const plain = await randomPggan({ zDim: Z, channels: [8, 6, 4] });
const { manifest, files } = await withBank(nativeBackend, plain, COUNT);
const generator = Generator.load(
  manifest,
  packageFiles(manifest).map(({ file }) => files.get(file)!),
);
const bank = generator.bank!;

/** A code that takes part with this seed, and its picture. */
const favourite = shuffled(COUNT, SEED)[17]!;
const code = bank.codes([favourite], Z);
const picture = await generate(nativeBackend, generator, float32([1, Z], code));

const job: Job = {
  task: 'reconstruct',
  method: 'multi-code',
  layer: 3,
  codes: 4,
  iterations: 2,
  seed: SEED,
  starts: 1000,
  bank: true,
  optimizer: { kind: 'adam', learningRate: 0.05, alphaLearningRate: 0.02, schedule: 'constant' },
  factor: 1,
  down: 'area',
  target: picture,
};
const reduced = (side: number) => planesToTensor(resample(tensorToPlanes(picture), side, side, 'area'));
const first = async (changes: Partial<Job>) =>
  (await chooseFromBank(nativeBackend, generator, { ...job, ...changes }, 4)).slice(0, Z);

test('its thumbnails are the reduced pictures of its codes, to eight bits', () => {
  const thumbnail = bank.thumbnails([favourite]).data;
  // Thumbnails end at black and white.
  const drawn = reduced(8).data.map((value) => Math.max(-1, Math.min(1, value)));
  assert.ok(drawn.every((value, i) => Math.abs(value - thumbnail[i]!) < 1 / 127));
});

describe('the best code of the bank is found', () => {
  const gray = (of: Tensor<'float32'>) => {
    const size = of.data.length / 3;
    const luma = (i: number) => 0.299 * of.data[i]! + 0.587 * of.data[size + i]! + 0.114 * of.data[2 * size + i]!;
    return { ...of, data: of.data.map((_, i) => luma(i % size)) };
  };
  const known = float32(
    [1, 1, 16, 16],
    Array.from({ length: 256 }, (_, i) => Number(i % 16 > 5)),
  );
  const masked = { ...picture, data: picture.data.map((value, i) => value * known.data[i % 256]!) };
  const cases: Record<string, Partial<Job>> = {
    'from the whole picture': {},
    'from its grey': { task: 'colorize', target: gray(picture) },
    'from the part that is known': { task: 'inpaint', target: masked, known },
    'from half its size': { task: 'super-resolve', factor: 2, target: reduced(8) },
    'from a quarter, smaller than the thumbnails': { task: 'super-resolve', factor: 4, target: reduced(4) },
  };
  for (const [name, changes] of Object.entries(cases)) {
    test(name, async () => assert.deepEqual(await first(changes), code));
  }
});

test('the seed says which codes take part, half of them at most', async () => {
  const all = (seed: number) => chooseFromBank(nativeBackend, generator, { ...job, seed }, COUNT / 2);
  assert.notDeepEqual(new Set(await all(SEED)), new Set(await all(SEED + 1)));
  await assert.rejects(
    chooseFromBank(nativeBackend, generator, job, COUNT / 2 + 1),
    /offers 25 starts; 26 are too many/,
  );
});

test('a run starts from them without drawing a candidate, unless the best are to be scored once more', async () => {
  const phases = async (changes: Partial<Job>) => {
    const seen = new Set<string>();
    const emit = (e: Parameters<NonNullable<NonNullable<Parameters<typeof run>[3]>['emit']>>[0]) =>
      e.kind === 'phase' && seen.add(e.phase);
    const { losses } = await run(nativeBackend, generator, { ...job, ...changes }, { emit });
    return { scored: seen.has('scoring'), loss: losses[0]! };
  };
  const random = await phases({ bank: false, starts: 0 });
  const [chosen, rescored] = [await phases({}), await phases({ rescore: 20 })];
  assert.ok(!chosen.scored && rescored.scored);
  assert.ok(chosen.loss < random.loss && rescored.loss < random.loss);
});

test('more codes than before begin with the same ones, also where the best are scored once more', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    for (const rescore of [0, 6, 9]) {
      const codes = async (count: number, chosen?: number) => {
        const of = { ...job, seed, starts: 7, rescore };
        const { data } = await chooseCodes(nativeBackend, generator, of, count, () => Promise.resolve('go on'), chosen);
        return Array.from({ length: count }, (_, n) => data.slice(n * Z, (n + 1) * Z).join());
      };
      const [few, many] = [await codes(4), await codes(12, 4)];
      assert.deepEqual(new Set(many.slice(0, 4)), new Set(few), `seed ${seed}, ${rescore} scored once more`);
      assert.equal(new Set(many).size, 12);
    }
  }
});

test('a generator without a bank says what to do', async () => {
  const bare = Generator.load(
    plain.manifest,
    [...plain.files].map(([, bytes]) => bytes),
  );
  await assert.rejects(run(nativeBackend, bare, job), /has no bank of starts: import it again with --starts/);
});

test('more codes than the bank has are refused while the run goes on, uncompiled', async () => {
  const control = new RunControl();
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): void => {
    events.push(event);
    if (event.kind === 'progress') control.amend({ codes: COUNT / 2 + 1 });
  };
  const outcome = await run(nativeBackend, generator, { ...job, iterations: 60 }, { control, emit });
  assert.equal(outcome.steps, 60);
  const refused = events.filter((event) => event.kind === 'refused');
  assert.deepEqual(refused[0]?.kept, { codes: 4 });
  assert.match(refused[0].reason, /offers \d+ starts; \d+ are too many/);
  const phases = events.flatMap((event) => (event.kind === 'phase' && event.phase !== 'scoring' ? event.phase : []));
  assert.deepEqual(phases, ['compiling', 'optimising']);
});
