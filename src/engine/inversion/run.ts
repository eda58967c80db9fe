/**
 * Drives an inversion from start to end: reports while it goes, pauses, stops, checkpoints.
 *
 * Reading a result makes a GPU wait, so results are read at a bounded rate by the clock, however fast the steps are.
 */
import type { Backend } from '../backends/backend.ts';
import type { Graph } from '../graph/graph.ts';
import { fitIntoMemory } from './memoryPlan.ts';
import { isGenerator, type Prior } from '../prior.ts';
import type { Tensor } from '../tensor.ts';
import { takesNoSteps } from '../methods/method.ts';
import { onePass } from '../onePass/onePass.ts';
import { asksForStage } from './amendment.ts';
import { drafted, redrafted, type Drafter } from './anchor.ts';
import { RunControl } from './control.ts';
import { Course, type Context } from './course.ts';
import type { StepResult } from './inversion.ts';
import { firstLossNote } from './firstLoss.ts';
import { longRunNote } from './longRun.ts';
import type { Checkpoint, Job, Outcome, Phase, RunEvent } from './job.ts';
import { plainly } from './plain.ts';
import { Plateau } from './plateau.ts';
import { inPrecisionOn } from './precision.ts';
import { conclude, readLosses } from './results.ts';
import { firstJob, lastPartAfter, stageOf } from './stage.ts';
import { Seldom } from './seldom.ts';
import { chooseStart, type ScoringProgress } from './start.ts';
import { runInTiles, takesTiles } from './tiled.ts';

export { RunControl, type Drafter };

export interface RunOptions {
  readonly control?: RunControl;
  readonly emit?: (event: RunEvent) => void;
  readonly resumeFrom?: Checkpoint;
  /** The run ends after so many steps as if it were stopped there, which leaves the schedule of the whole run as it is. */
  readonly stopAfter?: number;
  /** The perceptual network, when the job has a perceptual term. */
  readonly phi?: Graph;
  /** Makes what a generator's run is held to, when the job has an anchor; the untrained prior has networks of its own. */
  readonly drafter?: Drafter;
  /** Time between previews, in milliseconds; 0 for none. */
  readonly previewMs?: number;
  /** Time between small checkpoints, in milliseconds; 0 for none. Large ones are further apart, see `spacing`. */
  readonly checkpointMs?: number;
}

/** Time between progress events, in milliseconds. */
const PROGRESS_MS = 100;
/** Bytes of a checkpoint that is made as often as asked for. */
const SMALL_CHECKPOINT = 2 ** 20;
/** With five seconds between small ones, a minute between the largest. */
const MOST_SPACING = 12;
/** Steps that may be queued on a device before their losses are read. */
const MAX_QUEUED = 64;

/**
 * @returns the outcome after the job's steps (as `control.amend()` left them), or earlier when `control.stop()` was called,
 *   the pixel loss fell below `job.stopBelow`, or it has not improved for `job.patience` steps
 * @throws EngineError when the backend fails or the optimisation diverges
 */
export async function run(backend: Backend, prior: Prior, job: Job, options: RunOptions = {}): Promise<Outcome> {
  const { control = new RunControl(), emit = () => undefined, stopAfter = Infinity, previewMs = 0 } = options;
  if (previewMs > 0 && !options.resumeFrom) emit({ kind: 'preview', step: 0, x: plainly(job), passing: true });
  if (takesNoSteps(job.method)) {
    return onePass(backend, prior, job, { control, emit, stopAfter, previewMs });
  }
  const telling: RunOptions = {
    ...options,
    control,
    emit(event) {
      emit(event);
      const text = event.kind === 'progress' ? longRunNote(prior, job, event) : undefined;
      if (text !== undefined) emit({ kind: 'note', text });
    },
  };
  const runOne = (one: Job, its: RunOptions) => runWhole(backend, prior, one, its);
  return takesTiles(prior, job) ? runInTiles(backend, prior, job, telling, runOne) : runOne(job, telling);
}

