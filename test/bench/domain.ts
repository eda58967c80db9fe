/**
 * `npm run bench -- domain --own FOLDER --strange FOLDER...`: whether a trained prior can tell pictures of its own kind from others, in
 * the form that each task is given them in, as `auto` asks it before a run.
 */
import { basename, join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { familiarity, type Familiarity } from '../../src/engine/generator/familiarity.ts';
import type { Generator } from '../../src/engine/generator/generator.ts';
import { luma } from '../../src/engine/image/luma.ts';
import type { Picture } from '../../src/engine/image/picture.ts';
import { toPicture, toPlanes } from '../../src/engine/image/planes.ts';
import { prepare } from '../../src/engine/tasks/index.ts';
import { readPicture } from '../../src/node/codecs/index.ts';
import { generatorOf, openModel } from '../../src/node/models.ts';
import { KINDS, middle, reduced, type Kind } from './anyPicture.ts';
import { pattern } from './patterns.ts';
import { pictureFiles } from './quality.ts';
import { formatTable } from './table.ts';

const grey: Kind = {
  task: 'colorize',
  make(truth) {
    const gray = luma(toPlanes(truth));
    const source = toPicture({
      ...gray,
      channels: 3,
      data: Float32Array.from([...gray.data, ...gray.data, ...gray.data]),
    });
    return { source, options: {}, plain: source };
  },
};

/** Random masks: what may be left over is found anew for each, which takes most of the time. */
const MASKS = 3;

/** What each task is given. */
const FORMS = {
  x4: KINDS.x4,
  x8: reduced(8),
  sigma25: KINDS.sigma25,
  pixels50: KINDS.pixels50,
  strokes16: KINDS.strokes16,
  grey,
} as const satisfies Record<string, Kind>;

interface Options {
  readonly model: string;
  readonly own: readonly string[];
  readonly strange: readonly string[];
  readonly patterns: number;
  readonly rows: boolean;
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];
const number = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
};

/** @param models folder of the models that have an id */
export function addDomainCommand(program: Command, models: string): void {
  program
    .command('domain')
    .description('ask a model which pictures it knows, in the form that each task is given them in')
    .option('--model <id|folder>', 'generator with a bank', 'fruit128')
    .option('--own <folder>', 'pictures of its kind; may be given several times', collect, [])
    .option('--strange <folder>', 'pictures of another kind; may be given several times', collect, [])
    .option('--patterns <n>', 'drawn pictures, of another kind too', number, 200)
    .option('--no-rows', 'do not name the pictures that are taken for the wrong kind')
    .action((options: Options) => measure(models, options));
}

interface Asked {
  readonly name: string;
  readonly picture: Picture;
}

async function measure(models: string, { model, own, strange, patterns, rows }: Options): Promise<void> {
  const generator = generatorOf(await openModel(model, [models]));
  const { resolution } = generator.manifest;
  const read = async (folder: string): Promise<Asked[]> =>
    Promise.all(
      (await pictureFiles(folder)).map(async (file) => ({
        name: basename(file),
        picture: middle(await readPicture(file), resolution),
      })),
    );
  const drawn = Array.from({ length: patterns }, (_, i) => ({ name: `pattern ${i}`, picture: pattern(i, resolution) }));
  const sets = [
    ...(await Promise.all(own.map(async (folder) => [folder, await read(folder), true] as const))),
    ...(await Promise.all(strange.map(async (folder) => [folder, await read(folder), false] as const))),
    ...(patterns > 0 ? [['drawn patterns', drawn, false] as const] : []),
  ];
  const table: string[][] = [];
  const wrong: string[] = [];
  for (const [set, pictures, known] of sets) {
    const cells = Object.entries(FORMS).map(([form, kind]) => {
      const told = pictures.map(({ name, picture }, i) => {
        const answer = ask(generator, kind, picture, i % MASKS);
        if (answer && answer.known !== known) wrong.push(`${form}, ${join(set, name)}: ${answer.distance.toFixed(2)}`);
        return answer;
      });
      const right = told.filter((answer) => answer?.known === known).length;
      const distances = told.flatMap((answer) => (answer ? [answer.distance] : []));
      return `${right} (${(known ? Math.max(...distances) : Math.min(...distances)).toFixed(2)})`;
    });
    table.push([`${basename(set)}: ${pictures.length} ${known ? 'known' : 'unknown'}`, ...cells]);
  }
  console.log(
    'How many are told rightly, and the distance of the one nearest to being taken for the other kind (up to 1 is known):',
  );
  console.log(formatTable(['pictures', ...Object.keys(FORMS)], table));
  if (rows) for (const line of wrong) console.log(line);
}

function ask(generator: Generator, { task, make }: Kind, picture: Picture, seed: number): Familiarity | undefined {
  const { source, options } = make(picture, seed);
  const { job } = prepare(task, source, generator.manifest, options);
  return familiarity(generator.bank!, job);
}
