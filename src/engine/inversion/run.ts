/**
 * Drives an inversion from start to end: reports while it goes, pauses, stops, checkpoints.
 *
 * Reading a result makes a GPU wait, so results are read at a bounded rate by the clock, however fast the steps are.
 */
import type { Backend } from '../backends/backend.ts';
import { EngineError } from '../errors.ts';
import type { Generator } from '../generator/generator.ts';
import type { Graph } from '../graph/graph.ts';
import type { Tensor } from '../tensor.ts';
import { amend } from './amendment.ts';
import { RunControl } from './control.ts';
import { Inversion, type StepResult } from './inversion.ts';
import type { Checkpoint, Job, Outcome, RunEvent } from './job.ts';
import { Plateau } from './plateau.ts';
import type { Keep } from './refinements.ts';
import { chooseStart, type ScoringProgress } from './start.ts';

export { RunControl };

export interface RunOptions {
  readonly control?: RunControl;
  readonly emit?: (event: RunEvent) => void;
  readonly resumeFrom?: Checkpoint;
  /** The run ends after so many steps as if it were stopped there, which leaves the schedule of the whole run as it is. */
  readonly stopAfter?: number;
  /** The perceptual network, when the job has a perceptual term. */
  readonly phi?: Graph;
  /** Time between previews, in milliseconds; 0 for none. */
  readonly previewMs?: number;
  /** Time between checkpoints, in milliseconds; 0 for none. */
  readonly checkpointMs?: number;
}

/** Time between progress events, in milliseconds. */
const PROGRESS_MS = 100;
/** Steps that may be queued on a device before their losses are read. */
const MAX_QUEUED = 64;

/**
 * @returns the outcome after the job's steps (as `control.amend()` left them), or earlier when `control.stop()` was called,
 *   the pixel loss fell below `job.stopBelow`, or it has not improved for `job.patience` steps
 * @throws EngineError when the backend fails or the optimisation diverges
 */
export async function run(
  backend: Backend,
  generator: Generator,
  job: Job,
  {
    control = new RunControl(),
    emit = () => undefined,
    resumeFrom,
    stopAfter = Infinity,
    phi,
    previewMs = 0,
    checkpointMs = 0,
  }: RunOptions = {},
): Promise<Outcome> {
  const began = performance.now();
  const phase = (name: 'compiling' | 'scoring' | 'optimising' | 'paused', fraction?: number) =>
    emit({ kind: 'phase', phase: name, backend: backend.name, ...(fraction !== undefined && { fraction }) });
  const preview = every(previewMs);

  const scored = async ({ fraction, bestImage }: ScoringProgress) => {
    phase('scoring', fraction);
    if (preview()) emit({ kind: 'preview', step: 0, x: await bestImage() });
    await breathe();
    return control.stopped ? 'stop' : 'go on';
  };
  const from = resumeFrom ?? (await chooseStart(backend, generator, job, scored));
  phase('compiling');
  const inversion = await Inversion.create(backend, generator, amend(job, control.takeAmendment() ?? {}), from, phi);
  try {
    phase('optimising');
    const losses: number[] = [];
    const queued: StepResult[] = [];
    const save = every(checkpointMs);
    const plateau = new Plateau(job.patience ?? 0, resumeFrom?.plateau);
    const checkpoint = async () => {
      const { state } = plateau;
      emit({
        kind: 'checkpoint',
        checkpoint: { ...(await inversion.checkpoint()), ...(job.patience && { plateau: state }) },
      });
    };
    let perReport = 1;

    while (inversion.step < Math.min(inversion.job.iterations, stopAfter) && !control.stopped) {
      if (control.paused) {
        await checkpoint();
        phase('paused');
        await control.gate();
        if (control.stopped) break;
        phase('optimising');
      }
      const amendment = control.takeAmendment();
      if (amendment) {
        await inversion.amend(amendment);
        plateau.restart(inversion.step);
      }
      const { iterations, stopBelow } = inversion.job;
      if (inversion.step >= iterations) break;
      // With a threshold every loss is looked at, so that where a run ends does not depend on the clock.
      if (stopBelow) perReport = 1;
      const reportBegan = performance.now();
      const steps = Math.min(
        perReport,
        Math.min(iterations, stopAfter) - inversion.step,
        plateau.stepsToDecision(inversion.step),
      );
      for (let i = 0; i < steps; i++) queued.push(await inversion.advance());
      const latest = queued.at(-1)!;
      const image = preview() ? await latest.image.read() : undefined;
      const { fresh, pixels } = await readLosses(queued, inversion.step);
      losses.push(...fresh);

      const msPerStep = (performance.now() - reportBegan) / fresh.length;
      perReport = Math.min(MAX_QUEUED, Math.max(1, Math.floor(PROGRESS_MS / msPerStep)));
      const { step } = inversion;
      emit({
        kind: 'progress',
        step,
        iterations,
        losses: fresh,
        msPerStep,
        etaMs: (iterations - step) * msPerStep,
      });
      plateau.add(fresh, step);
      if ((stopBelow && pixels < stopBelow) || plateau.reached(step)) break;
      if (image) emit({ kind: 'preview', step: step - 1, x: image as Tensor<'float32'> });
      if (save()) await checkpoint();
      await breathe();
    }
    const outcome = {
      ...(await conclude(inversion, job)),
      losses,
      stopped: control.stopped && inversion.step < inversion.job.iterations,
      backend: backend.name,
      milliseconds: performance.now() - began,
    };
    emit({ kind: 'done', outcome });
    return outcome;
  } finally {
    await inversion.dispose();
  }
}

