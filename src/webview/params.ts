/** From what is typed into the form to the parameters of a run. Pure. */
import type { TaskId } from '../engine/generator/manifest.ts';
import type { ModelInfo, Params } from '../shared/protocol.ts';

export const FIELDS = ['layer', 'codes', 'iterations', 'starts', 'seed'] as const;
/** The numbers a person may type; an empty field means the default its placeholder shows. */
export type Field = (typeof FIELDS)[number];

/** How much larger super-resolution may make a picture. */
export const FACTORS = [2, 4, 8, 16, 32] as const;
export type Factor = '' | `${(typeof FACTORS)[number]}`;

export type Texts = Readonly<Record<Field, string>>;

export interface Range {
  readonly low: number;
  readonly high: number;
}

export const rangeOf = (field: Field, model: ModelInfo | undefined): Range =>
  ({
    layer: { low: 1, high: model?.lastCut ?? 1 },
    codes: { low: 1, high: 1000 },
    iterations: { low: 1, high: 1_000_000 },
    starts: { low: 0, high: 1_000_000 },
    seed: { low: 0, high: 2 ** 31 - 1 },
  })[field];

export interface Parsed {
  readonly params: Params;
  /** Fields that hold something else than a whole number in this range. */
  readonly problems: Partial<Record<Field, Range>>;
}

export function parseParams(task: TaskId, model: ModelInfo | undefined, factor: Factor, texts: Texts): Parsed {
  const values: Partial<Record<Field, number>> = {};
  const problems: Partial<Record<Field, Range>> = {};
  for (const field of FIELDS) {
    const text = texts[field].trim();
    if (text === '') continue;
    const range = rangeOf(field, model);
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= range.low && value <= range.high) values[field] = value;
    else problems[field] = range;
  }
  const params: Params = {
    ...(model && { model: model.id }),
    ...values,
    ...(task === 'super-resolve' && factor !== '' && { factor: Number(factor) as (typeof FACTORS)[number] }),
  };
  return { params, problems };
}
