/** The models that can be chosen, and what a run of each uses where a person sets nothing. */
import { isAbsolute, join } from 'node:path';
import { lastCut, type Manifest, type TaskId } from '../engine/generator/manifest.ts';
import { MULTI_SCALE_WEIGHT, NETWORK_SIZE, NETWORK_WEIGHT } from '../engine/losses/perceptual.ts';
import { canDo, isTrained, makesInOnePass, type PriorManifest } from '../engine/prior.ts';
import { defaults, type TaskOptions } from '../engine/tasks/index.ts';
import { UNTRAINED } from '../engine/untrained/manifest.ts';
import { passes } from '../engine/untrained/settings.ts';
import { listNetworks, type NetworkFolder } from '../node/perceptual.ts';
import { DEFAULT_MODEL, isPath, listModels, packageFolder, readManifest } from '../node/models.ts';
import { AUTO, distancesFor, type Distances } from '../node/familiarPriors.ts';
import { findPrior, type PriorFolder } from '../node/priors.ts';
import { UNTRAINED_CHOICES, type Defaults, type ModelInfo, type Setup } from '../shared/documentState.ts';
import type { Plan } from './document/workshop.ts';
import type { Settings } from './settings.ts';
import { NAMED_PRESETS } from '../engine/tasks/robustUnsupervised.ts';

/** What the editor offers, in this order. */
export const EDITOR_TASKS: readonly TaskId[] = ['super-resolve', 'colorize', 'inpaint', 'denoise', 'reconstruct'];

export interface ChosenPerceptual {
  readonly perceptual: NonNullable<TaskOptions['perceptual']>;
  readonly network?: NonNullable<Plan['network']>;
}

/** The models for one picture. */
export class Models {
  /**
   * @param settings the picture's
   * @param base folder that a relative path in the settings starts at
   * @param roots folders of model folders
   * @param networks folder of the folders of perceptual networks
   */
  constructor(
    private readonly settings: Settings,
    private readonly base: string,
    private readonly roots: readonly string[],
    private readonly networks: string,
  ) {}