async function runWhole(
  backend: Backend,
  given: Prior,
  wanted: Job,
  {
    control = new RunControl(),
    emit = () => undefined,
    resumeFrom,
    stopAfter = Infinity,
    phi,
    drafter,
    previewMs = 0,
    checkpointMs = 0,
  }: RunOptions,
): Promise<Outcome> {
  const began = performance.now();
  const scoringPreview = new Seldom(() => previewMs);
  const prior = isGenerator(given) ? given.suitedTo(backend) : given;
  const tell = (text: string) => emit({ kind: 'note', text });
  const whole = await drafted(backend, prior, inPrecisionOn(backend, wanted, tell), drafter);
  if (whole.draft && previewMs > 0 && !resumeFrom) emit({ kind: 'preview', step: 0, x: whole.draft, passing: true });
  const job = fitIntoMemory(backend, prior, whole, phi, tell);
  const parts = job.codesAtOnce !== undefined && { codesAtOnce: job.codesAtOnce };
  const phase = (name: Phase, fraction?: number) =>
    emit({ kind: 'phase', phase: name, backend: backend.name, ...parts, ...(fraction !== undefined && { fraction }) });

  const scored = async ({ fraction, bestImage }: ScoringProgress) => {
    phase('scoring', fraction);
    if (scoringPreview.isDue) {
      const x = await bestImage();
      scoringPreview.spend(() => emit({ kind: 'preview', step: 0, x }));
    }
    await breathe();
    return control.stopped ? 'stop' : 'go on';
  };
  const first = firstJob(job);
  const from = resumeFrom ?? {
    step: 0,
    stage: stageOf(first, 0),
    state: await chooseStart(backend, prior, first, scored),
  };
  const refuse: Context['refuse'] = (kept, reason) => emit({ kind: 'refused', kept, reason });
  const context = { phi, phase, tell, refuse };
  const changed = (now: Job) => redrafted(backend, prior, now, control.takeAmendment(), drafter);
  const course = await Course.begin(backend, prior, job, from, context, await changed(job));
  try {
    const losses: number[] = [];
    const queued: StepResult[] = [];
    const save = new Seldom(() => checkpointMs * spacing(course.inversion.stateBytes));
    // Its own clock, so that the first step shows the composed start in the place of the best single code.
    const preview = new Seldom(() => previewMs);
    const plateau = new Plateau(job.patience ?? 0, resumeFrom?.plateau);
    const checkpoint = async () => {
      const { state } = plateau;
      emit({
        kind: 'checkpoint',
        checkpoint: { ...(await course.inversion.checkpoint()), ...(job.patience && { plateau: state }) },
      });
    };
    let perReport = 1;

    while (course.step < Math.min(course.job.iterations, stopAfter) && !control.stopped) {
      if (control.paused) {
        await checkpoint();
        phase('paused');
        await control.gate();
        if (control.stopped) break;
        phase('optimising');
      }
      const amendment = await changed(course.job);
      // A device may give up on what is compiled next.
      if (amendment && asksForStage(amendment)) await checkpoint();
      await course.proceed(amendment);
      if (amendment) plateau.restart(course.step);
      const { inversion } = course;
      const { iterations } = course.job;
      const { stopBelow } = inversion.job;
      if (inversion.step >= iterations) break;
      // With a threshold every loss is looked at, so that where a run ends does not depend on the clock.
      if (stopBelow) perReport = 1;
      const reportBegan = performance.now();
      const steps = Math.min(
        perReport,
        course.stepsLeft,
        stopAfter - inversion.step,
        plateau.stepsToDecision(inversion.step),
      );
      for (let i = 0; i < steps; i++) queued.push(await inversion.advance());
      const latest = queued.at(-1)!;
      const image = preview.isDue ? await latest.image.read() : undefined;
      const { fresh, pixels } = await readLosses(queued, inversion.step);
      losses.push(...fresh);

      const msPerStep = (performance.now() - reportBegan) / fresh.length;
      perReport = Math.min(MAX_QUEUED, Math.max(1, Math.floor(PROGRESS_MS / msPerStep)));
      const { step } = inversion;
      const etaMs = (iterations - step) * msPerStep;
      emit({ kind: 'progress', step, iterations, losses: fresh, msPerStep, etaMs });
      const begins = step === fresh.length;
      const note = begins && firstLossNote(fresh[0]!);
      if (note) tell(note);
      plateau.countFrom(lastPartAfter(course.job, inversion.stage));
      plateau.add(fresh, step);
      if ((stopBelow && pixels < stopBelow) || plateau.reached(step)) break;
      if (image) preview.spend(() => emit({ kind: 'preview', step: step - 1, x: image as Tensor<'float32'> }));
      if (save.isDue) await checkpoint();
      await breathe();
    }
    const outcome = {
      ...(await conclude(course.inversion, job.keep)),
      losses,
      stopped: control.stopped && course.step < course.job.iterations,
      ...parts,
      backend: backend.name,
      milliseconds: performance.now() - began,
    };
    if (previewMs > 0) emit({ kind: 'preview', step: outcome.steps, x: outcome.x });
    emit({ kind: 'done', outcome });
    return outcome;
  } finally {
    await course.dispose();
  }
}

/**
 * How many times further apart checkpoints of so many bytes are than small ones: what reading, sending and keeping them takes is the same share
 * of a run, up to the most that a lost device may cost.
 */
export const spacing = (bytes: number): number => Math.min(MOST_SPACING, Math.max(1, bytes / SMALL_CHECKPOINT));

/** Lets messages (pause, stop) arrive: a run that never waits would starve its own thread. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
