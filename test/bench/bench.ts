/** `npm run bench`: what a step costs. `npm run bench -- quality FOLDER`: how well pictures come back. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as ort from 'onnxruntime-node';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import { DOWNSAMPLINGS } from '../../src/engine/image/downsampling.ts';
import { SCHEDULES } from '../../src/engine/optimizers/schedule.ts';
import type { TaskOptions } from '../../src/engine/tasks/task.ts';
import { generatorOf, openModel } from '../../src/node/models.ts';
import { measureQuality, pictureFiles, summarize, type QualityRow } from './quality.ts';
import { SHAPES, type ModelName } from './generators.ts';
import {
  caseOf,
  CONTENDERS,
  measureSteps,
  ratioTo,
  torchIsThere,
  type ContenderName,
  type StepRecord,
} from './steps.ts';
import { formatTable, mean, median } from './table.ts';

const MODELS = join(import.meta.dirname, '../../models');

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('a number is needed.');
  return value;
};

const list =
  <T>(parse: (text: string) => T) =>
  (text: string): T[] =>
    text.split(',').map(parse);

const oneOf =
  <K extends string>(choices: Readonly<Record<K, unknown>>) =>
  (text: string): K => {
    if (!Object.hasOwn(choices, text))
      throw new InvalidArgumentError(`choose from ${Object.keys(choices).join(', ')}.`);
    return text as K;
  };

interface StepOptions {
  readonly models: readonly ModelName[];
  readonly contenders?: readonly ContenderName[];
  readonly layers: readonly number[];
  readonly codes: readonly number[];
  readonly threads: number;
  readonly rounds: number;
  readonly steps: number;
  readonly json?: string;
  readonly against?: string;
}

interface QualityOptions extends TaskOptions {
  readonly model: string;
  readonly factor: number;
  readonly seeds: number;
  readonly threads: number;
  readonly rows: boolean;
  readonly json?: string;
}

const program = new Command('bench').description('Measures speed and quality.');

program
  .command('quality')
  .description('super-resolve reduced pictures and compare with the originals')
  .argument('<pictures>', 'a folder of pictures, or one picture')
  .option('--model <id|folder>', 'generator', 'fruit128')
  .option('--factor <n>', 'reduction', number, 8)
  .option('--seeds <n>', 'repeat with seeds 0 to n - 1', number, 1)
  .option('--layer <n>', 'composing layer', number)
  .option('--codes <n>', 'latent codes', number)
  .option('--starts <n>', 'random codes scored first', number)
  .option('--iterations <n>', 'steps', number)
  .option('--learning-rate <x>', 'of the codes', number)
  .option('--alpha-learning-rate <x>', 'of the importances', number)
  .addOption(new Option('--schedule <kind>', 'of the learning rates').choices(SCHEDULES))
  .addOption(new Option('--down <kind>', 'reduction inside the loss').choices(DOWNSAMPLINGS))
  .option('--no-consistency', 'do not put the low-resolution picture back')
  .option('--threads <n>', 'processor threads', number, 1)
  .option('--no-rows', 'print the summary only')
  .option('--json <file>', 'write the rows')
  .action(quality);

program
  .command('steps', { isDefault: true })
  .description('time optimisation steps, beside PyTorch where python3 has it (PYTHON names another interpreter)')
  .option('--models <list>', Object.keys(SHAPES).join(', '), list(oneOf(SHAPES)), ['fruit128', 'pggan128', 'pggan256'])
  .option('--contenders <list>', Object.keys(CONTENDERS).join(', '), list(oneOf(CONTENDERS)))
  .option('--layers <list>', 'composing layers', list(number), [4, 6, 8])
  .option('--codes <list>', 'numbers of latent codes', list(number), [1, 10, 20])
  .option('--threads <n>', 'processor threads', number, 1)
  .option('--rounds <n>', 'turns of each contender', number, 5)
  .option('--steps <n>', 'steps in a turn', number, 2)
  .option('--json <file>', 'write the records')
  .option('--against <file>', 'compare with the records of an earlier run')
  .action(steps);

async function steps(options: StepOptions): Promise<void> {
  const torch: ContenderName[] = torchIsThere() ? ['torch-batched', 'torch-loop'] : [];
  const contenders: readonly ContenderName[] = options.contenders ?? ['native', 'wasm', ...torch];
  const earlier = options.against
    ? (JSON.parse(await readFile(options.against, 'utf8')) as { records: StepRecord[] }).records
    : [];
  const { threads, rounds, steps: stepsPerRound } = options;
  const records: StepRecord[] = [];
  for (const model of options.models) {
    for (const layer of options.layers) {
      for (const codes of options.codes) {
        const measurement = { model, layer, codes, threads, rounds, stepsPerRound };
        records.push(...(await measureSteps(measurement, contenders, (message) => console.error(message))));
      }
    }
  }
  const rows = records.map((record) => [
    caseOf(record),
    record.contender,
    record.firstStepMs,
    record.stepMs,
    record.stepCpuMs,
    record.gflops,
    record.peakMB,
    record.sessionMB,
    ratioTo(record, records, 'torch-batched', 'stepMs'),
    ratioTo(record, records, 'torch-batched', 'stepCpuMs'),
    ratioTo(record, records, 'torch-loop', 'stepMs'),
    ratioTo(record, records, 'torch-loop', 'stepCpuMs'),
    ...(options.against ? [ratioTo(record, earlier, record.contender, 'stepMs')] : []),
  ]);
  const header = [
    'case',
    'contender',
    'first ms',
    'step ms',
    'CPU ms',
    'GFLOP/s',
    'peak MB',
    'session MB',
    '/ batched',
    'CPU',
    '/ loop',
    'CPU',
  ];
  console.log(formatTable([...header, ...(options.against ? ['/ before'] : [])], rows));
  if (options.json) await writeFile(options.json, `${JSON.stringify({ records }, undefined, 2)}\n`);
}

async function quality(path: string, options: QualityOptions): Promise<void> {
  const { model, seeds, threads, rows: showRows, json, ...task } = options;
  const generator = generatorOf(await openModel(model, [MODELS]));
  const backend = onnxRuntimeBackend(ort as OrtModule, { name: 'onnxruntime-node CPU', provider: 'cpu', threads });
  const rows: QualityRow[] = [];
  for (const file of await pictureFiles(path)) {
    for (let seed = 0; seed < seeds; seed++)
      rows.push(await measureQuality(backend, generator, file, { ...task, seed }));
  }
  const cells = (name: string, { bicubic, result, seconds }: Omit<QualityRow, 'picture' | 'seed'>, gain: number) =>
    [name, bicubic.psnr, result.psnr, gain, bicubic.ssim, result.ssim, seconds].map((cell) =>
      typeof cell === 'number' ? cell.toFixed(2) : cell,
    );
  const summaries = (
    [
      ['mean', mean],
      ['median', median],
    ] as const
  ).map(([name, by]) => {
    const summary = summarize(rows, by);
    return cells(name, summary, summary.gain);
  });
  const each = rows.map((row) =>
    cells(`${basename(row.picture)} seed ${row.seed}`, row, row.result.psnr - row.bicubic.psnr),
  );
  const header = ['picture', 'bicubic dB', 'result dB', 'gain dB', 'bicubic SSIM', 'result SSIM', 'seconds'];
  console.log(formatTable(header, [...(showRows ? each : []), ...summaries]));
  if (json) await writeFile(json, `${JSON.stringify({ options, rows }, undefined, 2)}\n`);
}

await program.parseAsync();
