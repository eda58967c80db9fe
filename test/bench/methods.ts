/**
 * `npm run bench -- methods PICTURES`: every method of the paper's figures on the same degraded pictures, in one table: the composition of codes, its
 * baselines, the priors without weights, the networks trained on drawings, and published networks, for which checkpoints are named. What needs no
 * prior stands first: a bicubic enlargement, the grey picture, a smooth fill, the noisy picture.
 */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import * as ort from 'onnxruntime-node';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import { gray, luma } from '../../src/engine/image/luma.ts';
import type { Picture } from '../../src/engine/image/picture.ts';
import { toPicture, toPlanes } from '../../src/engine/image/planes.ts';
import { run } from '../../src/engine/inversion/run.ts';
import type { MethodId } from '../../src/engine/methods/method.ts';
import { psnr } from '../../src/engine/metrics/psnr.ts';
import { canDo, type Prior } from '../../src/engine/prior.ts';
import { passes } from '../../src/engine/untrained/settings.ts';
import { finish, prepare, type TaskOptions } from '../../src/engine/tasks/index.ts';
import { readPicture } from '../../src/node/codecs/index.ts';
import { embeddedModels } from '../../src/node/models.ts';
import { openPrior } from '../../src/node/priors.ts';
import { KINDS as ANY, middle, type Kind } from './anyPicture.ts';
import { pictureFiles } from './quality.ts';
import { formatTable, mean } from './table.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/feed-forward');

const KINDS: Readonly<Record<string, Kind>> = {
  x4: ANY.x4,
  grey: {
    task: 'colorize',
    make(truth) {
      const source = toPicture(gray(luma(toPlanes(truth))));
      return { source, options: {}, plain: source };
    },
  },
  hole: ANY.hole,
  pixels50: ANY.pixels50,
  sigma25: ANY.sigma25,
};

interface Contender {
  readonly title: string;
  readonly model: string;
  readonly method?: MethodId;
}

/** Small networks of random weights, which show that a method runs and nothing of what it is worth. */
const random = (title: string, file: string): Contender => ({
  title: `${title}, random weights`,
  model: join(FIXTURES, file),
});

const CONTENDERS: Readonly<Record<string, Contender>> = {
  single: { title: 'single code', model: 'fruit128', method: 'single-code' },
  encoder: { title: 'encoder', model: 'fruit128', method: 'encoder' },
  features: { title: 'feature map', model: 'fruit128', method: 'feature-map' },
  codes: { title: 'multi-code', model: 'fruit128', method: 'multi-code' },
  dip: { title: 'Deep Image Prior, small', model: 'untrained', method: 'deep-image-prior' },
  projector: { title: 'untrained (Deep Random Projector)', model: 'untrained', method: 'random-projector' },
  drawn: { title: 'networks trained on drawings', model: 'untrained', method: 'one-pass' },
  zhang: random('Zhang et al. 2016', 'zhang-eccv16.pth'),
  rcan: random('RCAN', 'rcan-x4.pth'),
  esrgan: random('ESRGAN', 'esrgan-first-names.pth'),
};

interface Options {
  readonly methods: readonly string[];
  readonly networks: readonly string[];
  readonly kinds: readonly string[];
  readonly size: number;
  readonly threads: number;
  readonly json?: string;
}

const among =
  (known: Readonly<Record<string, unknown>>) =>
  (text: string): string[] =>
    text.split(',').map((name) => {
      if (Object.hasOwn(known, name)) return name;
      throw new InvalidArgumentError(`choose from ${Object.keys(known).join(', ')}.`);
    });

export function addMethodsCommand(program: Command): void {
  program
    .command('methods')
    .description('every method of the paper’s figures on the same pictures, in one table of decibels')
    .argument('<pictures>', 'a folder of pictures, or one picture')
    .option('--methods <list>', Object.keys(CONTENDERS).join(', '), among(CONTENDERS), Object.keys(CONTENDERS))
    .option('--networks <list>', 'checkpoints or packages of published networks', (text) => text.split(','), [])
    .option('--kinds <list>', Object.keys(KINDS).join(', '), among(KINDS), ['x4', 'grey', 'hole', 'sigma25'])
    .option('--size <n>', 'their middle, resized to n x n', Number, 128)
    .option('--threads <n>', 'processor threads', Number, 1)
    .option('--json <file>', 'write the table')
    .action(measure);
}

async function measure(path: string, { methods, networks, kinds, size, threads, json }: Options): Promise<void> {
  const backend = onnxRuntimeBackend(ort as OrtModule, { name: 'onnxruntime-node CPU', provider: 'cpu', threads });
  const files = await pictureFiles(path);
  const truths = await Promise.all(files.map(async (file) => middle(await readPicture(file), size)));
  const contenders = [
    ...methods.map((name) => CONTENDERS[name]!),
    ...networks.map((model): Contender => ({ title: basename(model), model })),
  ];
  const plain = kinds.map((kind) => mean(truths.map((truth) => likeness(KINDS[kind]!.make(truth, 0).plain, truth))));
  const rows: { method: string; decibels: (number | undefined)[]; seconds: number }[] = [
    { method: 'plain', decibels: plain, seconds: 0 },
  ];
  for (const contender of contenders) {
    const prior = await openPrior(contender.model, [embeddedModels()]);
    const decibels: (number | undefined)[] = [];
    const began = performance.now();
    for (const kind of kinds) {
      const able = isAble(contender, prior, KINDS[kind]!);
      const each = [];
      for (const truth of able ? truths : [])
        each.push(likeness(await restored(backend, prior, contender, KINDS[kind]!, truth), truth));
      decibels.push(able ? mean(each) : undefined);
    }
    const done = decibels.filter((value) => value !== undefined).length * truths.length;
    rows.push({ method: contender.title, decibels, seconds: (performance.now() - began) / 1000 / Math.max(1, done) });
    console.error(`${contender.title}: ${decibels.map((value) => value?.toFixed(2) ?? '-').join('  ')}`);
  }
  console.log(`${files.length} pictures at ${size} x ${size}, mean PSNR in dB`);
  const cells = rows.map((row) => [
    row.method,
    ...row.decibels.map((value) => value?.toFixed(2) ?? '-'),
    row.seconds.toFixed(1),
  ]);
  console.log(formatTable(['method', ...kinds, 'seconds each'], cells));
  if (json) await writeFile(json, `${JSON.stringify({ path, size, kinds, rows }, undefined, 2)}\n`);
}

const isAble = ({ method }: Contender, { manifest }: Prior, { task }: Kind): boolean =>
  canDo(manifest, task) && (method !== 'one-pass' || passes(task));

async function restored(
  backend: Backend,
  prior: Prior,
  { method }: Contender,
  { task, make }: Kind,
  truth: Picture,
): Promise<Picture> {
  const { source, options: own } = make(truth, 0);
  const options: TaskOptions = { ...own, ...(method && { method }), seed: 0 };
  const { job, frame } = prepare(task, source, prior.manifest, options);
  const { x } = await run(backend, prior, job);
  return finish(task, source, x, frame, options);
}

const likeness = (picture: Picture, truth: Picture): number => psnr(toPlanes(picture), toPlanes(truth));