  /**
   * The model of this id, or the task's configured one.
   * @param distances of the picture
   * @throws FileError when there is none, or it is broken
   */
  async choose(task: TaskId, id: string | undefined, distances?: Distances): Promise<PriorFolder> {
    if (id === undefined) {
      const found = await findPrior((await this.#automatic(task, distances)) ?? this.#reference(task), this.roots);
      return canDo(found.manifest, task) ? found : findPrior(await this.#instead(task, distances), this.roots);
    }
    // A configured model may lie outside the roots; the editor knows it by its id alone.
    for (const configured of (await this.#configured()).values()) {
      if (typeof configured !== 'string' && configured.manifest.id === id) return configured;
    }
    return findPrior(id, this.roots);
  }

  /**
   * The second term of the loss.
   * @param wish an id, "multi-scale" or "none"; absent: as the setting says
   * @param resolution side of the generator's image
   * @throws Error naming a network that is not there
   */
  async perceptual(wish: string | undefined, resolution: number): Promise<ChosenPerceptual> {
    const networks = await listNetworks(this.networks);
    const choice = wish ?? preferred(this.settings.perceptual, networks);
    const weight = this.settings.perceptualWeight;
    if (choice === 'none') return { perceptual: { kind: choice } };
    if (choice === 'multi-scale') return { perceptual: { kind: choice, weight: weight ?? MULTI_SCALE_WEIGHT } };
    const network = networks.find(({ manifest }) => manifest.id === choice);
    if (!network) {
      throw new Error(`The perceptual network ${choice} is not installed: download it, or choose another comparison.`);
    }
    const size = Math.min(NETWORK_SIZE, resolution);
    return {
      perceptual: { kind: 'network', network: choice, weight: weight ?? NETWORK_WEIGHT, size },
      network: { folder: network.folder, file: network.manifest.file, sha256: network.manifest.sha256 },
    };
  }

  /** Folders of the models that may be asked whether they know a picture. */
  async askable(): Promise<string[]> {
    return (await listModels(this.roots)).flatMap((model) =>
      'manifest' in model && isTrained(model.manifest) && model.manifest.bank ? [model.folder] : [],
    );
  }

  #isAutomatic(task: TaskId): boolean {
    return (this.settings.models[task] ?? this.settings.model) === AUTO;
  }

  /** The id of the model that "auto" stands for, where that is the setting: the one that knows the picture best, else the untrained one. */
  async #automatic(task: TaskId, distances: Distances | undefined): Promise<string | undefined> {
    return distances && this.#isAutomatic(task) ? this.#suited(task, distances) : undefined;
  }

  /** What stands in for a configured model that was not trained for the task. */
  async #instead(task: TaskId, distances: Distances | undefined): Promise<string> {
    return (distances && (await this.#suited(task, distances))) ?? DEFAULT_MODEL;
  }

  async #suited(task: TaskId, distances: Distances): Promise<string | undefined> {
    const known = Object.entries(distancesFor(task, distances)).filter(([, distance]) => distance <= 1);
    const best = known.sort(([, a], [, b]) => a - b)[0];
    if (best) return (await readManifest(best[0])).id;
    return UNTRAINED.tasks.includes(task) ? UNTRAINED.id : undefined;
  }

  /**
   * What the editor offers. A broken configured model is not replaced by another one: its problem is told.
   * @param distances of the picture, where it can be read
   */
  async setup(distances?: Distances): Promise<Setup> {
    const configured = await this.#configured();
    const listed = (await listModels(this.roots)).flatMap((model) => ('manifest' in model ? [model.manifest] : []));
    const manifests = new Map<string, PriorManifest>([...listed, UNTRAINED].map((manifest) => [manifest.id, manifest]));
    const networks = await listNetworks(this.networks);
    const problems: string[] = [];
    for (const found of configured.values()) {
      if (typeof found === 'string') problems.push(found);
      else manifests.set(found.manifest.id, found.manifest);
    }
    const automatic = new Map<TaskId, string | undefined>(
      await Promise.all(EDITOR_TASKS.map(async (task) => [task, await this.#automatic(task, distances)] as const)),
    );
    const idFor = async (task: TaskId): Promise<string> => {
      const reference = this.#reference(task);
      const chosen = automatic.get(task);
      const found = configured.get(reference);
      if (chosen !== undefined || found === undefined || typeof found === 'string') return chosen ?? reference;
      return canDo(found.manifest, task) ? found.manifest.id : this.#instead(task, distances);
    };
    const modelFor = await Promise.all(EDITOR_TASKS.map(async (task) => [task, await idFor(task)] as const));
    const unsuited = distances
      ? EDITOR_TASKS.filter((task) => this.#isAutomatic(task) && automatic.get(task) === undefined)
      : [];
    return {
      tasks: [...EDITOR_TASKS],
      models: [...manifests.values()].map((manifest) => describe(manifest, this.settings)),
      networks: networks.map(({ manifest: { id, name } }) => ({ id, name })),
      perceptual: preferred(this.settings.perceptual, networks),
      device: this.settings.device,
      modelFor: Object.fromEntries(modelFor),
      ...(unsuited.length > 0 && { unsuited }),
      ...(distances && { familiar: await familiarIds(distances) }),
      ...(problems.length > 0 && { problem: problems.join(' ') }),
    };
  }

  /** Every folder that a model may be read from: of the configured paths, those of sound packages, so that no setting opens a whole disk. */
  get folders(): string[] {
    const configured = this.#references.filter(isPath).map(packageFolder);
    return [...this.roots, this.networks, ...configured.filter((folder) => folder !== undefined)];
  }

  /** Every configured model by its reference, or what is wrong with it. */
  async #configured(): Promise<Map<string, PriorFolder | string>> {
    const found = this.#references.map(async (reference): Promise<[string, PriorFolder | string]> => [
      reference,
      await findPrior(reference, this.roots).catch((error: unknown) => String((error as Error).message)),
    ]);
    return new Map(await Promise.all(found));
  }

  get #references(): string[] {
    return [...new Set(EDITOR_TASKS.map((task) => this.#reference(task)))];
  }

  /** The id, or the absolute path of the folder, of a task's model. */
  #reference(task: TaskId): string {
    const model = this.settings.models[task] ?? this.settings.model;
    if (model === 'auto' || (model === UNTRAINED.id && !UNTRAINED.tasks.includes(task))) return DEFAULT_MODEL;
    return isPath(model) && !isAbsolute(model) ? join(this.base, model) : model;
  }
}

/** "auto" is the paper's network where it is installed, else another one, else none is needed. */
function preferred(setting: string, networks: readonly NetworkFolder[]): string {
  if (setting !== 'auto') return setting;
  const ids = networks.map(({ manifest }) => manifest.id);
  return ids.find((id) => id.startsWith('vgg16')) ?? ids[0] ?? 'multi-scale';
}

/** With the settings applied. */
function describe(manifest: PriorManifest, settings: Settings): ModelInfo {
  const { id, name, domain, licence } = manifest;
  const tasks = EDITOR_TASKS.filter((task) => canDo(manifest, task));
  const ofTasks = (chosen?: Chosen): ModelInfo['defaults'] =>
    Object.fromEntries(tasks.map((task) => [task, withSettings(task, manifest, settings, chosen)]));
  if (makesInOnePass(manifest)) {
    return { id, name, domain, licence, tasks: [...manifest.tasks], onePass: true, defaults: ofTasks() };
  }
  const shape = isTrained(manifest)
    ? {
        resolution: manifest.resolution,
        lastCut: lastCut(manifest),
        ...facesOf(manifest),
        ...stylesOf(manifest, ofTasks),
        ...(manifest.encoder && { methods: [{ id: 'encoder' as const, defaults: ofTasks({ method: 'encoder' }) }] }),
      }
    : {
        tasks: [...manifest.tasks],
        methods: UNTRAINED_CHOICES.map((id) => ({ id, defaults: ofTasks({ method: id }) })),
      };
  return { id, name, domain, licence, ...shape, defaults: ofTasks() };
}

const facesOf = ({ alignment }: Manifest): Pick<ModelInfo, 'alignment'> => (alignment ? { alignment } : {});

/** What only a StyleGAN leaves open. */
function stylesOf(
  { mapping }: Manifest,
  defaultsOf: (chosen: Chosen) => ModelInfo['defaults'],
): Pick<ModelInfo, 'spaces' | 'presets' | 'classes'> {
  if (!mapping) return {};
  return {
    spaces: true,
    presets: NAMED_PRESETS.map((preset) => ({ id: preset, defaults: defaultsOf({ preset }) })),
    ...(mapping.classes !== undefined && { classes: mapping.classes }),
  };
}

/** What of a run's choices has defaults of its own. */
type Chosen = Pick<TaskOptions, 'method' | 'preset'>;

/** The settings over the model's preset over the task's; a layer beyond the model's last one is the last one. */
export function withSettings(task: TaskId, manifest: PriorManifest, settings: Settings, chosen: Chosen = {}): Defaults {
  if (makesInOnePass(manifest) || chosen.method === 'encoder') return { iterations: 1 };
  const { layer, codes, starts, alphaLearningRate, learningRate, width, truncation, ...preset } = defaults(
    task,
    manifest,
    chosen,
  );
  const iterations = settings.iterations ?? preset.iterations;
  if (!isTrained(manifest)) {
    const steps = settings.iterations === undefined && !chosen.method && passes(task) ? 1 : iterations;
    return { iterations: steps, learningRate, ...(width !== undefined && { width }) };
  }
  return {
    layer: Math.min(settings.layer ?? layer, lastCut(manifest)),
    codes: settings.codes ?? codes,
    iterations,
    starts,
    learningRate,
    alphaLearningRate,
    ...(truncation !== undefined && { truncation }),
    ...(manifest.mapping?.classes !== undefined && { class: preset.class ?? 0 }),
  };
}

/** Which models know the picture, by task and id. */
async function familiarIds(distances: Distances): Promise<NonNullable<Setup['familiar']>> {
  const told = EDITOR_TASKS.map(async (task) => {
    const entries = Object.entries(distancesFor(task, distances));
    const named = entries.map(async ([folder, distance]) => [(await readManifest(folder)).id, distance <= 1] as const);
    return [task, Object.fromEntries(await Promise.all(named))] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}
