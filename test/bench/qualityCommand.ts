/** `npm run bench -- quality TASK FOLDER`: how well pictures come back, and at what cost. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import * as ort from 'onnxruntime-node';
import { onnxRuntimeBackend, type OrtModule } from '../../src/engine/backends/onnxruntime.ts';
import { addRefinementOptions } from '../../src/cli/commands/refinements.ts';
import { TASKS, type TaskId } from '../../src/engine/generator/manifest.ts';
import { DOWNSAMPLINGS } from '../../src/engine/image/downsampling.ts';
import { METHODS } from '../../src/engine/methods/method.ts';
import { OPTIMIZERS } from '../../src/engine/optimizers/index.ts';
import { SCHEDULES } from '../../src/engine/optimizers/schedule.ts';
import type { TaskOptions } from '../../src/engine/tasks/task.ts';
import { generatorOf, openModel } from '../../src/node/models.ts';
import { differences, measureQuality, pictureFiles, summarize, type Measurement, type QualityRow } from './quality.ts';
import { formatTable, mean, median } from './table.ts';

interface QualityOptions extends TaskOptions {
  readonly model: string;
  readonly recipe: Measurement['recipe'];
  readonly referenceLayer?: number;
  readonly factor?: number;
  readonly multiScale?: number;
  readonly seeds: number;
  readonly threads: number;
  readonly curve: boolean;
  readonly rows: boolean;
  readonly json?: string;
  readonly against?: string;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('a number is needed.');
  return value;
};

/** @param models folder of the models that have an id */
export function addQualityCommand(program: Command, models: string): void {
  const command = program
    .command('quality')
    .description('degrade pictures, restore them, and compare with the originals')
    .addArgument(new Argument('<task>', 'what to restore').choices(TASKS))
    .argument('<pictures>', 'a folder of pictures, or one picture')
    .option('--model <id|folder>', 'generator', 'fruit128')
    .addOption(
      new Option('--recipe <name>', "the published code's gradient descent, or the product's preset")
        .choices(['reference', 'preset'])
        .default('preset'),
    )
    .option('--reference-layer <n>', 'composing layer of the reference recipe', number)
    .option('--factor <n>', 'reduction of super-resolution', number)
    .option('--seeds <n>', 'repeat with seeds 0 to n - 1', number, 1)
    .addOption(new Option('--method <method>', 'what is optimised').choices(METHODS))
    .option('--layer <n>', 'composing layer', number)
    .option('--codes <n>', 'latent codes', number)
    .option('--starts <n>', 'random codes scored first', number)
    .option('--iterations <n>', 'steps', number)
    .addOption(new Option('--optimizer <name>', 'optimiser').choices(OPTIMIZERS.map(({ id }) => id)))
    .option('--learning-rate <x>', 'of the codes', number)
    .option('--alpha-learning-rate <x>', 'of the importances', number)
    .addOption(new Option('--schedule <kind>', 'of the learning rates').choices(SCHEDULES))
    .addOption(new Option('--down <kind>', 'reduction inside the loss').choices(DOWNSAMPLINGS))
    // Both, so that without either it is the recipe's business.
    .option('--consistency', 'put the low-resolution picture back')
    .option('--no-consistency', 'do not')
    .option('--multi-scale <w>', 'weight of the multi-scale term; 0 for none', number)
    .option('--threads <n>', 'processor threads', number, 1);
  addRefinementOptions(command)
    .option('--curve', 'record PSNR along the run, which runs it again to several points', false)
    .option('--no-rows', 'print the summary only')
    .option('--json <file>', 'write the rows')
    .option('--against <file>', 'compare, picture by picture, with the rows of an earlier run')
    .action(quality(models));
}

const quality =
  (models: string) =>
  async (task: TaskId, path: string, options: QualityOptions): Promise<void> => {
    const {
      model,
      recipe,
      referenceLayer,
      factor,
      seeds,
      threads,
      curve,
      rows: showRows,
      json,
      against,
      multiScale,
      ...given
    } = options;
    const own = { ...given, ...(multiScale !== undefined && { perceptual: multiScaleTerm(multiScale) }) };
    const generator = generatorOf(await openModel(model, [models]));
    const backend = onnxRuntimeBackend(ort as OrtModule, { name: 'onnxruntime-node CPU', provider: 'cpu', threads });
    const rows: QualityRow[] = [];
    for (const file of await pictureFiles(path)) {
      for (let seed = 0; seed < seeds; seed++) {
        const measurement = { task, recipe, seed, curve, options: own };
        rows.push(
          await measureQuality(backend, generator, file, {
            ...measurement,
            ...(factor !== undefined && { factor }),
            ...(referenceLayer !== undefined && { referenceLayer }),
          }),
        );
      }
    }
    console.log(tableOf(rows, showRows));
    if (against) console.log(comparison(rows, await readRows(against)));
    if (json) await writeFile(json, `${JSON.stringify({ options, rows }, undefined, 2)}\n`);
  };

const multiScaleTerm = (weight: number) =>
  weight > 0 ? ({ kind: 'multi-scale', weight } as const) : ({ kind: 'none' } as const);

function tableOf(rows: readonly QualityRow[], showRows: boolean): string {
  const cells = (
    name: string,
    row: Pick<QualityRow, 'input' | 'result' | 'stepEquivalents' | 'seconds'>,
    gain: number,
  ) => [
    name,
    ...[row.input.psnr, row.result.psnr, gain, row.input.ssim, row.result.ssim, row.stepEquivalents, row.seconds].map(
      (value) => (Number.isFinite(value) ? value.toFixed(2) : '-'),
    ),
  ];
  const each = rows.map((row) =>
    cells(`${basename(row.picture)} seed ${row.seed}`, row, row.result.psnr - row.input.psnr),
  );
  const summaries = Object.entries({ mean, median }).map(([name, by]) => {
    const summary = summarize(rows, by);
    return cells(name, summary, summary.gain);
  });
  const header = ['picture', 'input dB', 'result dB', 'gain dB', 'input SSIM', 'SSIM', 'step equivalents', 'seconds'];
  return formatTable(header, [...(showRows ? each : []), ...summaries]);
}

async function readRows(file: string): Promise<readonly QualityRow[]> {
  return (JSON.parse(await readFile(file, 'utf8')) as { rows: readonly QualityRow[] }).rows;
}

function comparison(rows: readonly QualityRow[], earlier: readonly QualityRow[]): string {
  const above = differences(rows, earlier);
  if (above.length === 0) return 'The earlier run has none of these pictures.';
  const cost = (of: readonly QualityRow[]) => median(of.map((row) => row.stepEquivalents));
  return (
    `Against the earlier run, ${above.length} pictures: median ${median(above).toFixed(2)} dB, ` +
    `least ${Math.min(...above).toFixed(2)} dB, ${above.filter((dB) => dB >= 0).length} at or above it, ` +
    `for ${(cost(rows) / cost(earlier)).toFixed(4)} of its step equivalents.`
  );
}
