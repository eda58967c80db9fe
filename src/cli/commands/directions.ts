/** `ganprior directions --method sefa --out d.npy`: what a generator's codes can be moved along. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { sefa } from '../../engine/inspect/sefa.ts';
import { float32 } from '../../engine/tensor.ts';
import { writeNpy } from '../../importers/npy.ts';
import { readDirections } from '../../node/directions.ts';
import { writeFiles } from '../../node/files.ts';
import { DEFAULT_MODEL, generatorOf, openModel } from '../../node/models.ts';
import { fetchBoundary } from '../../node/store/boundaries.ts';
import { builtInCatalog } from '../../node/store/catalog.ts';
import { allBoundaries } from '../../node/store/catalogs.ts';
import { defaultHome, modelRoots } from '../../node/store/home.ts';
import { StoreLayout } from '../../node/store/layout.ts';
import { UsageError } from '../errors.ts';
import { numberIn } from '../parse.ts';
import { checkPlaces } from '../places.ts';
import { StoreProgress } from '../storeProgress.ts';
import { say } from '../thread.ts';

interface DirectionsOptions {
  readonly model: string;
  readonly count: number;
  readonly layers?: readonly [number, number];
  readonly boundary?: string;
  readonly catalog: readonly string[];
  readonly out: string;
  readonly force?: boolean;
}

const HELP = `
Boundaries that others have trained are in the catalogue:
${builtInCatalog()
  .boundaries.map(
    ({ id, title, models, licence }) => `  ${id.padEnd(24)} ${title} (for ${models.join(', ')}; ${licence})`,
  )
  .join('\n')}`;

export function addDirectionsCommand(program: Command): void {
  program
    .command('directions')
    .summary('find directions to move codes along')
    .description(
      "Write directions [K, size of a code], of unit length, strongest first: what the generator's own weights make of a move (SeFa).",
    )
    .option('--model <model>', 'id, folder or checkpoint of the generator', DEFAULT_MODEL)
    .addOption(new Option('--method <method>', 'how they are found').choices(['sefa']).default('sefa'))
    .option('--count <k>', 'how many', numberIn({ low: 1, high: 10_000 }), 10)
    .addOption(
      new Option('--layers <first-last>', 'of a StyleGAN: the layers whose styles are looked at (all)').argParser(
        layers,
      ),
    )
    .option('--boundary <id>', 'download a boundary of the catalogue instead')
    .addOption(
      new Option('--catalog <file>', 'a further catalogue: a file or an https address')
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], 'none'),
    )
    .requiredOption('--out <file>', 'the directions (.npy)')
    .option('--force', 'replace an existing file')
    .addHelpText('after', HELP)
    .action(async ({ model, count, layers: chosen, boundary, catalog, out, force = false }: DirectionsOptions) => {
      await checkPlaces([['--out', out]], { inputs: [], force });
      if (boundary !== undefined) return downloadBoundary(boundary, catalog, out, force);
      const generator = generatorOf(await openModel(model, modelRoots()));
      const found = sefa(generator, count, chosen);
      await writeFiles([[out, writeNpy(found)]], force);
      say(`${out}: [${found.dims.join(', ')}] of ${generator.manifest.id}`);
    });
}

async function downloadBoundary(id: string, catalogs: readonly string[], out: string, force: boolean): Promise<void> {
  const all = await allBoundaries(catalogs, (problem) => process.stderr.write(`warning: ${problem}\n`));
  const entry = all.find((one) => one.id === id);
  if (!entry) {
    throw new UsageError(
      `--boundary ${id}: it is none of the catalogue's, which are ${all.map((one) => one.id).join(', ')}.`,
    );
  }
  const progress = new StoreProgress(id);
  const file = await fetchBoundary(new StoreLayout(defaultHome()), entry, readDirections, {
    onEvent: progress.show,
  }).finally(() => progress.clear());
  const directions = await readDirections(file);
  const size = directions[0]!.direction.length;
  const rows = directions.flatMap(({ direction }) => [...direction]);
  await writeFiles([[out, writeNpy(float32([directions.length, size], rows))]], force);
  say(`${out}: ${entry.title}, for ${entry.models.join(', ')}; ${entry.licence}, ${entry.page}`);
}

function layers(text: string): [number, number] {
  const [, first, last = first] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(text.trim()) ?? [];
  if (first === undefined) throw new InvalidArgumentError('It is a layer or a span of layers, such as 3-6.');
  return [Number(first), Number(last)];
}
