/** Every face a run of its own, one after the other, and one result of all of them. */
import type { Backend } from '../engine/backends/backend.ts';
import type { TaskId } from '../engine/generator/manifest.ts';
import type { Picture } from '../engine/image/picture.ts';
import type { Outcome, RunEvent } from '../engine/inversion/job.ts';
import { run, type RunControl } from '../engine/inversion/run.ts';
import type { Prior } from '../engine/prior.ts';
import { finish, prepare, type TaskOptions, type TellShare, type TurnedRegion } from '../engine/tasks/index.ts';
import type { Rest } from '../engine/faces/rest.ts';
import { enlargedByUntrained } from '../node/rest.ts';
import type { Network } from './perceptual.ts';

export interface FaceRuns {
  readonly task: TaskId;
  readonly source: Picture;
  readonly backend: Backend;
  readonly prior: Prior;
  readonly network: Network | undefined;
  /** Of all runs, with the faces; a factor where the task has one. */
  readonly settings: TaskOptions;
  readonly rest: Rest | undefined;
  readonly control?: RunControl;
  /** Steps of all of them together, where they are made again. */
  readonly steps?: number;
  /** Told the events of every run, those of progress as those of one run over all. */
  readonly emit: (event: RunEvent) => void;
  readonly tell: TellShare;
}

export interface FacesMade {
  readonly picture: Picture;
  /** Those that something was made of. */
  readonly faces: readonly TurnedRegion[];
  /** Of the last run, with the steps and the time of all. */
  readonly outcome: Outcome;
}

/** @throws what the runs throw; a run that is stopped keeps what there is, and is the last one */
export async function runFaces(runs: FaceRuns): Promise<FacesMade> {
  const { task, source, backend, prior, network, rest, control, emit, tell } = runs;
  const { faces = [], ...settings } = runs.settings;
  let picture =
    rest === 'untrained'
      ? await enlargedByUntrained(backend, source, settings, { ...(control && { control }), emit }, tell)
      : undefined;
  let outcome: Outcome | undefined;
  const made: TurnedRegion[] = [];
  const [before, milliseconds, losses] = [{ steps: 0 }, { sum: 0 }, [] as number[]];
  for (const [i, region] of faces.entries()) {
    const { job, frame } = prepare(task, source, prior.manifest, { ...settings, region });
    const left = runs.steps === undefined ? undefined : runs.steps - before.steps;
    outcome = await run(backend, prior, job, {
      ...(control && { control }),
      ...(left !== undefined && { stopAfter: left }),
      ...(network && { phi: network.phi }),
      emit: (event) => emit(event.kind === 'progress' ? overAll(event, before.steps, i, faces.length) : event),
    });
    picture = finish(task, source, outcome.x, frame, { ...settings, region }, tell, picture);
    made.push(region);
    before.steps += outcome.steps;
    milliseconds.sum += outcome.milliseconds;
    losses.push(...outcome.losses);
    if (outcome.stopped && i + 1 < faces.length && runs.steps === undefined) break;
  }
  return {
    picture: picture!,
    faces: made,
    outcome: {
      ...outcome!,
      ...{ steps: before.steps, milliseconds: milliseconds.sum, losses },
      stopped: outcome!.stopped || made.length < faces.length,
    },
  };
}

type Progressed = Extract<RunEvent, { kind: 'progress' }>;

function overAll(event: Progressed, before: number, at: number, of: number): Progressed {
  const { step, iterations, etaMs, msPerStep } = event;
  const later = (of - at - 1) * iterations;
  return { ...event, step: before + step, iterations: before + iterations + later, etaMs: etaMs + later * msPerStep };
}
