/** `npm run bench`: what a step costs. `npm run bench -- quality TASK FOLDER`: how well pictures come back. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { addAnyPictureCommand } from './anyPicture.ts';
import { addDecodeCommand } from './decoding.ts';
import { addDomainCommand } from './domain.ts';
import { addFacesCommand } from './faces.ts';
import { addMethodsCommand } from './methods.ts';
import { addHourglassCommand } from './hourglassSteps.ts';
import { addRrdbCommand } from './rrdbSteps.ts';
import { addStyleGan2Command } from './styleGan2Steps.ts';
import { addBatchCommand } from './batch.ts';
import { addPlotCommand } from './plots/plot.ts';
import { addQualityCommand } from './qualityCommand.ts';
import { SHAPES, type ModelName } from './generators.ts';
import {
  caseOf,
  CONTENDERS,
  isRival,
  measureSteps,
  ratioTo,
  torchIsThere,
  type ContenderName,
  type StepRecord,
} from './steps.ts';
import { rivals } from './rivals/rivals.ts';
import { measurePainting } from './painting.ts';
import { measureComposing } from './composing.ts';
import { measurePreview } from './preview.ts';
import { formatTable } from './table.ts';

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
  readonly perceptual: boolean;
  readonly rounds: number;
  readonly steps: number;
  readonly json?: string;
  readonly against?: string;
}

const program = new Command('bench').description('Measures speed and quality.');

addQualityCommand(program, MODELS);
addPlotCommand(program);
addBatchCommand(program);
addAnyPictureCommand(program);
addDomainCommand(program, MODELS);
addHourglassCommand(program);
addRrdbCommand(program);
addStyleGan2Command(program);
addDecodeCommand(program);
addFacesCommand(program);
addMethodsCommand(program);

program
  .command('paint')
  .description('paint on a large picture in the real editor: long tasks and late frames (build first)')
  .option('--side <n>', 'of the picture, in pixels', number, 4096)
  .option('--json <file>', 'write the records')
  .action(paint);

program
  .command('preview')
  .description('wait for the first picture of a run in the real editor, on the CPU (build first)')
  .option('--rounds <n>', 'windows opened for each task', number, 5)
  .option('--again <n>', 'runs in each window after the first one', number, 2)
  .option('--json <file>', 'write the records')
  .action(preview);

program.command('compose').description('what showing a run costs: the processor time of a preview').action(compose);

program
  .command('steps', { isDefault: true })
  .description('time optimisation steps, beside PyTorch where python3 has it (PYTHON names another interpreter)')
  .option('--models <list>', Object.keys(SHAPES).join(', '), list(oneOf(SHAPES)), ['small128', 'pggan128', 'pggan256'])
  .option('--contenders <list>', Object.keys(CONTENDERS).join(', '), list(oneOf(CONTENDERS)))
  .option('--layers <list>', 'composing layers', list(number), [4, 6, 8])
  .option('--codes <list>', 'numbers of latent codes', list(number), [1, 10, 20])
  .option('--threads <n>', 'processor threads', number, 1)
  .option('--perceptual', 'with the perceptual term of a VGG16 (random weights), at 256 x 256 as published', false)
  .option('--rounds <n>', 'turns of each contender', number, 5)
  .option('--steps <n>', 'steps in a turn', number, 2)
  .option('--json <file>', 'write the records')
  .option('--against <file>', 'compare with the records of an earlier run')
  .action(steps);

async function steps(options: StepOptions): Promise<void> {
  const torch: ContenderName[] = torchIsThere() ? ['torch-batched', 'torch-loop'] : [];
  const contenders: readonly ContenderName[] = options.contenders ?? ['native', 'wasm', ...torch];
  if (contenders.some(isRival)) rivals.install();
  const earlier = options.against
    ? (JSON.parse(await readFile(options.against, 'utf8')) as { records: StepRecord[] }).records
    : [];
  const { threads, perceptual, rounds, steps: stepsPerRound } = options;
  const records: StepRecord[] = [];
  for (const model of options.models) {
    for (const layer of options.layers) {
      for (const codes of options.codes) {
        const measurement = { model, layer, codes, threads, perceptual, rounds, stepsPerRound };
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

async function paint({ side, json }: { readonly side: number; readonly json?: string }): Promise<void> {
  const records = await measurePainting(side, (message) => console.error(message));
  const header = [
    ...['what', 'tasks > 50 ms', 'longest ms', 'CPU > 50 ms', 'longest CPU', 'busy CPU ms', 's'],
    ...['frames', 'late', 'longest gap ms'],
  ];
  const rows = records.map((record) => [
    ...[record.what, record.longTasks, record.longest, record.busyTasks, record.busiest, record.busy, record.seconds],
    ...[record.frames, record.late, record.gap],
  ]);
  console.log(formatTable(header, rows));
  if (json) await writeFile(json, `${JSON.stringify({ side, records }, undefined, 2)}\n`);
}

function compose(): void {
  const rows = measureComposing().map(({ what, prepareMs, sceneMs, previewMs, shown }) => [
    ...[what, prepareMs, sceneMs, previewMs, `${shown.width} x ${shown.height}`],
  ]);
  console.log(formatTable(['what', 'job ms', 'scene ms', 'preview ms', 'shown'], rows));
}

interface PreviewOptions {
  readonly rounds: number;
  readonly again: number;
  readonly json?: string;
}

async function preview({ rounds, again, json }: PreviewOptions): Promise<void> {
  const records = await measurePreview(rounds, again, (message) => console.error(message));
  const rows = records.map(({ picture, task, run, milliseconds, median, worst }) => [
    ...[`${task}, ${picture}, ${run}`, milliseconds.length, median, worst],
  ]);
  console.log(formatTable(['run', 'times', 'median ms', 'worst ms'], rows));
  if (json) await writeFile(json, `${JSON.stringify({ records }, undefined, 2)}\n`);
}

await program.parseAsync();
