/** A study as its page shows it. The host owns it, and tells it whole whenever it changes; pictures go apart. */
import * as v from 'valibot';
import { LIMITS, withinSchema } from '../limits.ts';
import { taskSchema } from '../schemas.ts';
import { rowSchema, type News } from './row.ts';

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A model that can be studied. */
export const studyModelSchema = v.object({
  id: text,
  name: text,
  /** Its last composing layer; of one without layers null. */
  lastLayer: v.nullable(count),
  tasks: v.array(taskSchema),
});
export type StudyModel = v.InferOutput<typeof studyModelSchema>;

/** What a person chooses. */
export const studyChoicesSchema = v.strictObject({
  task: taskSchema,
  models: v.pipe(v.array(text), v.maxLength(100)),
  layers: v.pipe(v.array(withinSchema(LIMITS.layer)), v.maxLength(64)),
  /** None: each model's own number. */
  codes: v.pipe(v.array(withinSchema(LIMITS.codes)), v.maxLength(64)),
  /** Absent: each model's own. */
  iterations: v.exactOptional(withinSchema(LIMITS.iterations)),
});
export type StudyChoices = v.InferOutput<typeof studyChoicesSchema>;

const cellSchema = v.object({
  /** An infinite PSNR, which does not cross the border to the page, is null. */
  row: v.object({ ...rowSchema.entries, psnr: v.exactOptional(v.nullable(v.number())) }),
  state: v.picklist(['waiting', 'running', 'done']),
});
export type StudyCell = v.InferOutput<typeof cellSchema>;

export const studyStateSchema = v.object({
  /** The name of the original's file. */
  picture: text,
  models: v.array(studyModelSchema),
  choices: studyChoicesSchema,
  phase: v.picklist(['ready', 'running', 'stopping']),
  cells: v.array(cellSchema),
  /** What was done to the picture, and what it is done on. */
  plan: v.exactOptional(v.object({ task: taskSchema, layers: v.array(count), degraded: text, backend: text })),
  /** Of the cell that is running. */
  progress: v.exactOptional(v.object({ phase: text, share: v.number(), etaMs: v.exactOptional(v.number()) })),
  /** How the last one ended. */
  ended: v.exactOptional(v.picklist(['done', 'stopped'])),
  problem: v.exactOptional(text),
  /** Whether there is something to save. */
  savable: v.boolean(),
  /** The names of the files that it was saved as. */
  saved: v.array(text),
});
export type StudyState = v.InferOutput<typeof studyStateSchema>;

/** What happens to a study. */
export type StudyEvent =
  | { readonly kind: 'models'; readonly models: StudyModel[] }
  | { readonly kind: 'starts'; readonly choices: StudyChoices }
  | { readonly kind: 'news'; readonly news: News }
  | { readonly kind: 'stops' }
  | { readonly kind: 'ended'; readonly stopped: boolean; readonly savable: boolean }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'saved'; readonly names: string[] };

const ITS_LAYERS = [2, 4, 6, 8];
/** More may be chosen; the first of them are. */
const ITS_MODELS = 3;

/** Before anything is chosen: some models, at layers that they have. */
export function newStudy(picture: string, models: StudyModel[]): StudyState {
  const last = Math.max(0, ...models.map(({ lastLayer }) => lastLayer ?? 0));
  const layers = ITS_LAYERS.filter((layer) => layer <= last);
  return {
    picture,
    models,
    choices: { task: 'reconstruct', models: models.slice(0, ITS_MODELS).map(({ id }) => id), layers, codes: [] },
    ...{ phase: 'ready', cells: [], savable: false, saved: [] },
  };
}

export function reduceStudy(state: StudyState, event: StudyEvent): StudyState {
  switch (event.kind) {
    case 'models': {
      const { choices } = state;
      const there = new Set(event.models.map(({ id }) => id));
      const models = choices.models.filter((id) => there.has(id));
      return { ...state, models: event.models, choices: { ...choices, models } };
    }
    case 'starts': {
      const { picture, models } = state;
      const { choices } = event;
      return { picture, models, choices, phase: 'running', cells: [], savable: false, saved: [] };
    }
    case 'news':
      // What comes after the end is of a study that was given up.
      return state.phase === 'ready' ? state : heard(state, event.news);
    case 'stops':
      return state.phase === 'running' ? { ...state, phase: 'stopping' } : state;
    case 'ended':
      return { ...ending(state), ended: event.stopped ? 'stopped' : 'done', savable: event.savable };
    case 'failed':
      return { ...ending(state), problem: event.problem };
    case 'saved':
      return { ...state, saved: event.names };
  }
}

function ending(state: StudyState): StudyState {
  // What was at hand is to be done again.
  const cells = state.cells.map((cell) => (cell.state === 'running' ? { ...cell, state: 'waiting' as const } : cell));
  return { ...without(state, 'progress', 'ended', 'problem'), phase: 'ready', cells };
}

function heard(state: StudyState, news: News): StudyState {
  // How far the cell at hand is: what comes next says it anew.
  const rest = without(state, 'progress');
  switch (news.kind) {
    case 'planned': {
      const { rows, degraded, backend } = news;
      const { task, layers } = state.choices;
      const cells = rows.map((row) => ({ row, state: 'waiting' as const }));
      return { ...rest, cells, plan: { task, layers, degraded, backend } };
    }
    case 'begins':
      return { ...rest, cells: changed(state.cells, news.index, (cell) => ({ ...cell, state: 'running' })) };
    case 'progress': {
      const { phase, share, etaMs } = news;
      return { ...rest, progress: { phase, share, ...(etaMs !== undefined && { etaMs }) } };
    }
    case 'ends': {
      const { psnr, ...row } = news.row;
      const told = psnr === undefined ? row : { ...row, psnr: Number.isFinite(psnr) ? psnr : null };
      return { ...rest, cells: changed(state.cells, news.index, () => ({ row: told, state: 'done' })) };
    }
  }
}

function without(state: StudyState, ...names: readonly ('progress' | 'ended' | 'problem')[]): StudyState {
  const entries = Object.entries(state).filter(([name]) => !(names as readonly string[]).includes(name));
  return Object.fromEntries(entries) as StudyState;
}

const changed = (cells: readonly StudyCell[], index: number, change: (cell: StudyCell) => StudyCell): StudyCell[] =>
  cells.map((cell, i) => (i === index ? change(cell) : cell));

/** How much of all of it is done, 0 to 1. */
export function shareOf({ cells, progress }: Pick<StudyState, 'cells' | 'progress'>): number {
  if (cells.length === 0) return 0;
  const steps = progress?.phase === 'optimising' ? progress.share : 0;
  return (cells.filter(({ state }) => state === 'done').length + steps) / cells.length;
}

/** "2, 4,6" -> [2, 4, 6]; nothing where it is no such list. */
export function readNumbers(
  text: string,
  { low, high }: { readonly low: number; readonly high: number },
): number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const numbers = parts.map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : NaN));
  return numbers.every((value) => value >= low && value <= high) ? [...new Set(numbers)] : undefined;
}
