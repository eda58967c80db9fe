/** Which of the models at hand knows a picture, told from what a task is given of it. */
import { ParameterError } from '../engine/errors.ts';
import { Bank } from '../engine/generator/bank.ts';
import { familiarity, type Familiarity } from '../engine/generator/familiarity.ts';
import { isTrained } from '../engine/prior.ts';
import type { Manifest, TaskId } from '../engine/generator/manifest.ts';
import type { Picture } from '../engine/image/picture.ts';
import { isTurned, prepare, type Prepared, type TaskOptions } from '../engine/tasks/index.ts';
import { UNTRAINED } from '../engine/untrained/manifest.ts';
import { listModels, type ModelFolder } from './models.ts';
import { readListed } from './packageFile.ts';
import { UNTRAINED_FOLDER, type PriorFolder } from './priors.ts';

/** What stands for the model that knows the picture, or for the untrained prior where none does. */
export const AUTO = 'auto';

/** Banks by their hash: each is asked about many pictures, and it remembers what is the same for all of them. */
const banks = new Map<string, Promise<Bank>>();

function bankOf({ folder, manifest }: ModelFolder): Promise<Bank> | undefined {
  const bank = isTrained(manifest) ? manifest.bank : undefined;
  if (!bank) return undefined;
  const opening = banks.get(bank.sha256) ?? readListed(folder, bank, 'model').then((bytes) => new Bank(bank, bytes));
  banks.set(bank.sha256, opening);
  opening.catch(() => banks.delete(bank.sha256));
  return opening;
}

/**
 * How far a picture lies from what a model knows: up to 1 it knows it.
 * @returns nothing where that cannot be told: the model has no bank of starts, or the picture says too little
 * @throws ParameterError when the task cannot be done on the picture with this model, FileError when its bank is damaged
 */
export async function distanceTo(
  model: ModelFolder,
  task: TaskId,
  picture: Picture,
  options: TaskOptions,
): Promise<number | undefined> {
  const bank = await bankOf(model);
  return bank && familiarity(bank, prepare(task, picture, model.manifest, options).job)?.distance;
}

/** Tasks whose degradation says what a model is asked to know: colours and shapes, or shapes alone. */
const VIEWS = { colour: 'reconstruct', luma: 'colorize' } as const;

/** Distances of a picture to what models know, by their folders, seen in colour and in luma. Models that cannot tell are left out. */
export type Distances = Readonly<Record<keyof typeof VIEWS, Readonly<Record<string, number>>>>;

export async function distancesTo(models: readonly ModelFolder[], picture: Picture): Promise<Distances> {
  const seen = async (task: TaskId): Promise<Record<string, number>> => {
    const told: Record<string, number> = {};
    for (const model of models) {
      const distance = await distanceTo(model, task, picture, {}).catch(() => undefined);
      if (distance !== undefined) told[model.folder] = distance;
    }
    return told;
  };
  return { colour: await seen(VIEWS.colour), luma: await seen(VIEWS.luma) };
}

/** The distances that count for a task. */
export const distancesFor = (task: TaskId, distances: Distances): Readonly<Record<string, number>> =>
  distances[task === 'colorize' ? 'luma' : 'colour'];

/** The trained model that knows a picture best, if any does. @param models those to choose from */
async function mostFamiliar(
  models: readonly ModelFolder[],
  task: TaskId,
  picture: Picture,
  options: TaskOptions,
): Promise<ModelFolder | undefined> {
  let best: ModelFolder | undefined;
  let nearest = 1;
  for (const model of models) {
    // A model that cannot do this on this picture, or that is damaged, is none to choose unasked.
    const distance = await distanceTo(model, task, picture, options).catch(() => undefined);
    if (distance !== undefined && distance <= nearest) [best, nearest] = [model, distance];
  }
  return best;
}

/**
 * What `auto` stands for.
 * @param roots folders of model folders
 * @throws ParameterError for a task that takes a trained model, where none knows the picture
 */
export async function choosePrior(
  roots: readonly string[],
  task: TaskId,
  picture: Picture,
  options: TaskOptions,
): Promise<PriorFolder> {
  const models = (await listModels(roots)).flatMap((model) => ('manifest' in model ? [model] : []));
  const known = await mostFamiliar(models, task, picture, options);
  if (known) return known;
  if (UNTRAINED.tasks.includes(task)) return UNTRAINED_FOLDER;
  throw new ParameterError(
    `None of the models here is known to draw pictures like this one, and to ${task} takes one that does. ` +
      `Choose one all the same (${models.map(({ manifest }) => manifest.id).join(', ') || 'none is installed'}), or get another.`,
  );
}

/** What a prior is asked to work on. */
interface Asked {
  readonly task: TaskId;
  /** Whether it is a face that was cut out as the prior knows faces. */
  readonly aligned: boolean;
  /** Whether the prior knows what is seen; absent: it cannot tell. */
  readonly told?: Pick<Familiarity, 'known'> | undefined;
}

/** What a person should know before a model runs on a picture that it does not know, or that it may not know. */
export function domainNotes(
  { name, domain, alignment }: Pick<Manifest, 'name' | 'domain' | 'alignment'>,
  { task, aligned, told }: Asked,
): string[] {
  const align = alignment === undefined || aligned ? [] : [ALIGN];
  if (told?.known) return [];
  // Every face looks like some other one: how it was cut out is known to whoever cut it out.
  if (!told) return align.map((text) => `${name} knows nothing but faces that were cut out alike. ${text}`);
  const instead = UNTRAINED.tasks.includes(task) ? `, or "${UNTRAINED.name}", which works on all of them` : '';
  return [
    [
      `This picture looks unlike ${domain}, which is what ${name} knows: it may draw such things where there are none.`,
      ...align,
      `Choose a model that knows such pictures${instead}.`,
    ].join(' '),
  ];
}

const ALIGN =
  'Faces must be upright and centred: Align (on the command line --faces), unless this picture is cut out so.';

/** The same of what was prepared for a model. */
export async function domainNotesOf({ folder, manifest }: PriorFolder, prepared: Prepared): Promise<string[]> {
  if (!isTrained(manifest)) return [];
  const bank = await bankOf({ folder, manifest });
  return domainNotes(manifest, asked(prepared, bank));
}

/** @param bank the model's, if it has one */
export const asked = ({ job, frame }: Pick<Prepared, 'job' | 'frame'>, bank: Bank | undefined): Asked => ({
  task: job.task,
  aligned: frame.region !== undefined && isTurned(frame.region),
  told: bank && familiarity(bank, job),
});
