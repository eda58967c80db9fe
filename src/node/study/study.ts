/** Runs the cells of a study that are not done yet, one after the other; each is kept as soon as it is done. */
import type { Backend } from '../../engine/backends/backend.ts';
import type { Picture } from '../../engine/image/picture.ts';
import { toPlanes } from '../../engine/image/planes.ts';
import type { RunControl } from '../../engine/inversion/control.ts';
import type { RunEvent } from '../../engine/inversion/job.ts';
import { run } from '../../engine/inversion/run.ts';
import { likeness } from '../../engine/metrics/likeness.ts';
import type { Lpips } from '../../engine/metrics/lpips.ts';
import { isTrained } from '../../engine/prior.ts';
import { finish, prepare } from '../../engine/tasks/index.ts';
import { modelHash } from '../record.ts';
import { VERSION } from '../version.ts';
import type { Cell, Cells } from './cells.ts';
import type { Place, StudyWish, Subject } from './plan.ts';
import type { Row } from '../../shared/study/row.ts';
import { SharedStarts } from './starts.ts';

export interface Done {
  readonly row: Row;
  /** Absent where the row has a problem. */
  readonly picture?: Picture;
}

/** What happens to the place of an index. */
export type StudyEvent =
  | { readonly kind: 'begins' }
  | { readonly kind: 'run'; readonly event: RunEvent }
  /** `known`: it was done before. */
  | { readonly kind: 'ends'; readonly done: Done; readonly known: boolean };

export interface Studying {
  readonly backend: Backend;
  readonly cells: Cells;
  readonly lpips?: Lpips | undefined;
  /** Whoever stops it stops the run at hand, too. */
  readonly stopping: { readonly requested: boolean; control(): RunControl };
  tell(index: number, event: StudyEvent): void;
  /** A sentence for why a cell has no result. */
  explain(error: unknown): string;
}

/** @returns the places in their order; fewer where it was stopped */
export async function study(
  places: readonly Place[],
  subject: Subject,
  { task }: Pick<StudyWish, 'task'>,
  studying: Studying,
): Promise<Done[]> {
  const starts = new SharedStarts(places);
  const all: Done[] = [];
  for (const [index, place] of places.entries()) {
    if (studying.stopping.requested) break;
    studying.tell(index, { kind: 'begins' });
    const ended = await outcomeOf(place, subject, task, starts, {
      ...studying,
      tell: (event) => studying.tell(index, event),
    });
    if (!ended) break;
    all.push(ended.done);
    studying.tell(index, { kind: 'ends', ...ended });
  }
  return all;
}

type OfOne = Omit<Studying, 'tell'> & { tell(event: StudyEvent): void };

/** @returns nothing where it was stopped before it was done */
async function outcomeOf(
  place: Place,
  subject: Subject,
  task: StudyWish['task'],
  starts: SharedStarts,
  studying: OfOne,
): Promise<{ done: Done; known: boolean } | undefined> {
  const { row } = place;
  if (!place.settings) return { done: { row }, known: true };
  try {
    const file = studying.cells.file(dependsOn(place, subject, task, studying.backend));
    const known = await studying.cells.find(file);
    const cell = known ?? (await makeCell(place, subject, task, starts, studying));
    if (!cell) return undefined;
    if (!known) await studying.cells.keep(file, cell);
    return { done: await measured(row, cell, subject.truth, studying.lpips), known: known !== undefined };
  } catch (error) {
    // The others may do.
    return { done: { row: { ...row, problem: studying.explain(error) } }, known: false };
  }
}

/** All that the picture of a cell depends on. */
const dependsOn = (
  { prior: { manifest }, settings, network }: Place,
  subject: Subject,
  task: string,
  { name }: Backend,
) => ({
  ...{ version: VERSION, task, model: modelHash(manifest) },
  settings: { ...subject.settings, ...settings, unknown: undefined },
  backend: name,
  bank: isTrained(manifest) ? manifest.bank?.sha256 : undefined,
  network: network?.sha256,
  files: subject.hashes,
});

async function makeCell(
  { prior, settings: own, network }: Place,
  { source, settings: given }: Subject,
  task: StudyWish['task'],
  starts: SharedStarts,
  { backend, stopping, tell }: OfOne,
): Promise<Cell | undefined> {
  const settings = { ...given, ...own };
  const { job, frame } = prepare(task, source, prior.manifest, settings);
  const emit = (event: RunEvent) => tell({ kind: 'run', event });
  const began = await starts.begin(backend, prior, job, { stopped: () => stopping.requested, emit });
  const outcome = await run(backend, prior, began, {
    ...{ control: stopping.control(), emit },
    ...(network && { phi: network.phi }),
  });
  if (outcome.stopped) return undefined;
  const picture = finish(task, source, outcome.x, frame, settings);
  return { picture, seconds: outcome.milliseconds / 1000, steps: outcome.steps, backend: outcome.backend };
}

async function measured(
  row: Row,
  { picture, seconds, steps }: Cell,
  truth: Picture,
  lpips: Lpips | undefined,
): Promise<Done> {
  return { row: { ...row, ...(await likeness(toPlanes(picture), toPlanes(truth), lpips)), seconds, steps }, picture };
}
