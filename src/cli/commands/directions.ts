/** `ganprior directions --method sefa --out d.npy`: what a generator's codes can be moved along. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { sefa } from '../../engine/inspect/sefa.ts';
import { writeNpy } from '../../importers/npy.ts';
import { writeFiles } from '../../node/files.ts';
import { DEFAULT_MODEL, generatorOf, openModel } from '../../node/models.ts';
import { modelRoots } from '../../node/store/home.ts';
import { numberIn } from '../parse.ts';
import { checkPlaces } from '../places.ts';
import { say } from '../thread.ts';

interface DirectionsOptions {
  readonly model: string;
  readonly count: number;
  readonly layers?: readonly [number, number];
  readonly out: string;
  readonly force?: boolean;
}

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
    .requiredOption('--out <file>', 'the directions (.npy)')
    .option('--force', 'replace an existing file')
    .action(async ({ model, count, layers: chosen, out, force = false }: DirectionsOptions) => {
      await checkPlaces([['--out', out]], { inputs: [], force });
      const generator = generatorOf(await openModel(model, modelRoots()));
      const found = sefa(generator, count, chosen);
      await writeFiles([[out, writeNpy(found)]], force);
      say(`${out}: [${found.dims.join(', ')}] of ${generator.manifest.id}`);
    });
}

function layers(text: string): [number, number] {
  const [, first, last = first] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(text.trim()) ?? [];
  if (first === undefined) throw new InvalidArgumentError('It is a layer or a span of layers, such as 3-6.');
  return [Number(first), Number(last)];
}
