/** The models that can be chosen, and what a run of each uses where a person sets nothing. */
import { isAbsolute, join } from 'node:path';
import { lastCut, type Manifest, type TaskId } from '../engine/generator/manifest.ts';
import { defaults } from '../engine/tasks/index.ts';
import { DEFAULT_MODEL, findModel, listModels, type ModelFolder } from '../node/models.ts';
import type { Defaults, ModelInfo, Setup } from '../shared/protocol.ts';
import type { Settings } from './settings.ts';

/** What the editor offers, in this order. */
const EDITOR_TASKS: readonly TaskId[] = ['super-resolve', 'colorize', 'inpaint', 'denoise', 'reconstruct'];

/** The models for one picture. */
export class Models {
  /**
   * @param settings the picture's
   * @param base folder that a relative path in the settings starts at
   * @param roots folders of model folders
   */
  constructor(
    private readonly settings: Settings,
    private readonly base: string,
    private readonly roots: readonly string[],
  ) {}

  /** The model of this id, or the configured one. @throws FileError when there is none, or it is broken */
  async choose(id: string | undefined): Promise<ModelFolder> {
    if (id === undefined) return this.#configured();
    // The configured model may lie outside the roots; the editor knows it by its id alone.
    const configured = await this.#configured().catch(() => undefined);
    return configured?.manifest.id === id ? configured : findModel(id, this.roots);
  }

  /** What the editor offers. A broken configured model is not replaced by another one: its problem is told. */
  async setup(): Promise<Setup> {
    const configured = await this.#configured().catch((error: unknown) => String((error as Error).message));
    const listed = (await listModels(this.roots)).flatMap((model) => ('manifest' in model ? [model.manifest] : []));
    const manifests = new Map(listed.map((manifest) => [manifest.id, manifest]));
    if (typeof configured !== 'string') manifests.set(configured.manifest.id, configured.manifest);
    return {
      tasks: [...EDITOR_TASKS],
      models: [...manifests.values()].map((manifest) => describe(manifest, this.settings)),
      device: this.settings.device,
      ...(typeof configured === 'string'
        ? { model: this.#reference, problem: configured }
        : { model: configured.manifest.id }),
    };
  }

  /** Every folder that a model may be read from. */
  get folders(): string[] {
    return isAbsolute(this.#reference) ? [...this.roots, this.#reference] : [...this.roots];
  }

  #configured(): Promise<ModelFolder> {
    return findModel(this.#reference, this.roots);
  }

  /** An id, or the absolute path of a folder. */
  get #reference(): string {
    const { model } = this.settings;
    if (model === 'auto') return DEFAULT_MODEL;
    return isPath(model) && !isAbsolute(model) ? join(this.base, model) : model;
  }
}

const isPath = (model: string): boolean => /[\\/]/.test(model);

function describe(manifest: Manifest, settings: Settings): ModelInfo {
  const { id, name, domain, licence, resolution } = manifest;
  const ofTasks = EDITOR_TASKS.map((task) => [task, withSettings(task, manifest, settings)]);
  return { id, name, domain, licence, resolution, lastCut: lastCut(manifest), defaults: Object.fromEntries(ofTasks) };
}

/** The settings over the model's preset over the task's; a layer beyond the model's last one is the last one. */
export function withSettings(task: TaskId, manifest: Manifest, settings: Settings): Defaults {
  const { layer, codes, iterations, starts, learningRate, alphaLearningRate } = defaults(task, manifest);
  return {
    layer: Math.min(settings.layer ?? layer, lastCut(manifest)),
    codes: settings.codes ?? codes,
    iterations: settings.iterations ?? iterations,
    starts,
    learningRate,
    alphaLearningRate,
  };
}
