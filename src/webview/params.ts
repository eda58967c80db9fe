/** From what is typed into the form to the parameters of a run. Pure. */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { FACTORS } from '../engine/tasks/superResolve.ts';
import type { Tune } from '../engine/inversion/refinements.ts';
import {
  LIVE_PARAMS,
  type LiveParams,
  type MethodChoice,
  type ModelInfo,
  type Params,
} from '../shared/documentState.ts';
import { isWithin, LIMITS, type Range } from '../shared/limits.ts';
import { parseTune } from '../shared/tuneText.ts';

export const FIELDS = [
  'layer',
  'codes',
  'iterations',
  'starts',
  'width',
  'truncation',
  'class',
  'seed',
  'learningRate',
  'alphaLearningRate',
  'seam',
  'feather',
] as const;
/** The numbers a person may type; an empty field means the default its placeholder shows. */
export type Field = (typeof FIELDS)[number];

export type Factor = '' | `${(typeof FACTORS)[number]}`;

export type Texts = Readonly<Record<Field, string>>;

/** What a field may hold; no layer beyond the model's last one, and no class that it lacks. */
export function rangeOf(field: Field, model: ModelInfo | undefined): Range {
  if (field === 'layer') return { ...LIMITS.layer, high: model?.lastCut ?? LIMITS.layer.low };
  if (field === 'class' && model?.classes !== undefined) return { ...LIMITS.class, high: model.classes - 1 };
  return LIMITS[field];
}

/** What belongs to some models only; the others have no default for it. */
const OF_MODELS = ['layer', 'codes', 'starts', 'width', 'alphaLearningRate'] as const;
/** Means nothing where a picture is made in one pass. */
const OF_STEPS: readonly Field[] = ['iterations', 'learningRate', 'seed'];
/** What few models know: the others show it never. */
const OF_STYLES = ['truncation', 'class'] as const;

/** Whether a field means anything to a task and a model. */
export function concerns(field: Field, task: TaskId, model: ModelInfo | undefined): boolean {
  if (field === 'feather') return task === 'inpaint';
  if (model?.onePass && OF_STEPS.includes(field)) return false;
  if (OF_STYLES.some((name) => name === field)) return model?.defaults[task]?.[field as 'class'] !== undefined;
  const own = OF_MODELS.find((name) => name === field);
  const defaults = model?.defaults[task];
  return !own || !defaults || defaults[own] !== undefined;
}

/** A model with the defaults of how it draws, where that is chosen. */
export function withMethod(model: ModelInfo | undefined, method: MethodChoice | ''): ModelInfo | undefined {
  const chosen = model?.methods?.find(({ id }) => id === method);
  if (!chosen || !model) return model;
  const { lastCut, ...others } = { ...model, defaults: chosen.defaults };
  // An encoder leaves nothing to set.
  if (method === 'encoder') return { ...others, onePass: true };
  return { ...others, ...(lastCut !== undefined && { lastCut }) };
}

/** A model with the defaults of the preset that is chosen, where one is. */
export function withPreset(model: ModelInfo | undefined, preset: Params['preset']): ModelInfo | undefined {
  const chosen = model?.presets?.find(({ id }) => id === preset);
  return chosen && model ? { ...model, defaults: chosen.defaults } : model;
}

/**
 * What is typed of tuning.
 * @param layer that the codes are composed at
 * @returns nothing for an empty field; the layers that there are for a text that cannot be
 */
export function readTune(
  text: string,
  { lastCut = 0 }: Pick<ModelInfo, 'lastCut'>,
  layer: number,
): Tune | { readonly among: readonly [first: number, last: number] } | undefined {
  if (text.trim() === '') return undefined;
  const tune = parseTune(text);
  const [first, last] = [layer + 1, lastCut + 1];
  return tune && tune.layers[0] >= first && tune.layers[1] <= last ? tune : { among: [first, last] };
}

/** Whether a model can do a task. */
export const canDo = ({ tasks }: ModelInfo, task: TaskId): boolean => tasks?.includes(task) ?? true;

export interface Parsed {
  readonly params: Params;
  /** Fields that hold something else than a number in this range. */
  readonly problems: Partial<Record<Field, Range>>;
}

export function parseParams(task: TaskId, model: ModelInfo | undefined, factor: Factor, texts: Texts): Parsed {
  const values: Partial<Record<Field, number>> = {};
  const problems: Partial<Record<Field, Range>> = {};
  for (const field of FIELDS) {
    const text = texts[field].trim();
    if (text === '' || !concerns(field, task, model)) continue;
    const range = rangeOf(field, model);
    const value = (range.fractions ? /^\d*\.?\d+(e-?\d+)?$/i : /^\d+$/).test(text) ? Number(text) : NaN;
    if (isWithin(value, range)) values[field] = value;
    else problems[field] = range;
  }
  const params: Params = {
    ...(model && { model: model.id }),
    ...values,
    ...(task === 'super-resolve' && factor !== '' && { factor: Number(factor) as (typeof FACTORS)[number] }),
  };
  return { params, problems };
}

/** What a person who types into the form while a run goes wants to be different. Empty fields mean the default, as before it. */
export function liveChanges(task: TaskId, model: ModelInfo | undefined, before: Params, wanted: Params): LiveParams {
  const defaults = model?.defaults[task];
  const changes: Partial<Record<(typeof LIVE_PARAMS)[number], number>> = {};
  for (const name of LIVE_PARAMS) {
    const value = wanted[name] ?? defaults?.[name];
    if (value !== undefined && value !== (before[name] ?? defaults?.[name])) changes[name] = value;
  }
  return changes;
}
