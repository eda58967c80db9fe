/**
 * A run without steps: networks that were trained for it restore the target or fill its gaps at once, or tile by tile where it is large; an
 * encoder reads off it what a generator draws.
 */
import type { Backend } from '../backends/backend.ts';
import { encoderPass } from '../generator/encoderPass.ts';
import type { Planes } from '../image/picture.ts';
import { planesToTensor, tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import { amend } from '../inversion/amendment.ts';
import { passOf as passOfNetwork } from '../inversion/anchor.ts';
import type { RunControl } from '../inversion/control.ts';
import type { Job, Outcome, RunEvent } from '../inversion/job.ts';
import { UNTOLD_MS } from '../inversion/longRun.ts';
import { plainly } from '../inversion/plain.ts';
import { Seldom } from '../inversion/seldom.ts';
import { isGenerator, type Prior } from '../prior.ts';
import type { Each, Following, Pass } from './pass.ts';

export interface PassOptions {
  readonly control: RunControl;
  readonly emit: (event: RunEvent) => void;
  /** The pass ends after so many tiles as if it were stopped there. */
  readonly stopAfter: number;
  /** Least time between two previews of what is made so far, in milliseconds; 0 for none. */
  readonly previewMs: number;
}

/**
 * @param asked of a prior that takes pictures of any size: the target has the picture's own
 * @returns an outcome of one step a tile, without losses; where it was stopped, the other tiles are as they came, and gaps
 *   are filled smoothly. A mask that was painted meanwhile is taken up at the end
 * @throws ParameterError where the networks are not at hand
 */
export async function onePass(
  backend: Backend,
  prior: Prior,
  asked: Job,
  { control, emit, stopAfter, previewMs }: PassOptions,
): Promise<Outcome> {
  const began = performance.now();
  const on = { kind: 'phase', backend: backend.name } as const;
  emit({ ...on, phase: 'compiling' });
  const pass = await passOf(backend, prior);
  try {
    emit({ ...on, phase: 'optimising' });
    let job = asked;
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

    const following: Following = {
      each,
      begin: (count) => (tiles = step + count),
      show: (planes) => previewMs > 0 && show(planes),
      canvas: () => (whole = tensorToPlanes(plainly(job))),
      note: (text) => emit({ kind: 'note', text }),
    };

    let restored = await pass.make(job, following);
    for (let amendment = control.takeAmendment(); amendment && !control.stopped; amendment = control.takeAmendment()) {
      job = amend(job, prior.manifest, amendment);
      restored = await pass.make(job, following);
    }
    const outcome = {
      ...{ x: planesToTensor(restored), parameters: pass.parameters?.() ?? {}, steps: step, losses: [] },
      stopped: control.stopped && step < tiles,
      ...{ backend: backend.name, milliseconds: performance.now() - began },
    };
    if (previewMs > 0) show(restored);
    emit({ kind: 'done', outcome });
    return outcome;
  } finally {
    await pass.dispose();
  }
}

function passOf(backend: Backend, prior: Prior): Pass | Promise<Pass> {
  return isGenerator(prior) ? encoderPass(backend, prior) : passOfNetwork(backend, prior);
}

function longPassNote(tiles: number, { target, factor }: Job, etaMs: number): string {
  const { width, height } = tensorToPlanes(target);
  return (
    `${width * factor} × ${height * factor} pixels in ${tiles} tiles take about ${Math.round(etaMs / 60_000)} minutes here. ` +
    'A region of the picture takes less; if you stop, you keep what there is.'
  );
}
