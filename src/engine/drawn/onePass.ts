/** A run without steps: the networks trained on drawings restore the target or fill its gaps at once, or tile by tile where it is large. */
import type { Backend } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import { unweighed } from '../image/fit.ts';
import { noiseDeviation } from '../image/noise.ts';
import type { Planes } from '../image/picture.ts';
import { planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import { amend } from '../inversion/amendment.ts';
import type { RunControl } from '../inversion/control.ts';
import type { Job, Outcome, RunEvent } from '../inversion/job.ts';
import { UNTOLD_MS } from '../inversion/longRun.ts';
import { plainly } from '../inversion/plain.ts';
import { Seldom } from '../inversion/seldom.ts';
import type { Untrained } from '../prior.ts';
import { DrawnNetworks, tilesFor, type Each } from './drawnNetworks.ts';
import { GapFiller } from './gaps.ts';

export interface PassOptions {
  readonly control: RunControl;
  readonly emit: (event: RunEvent) => void;
  /** The pass ends after so many tiles as if it were stopped there. */
  readonly stopAfter: number;
  /** Least time between two previews of what is made so far, in milliseconds; 0 for none. */
  readonly previewMs: number;
}

/**
 * @param asked of the untrained prior, whose target has the picture's own size
 * @returns an outcome of one step a tile, without parameters and losses; where it was stopped, the other tiles are as they came, and gaps
 *   are filled smoothly. A mask that was painted meanwhile is taken up at the end
 * @throws ParameterError where the networks are not at hand
 */
export async function onePass(
  backend: Backend,
  { manifest, drawn }: Untrained,
  asked: Job,
  { control, emit, stopAfter, previewMs }: PassOptions,
): Promise<Outcome> {
  const began = performance.now();
  if (!drawn) throw new ParameterError('The networks of the one pass are not at hand here: they run in the host.');
  const on = { kind: 'phase', backend: backend.name } as const;
  emit({ ...on, phase: 'compiling' });
  const networks = await DrawnNetworks.open(backend, drawn);
  try {
    emit({ ...on, phase: 'optimising' });
    let step = 0;
    const first = performance.now();
    let tiles = 0;
    /** The result as far as it is made; the rest of it as it came. */
    let whole: Planes | undefined;
    const shows = new Seldom(() => previewMs);
    const show = (planes: Planes): void => emit({ kind: 'preview', step, x: planesToTensor(planes), passing: true });

    const each: Each = async (tile, size, restore) => {
      if (control.paused && !control.stopped) {
        emit({ ...on, phase: 'paused' });
        await control.gate();
        emit({ ...on, phase: 'optimising' });
      }
      if (whole && shows.isDue) shows.spend(() => show(whole!));
      if (control.stopped || step >= stopAfter) return resample(tile, size.width, size.height, 'bicubic');
      const restored = await restore();
      step++;
      const msPerStep = (performance.now() - first) / step;
      const etaMs = (tiles - step) * msPerStep;
      emit({ kind: 'progress', step, iterations: tiles, losses: [], msPerStep, etaMs });
      if (step === 1 && etaMs > UNTOLD_MS) emit({ kind: 'note', text: longPassNote(tiles, asked, etaMs) });
      // Lets messages (pause, stop) arrive.
      await new Promise((resolve) => setTimeout(resolve, 0));
      return restored;
    };

    const pass = async (job: Job): Promise<Planes> => {
      const target = tensorToPlanes(job.target);
      if (job.task !== 'inpaint') {
        const isDenoised = job.task === 'denoise';
        tiles = tilesFor(target, isDenoised ? undefined : job.factor);
        if (tiles > 1) whole = tensorToPlanes(plainly(job));
        if (isDenoised) return networks.denoise(target, noiseDeviation(target), each, whole);
        return networks.enlarge(target, job.factor, each, whole);
      }
      if (!job.known) throw new ParameterError('There is nothing to fill: all of the picture is known.');
      const known = tensorToPlanes(job.known);
      const filler = new GapFiller(unweighed(target, known), known);
      tiles = step + (await filler.tiles());
      if (previewMs > 0) show(filler.smooth);
      const { picture, notes } = await filler.fill(networks, each);
      for (const text of notes) emit({ kind: 'note', text });
      return picture;
    };

    let job = asked;
    let restored = await pass(job);
    for (let amendment = control.takeAmendment(); amendment && !control.stopped; amendment = control.takeAmendment()) {
      job = amend(job, manifest, amendment);
      restored = await pass(job);
    }
    const outcome = {
      ...{ x: planesToTensor(restored), parameters: {}, steps: step, losses: [] },
      stopped: control.stopped && step < tiles,
      ...{ backend: backend.name, milliseconds: performance.now() - began },
    };
    if (previewMs > 0) show(restored);
    emit({ kind: 'done', outcome });
    return outcome;
  } finally {
    await networks.dispose();
  }
}

function longPassNote(tiles: number, { target, factor }: Job, etaMs: number): string {
  const { width, height } = tensorToPlanes(target);
  return (
    `${width * factor} × ${height * factor} pixels in ${tiles} tiles take about ${Math.round(etaMs / 60_000)} minutes here. ` +
    'A region of the picture takes less; if you stop, you keep what there is.'
  );
}