/** The image and the parameters where the run ended, or of the best state that it passed. */
async function conclude(inversion: Inversion, { keep }: Job): Promise<Pick<Outcome, 'x' | 'parameters' | 'steps'>> {
  const { loss, x } = await see(inversion, 'last');
  if (keep !== 'best' || loss <= (await inversion.bestLoss())) {
    return { x, parameters: await inversion.parameters(), steps: inversion.step };
  }
  const best = await see(inversion, 'best');
  return { x: best.x, parameters: await inversion.parameters('best'), steps: inversion.step };
}

async function see(inversion: Inversion, at: Keep): Promise<{ loss: number; x: Tensor<'float32'> }> {
  const { loss, pixels, image } = await inversion.look(at);
  const x = (await image.read()) as Tensor<'float32'>;
  const [value] = (await loss.read()).data;
  for (const part of [loss, pixels, image]) part?.dispose();
  if (!x.data.every(Number.isFinite)) throw diverged(inversion.step);
  return { loss: Number(value), x };
}

/**
 * Reads and disposes the queued results; an image that is not a number is an error, never a result.
 * @returns the losses, and the pixel term of the last of them
 */
async function readLosses(
  queued: StepResult[],
  step: number,
): Promise<{ readonly fresh: number[]; readonly pixels: number }> {
  const read = async (value: StepResult['loss']) => Number((await value.read()).data[0]);
  const fresh = await Promise.all(queued.map(({ loss }) => read(loss)));
  const last = queued.at(-1)!;
  const pixels = last.pixels ? await read(last.pixels) : fresh.at(-1)!;
  for (const { loss, pixels: ofStep, image } of queued.splice(0))
    for (const value of [loss, ofStep, image]) value?.dispose();
  if (!fresh.every(Number.isFinite)) throw diverged(step);
  return { fresh, pixels };
}

const diverged = (step: number) =>
  new EngineError(
    `The optimisation diverged at step ${step}: the loss is no longer a number. Lower the learning rate.`,
  );

/** A question that is answered yes once in `interval` milliseconds, the first time at once; never when it is 0. */
function every(interval: number): () => boolean {
  let due = 0;
  return () => {
    const now = performance.now();
    if (interval === 0 || now < due) return false;
    due = now + interval;
    return true;
  };
}

/** Lets messages (pause, stop) arrive: a run that never waits would starve its own thread. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
