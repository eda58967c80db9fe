/** What the runs of a call use beside the pictures: a prior, a perceptual network, settings; the prior for each picture where nobody names one. */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Picture } from '../engine/image/picture.ts';
import { refinementsOf } from '../engine/inversion/refinements.ts';
import type { Drafter } from '../engine/inversion/run.ts';
import { NETWORK_SIZE } from '../engine/losses/perceptual.ts';
import { UNTRAINED_METHODS } from '../engine/methods/method.ts';
import { isGenerator, type Prior } from '../engine/prior.ts';
import type { Region, TaskOptions } from '../engine/tasks/index.ts';
import { UNTRAINED } from '../engine/untrained/manifest.ts';
import { OF_GENERATORS } from '../engine/untrained/settings.ts';
import { AUTO, choosePrior } from '../node/familiarPriors.ts';
import { DEFAULT_MODEL } from '../node/models.ts';
import { loadPrior, openPrior } from '../node/priors.ts';
import { modelRoots } from '../node/store/home.ts';
import type { RestoreOptions } from './commands/restore.ts';
import { readCodes } from './arrays.ts';
import type { Init } from './init.ts';
import { choosePerceptual, type Network } from './perceptual.ts';

export interface Tools {
  readonly prior: Prior;
  readonly network: Network | undefined;
  readonly settings: TaskOptions;
}

/** @param picture absent: the target is given as numbers @param region the part of it that is worked on, where the options name none */
export type ToolsFor = (picture: Picture | undefined, region?: Region) => Promise<Tools>;

/**
 * @param unknown the mask, white where the picture is unknown
 * @throws what is wrong with the options or the files that they name
 */
export async function openTools(
  task: TaskId,
  options: RestoreOptions,
  init: Init | undefined,
  unknown: Picture | undefined,
  start: Drafter | undefined,
): Promise<ToolsFor> {
  const startCodes = options.beginWith === undefined ? undefined : await readCodes(options.beginWith);
  const plain = {
    ...plainSettings(options, init, unknown, startCodes),
    ...(start && { startFrom: start.manifest.id }),
  };
  const open = async (prior: Prior): Promise<Tools> => {
    const resolution = isGenerator(prior) ? prior.manifest.resolution : NETWORK_SIZE;
    const { perceptual, network } = await choosePerceptual(options, resolution);
    return { prior, network, settings: { ...plain, ...(perceptual && { perceptual }) } };
  };
  const ofUntrained = (UNTRAINED_METHODS as readonly (string | undefined)[]).includes(options.method);
  // Whoever sets one of these means a trained generator, or by a method of its own the untrained prior.
  const { method, init: arrays, startFrom, target, perceptual, beginWith } = options;
  const means =
    [method, arrays, startFrom, target, perceptual, beginWith].some((given) => given !== undefined) ||
    OF_GENERATORS.some((name) => plain[name] !== undefined);
  const chooses = options.model === AUTO && !means;
  if (!chooses) {
    const own = ofUntrained ? UNTRAINED.id : DEFAULT_MODEL;
    const model = options.model === AUTO ? own : options.model;
    const tools = await open(await openPrior(model, modelRoots()));
    return () => Promise.resolve(tools);
  }
  const opened = new Map<string, Promise<Tools>>();
  return async (picture, region) => {
    const chosen = await choosePrior(modelRoots(), task, picture!, { ...plain, ...(region && { region }) });
    const tools = opened.get(chosen.folder) ?? loadPrior(chosen).then(open);
    opened.set(chosen.folder, tools);
    return tools;
  };
}

/** The settings that do not depend on the prior. */
function plainSettings(
  options: RestoreOptions,
  init: Init | undefined,
  unknown: Picture | undefined,
  startCodes: TaskOptions['startCodes'],
): TaskOptions {
  const { layer, codes, iterations, starts, seed, method, optimizer, learningRate, factor, down, noise } = options;
  const { region, seam, grain, feather, preset } = options;
  const given = {
    ...{ layer, codes, iterations, starts, seed, method, optimizer, learningRate, factor, down, noise },
    ...{ region, seam, grain, feather, preset },
  };
  return {
    ...onlyDefined(given),
    ...refinementsOf(options),
    ...(startCodes && { startCodes }),
    ...(init && { codes: init.codes, starts: 0 }),
    ...(unknown && { unknown }),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const onlyDefined = <T extends object>(object: T): Defined<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
