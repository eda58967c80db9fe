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
import type { Untrained } from '../prior.ts';
import { DrawnNetworks, tilesFor, type Each } from './drawnNetworks.ts';
import { GapFiller } from './gaps.ts';

export interface PassOptions {
  readonly control: RunControl;
  readonly emit: (event: RunEvent) => void;
  /** The pass ends after so many tiles as if it were stopped there. */
  readonly stopAfter: number;
  /** Whether what it comes to is to be seen. */
  readonly previews: boolean;
}

/**
 * @param asked of the untrained prior, whose target has the picture's own size
 * @returns an outcome of one step a tile, without parameters; where it was stopped, the other tiles are as they came, and gaps
 *   are filled smoothly. A mask that was painted meanwhile is taken up at the end
 * @throws ParameterError where the networks are not at hand
 */
export async function onePass(
  backend: Backend,
  { manifest, drawn }: Untrained,
  asked: Job,
  { control, emit, stopAfter, previews }: PassOptions,
): Promise<Outcome> {
  const began = performance.now();
  if (!drawn) throw new ParameterError('The networks of the one pass are not at hand here: they run in the host.');
  const on = { kind: 'phase', backend: backend.name } as const;
  emit({ ...on, phase: 'compiling' });
  const networks = await DrawnNetworks.open(backend, drawn);
  try {
    emit({ ...on, phase: 'optimising' });
    const losses: number[] = [];
    const first = performance.now();
    let tiles = 0;

    const each: Each = async (tile, size, restore) => {
      if (control.paused && !control.stopped) {
        emit({ ...on, phase: 'paused' });
        await control.gate();
        emit({ ...on, phase: 'optimising' });
      }
      if (control.stopped || losses.length >= stopAfter) return resample(tile, size.width, size.height, 'bicubic');
      const restored = await restore();
      const loss = meanSquare(resample(restored, tile.width, tile.height, 'area'), tile);
      losses.push(loss);
      const step = losses.length;
      const msPerStep = (performance.now() - first) / step;
      const etaMs = (tiles - step) * msPerStep;
      emit({ kind: 'progress', step, iterations: tiles, losses: [loss], msPerStep, etaMs });
      if (step === 1 && etaMs > UNTOLD_MS) emit({ kind: 'note', text: longPassNote(tiles, asked, etaMs) });
      // Lets messages (pause, stop) arrive.
      await new Promise((resolve) => setTimeout(resolve, 0));
      return restored;
    };

    const pass = async (job: Job): Promise<Planes> => {
      const target = tensorToPlanes(job.target);
      if (job.task === 'super-resolve') {
        tiles = tilesFor(target, job.factor);
        return networks.enlarge(target, job.factor, each);
      }
      if (job.task === 'denoise') {
        tiles = tilesFor(target);
        return networks.denoise(target, noiseDeviation(target), each);
      }
      if (!job.known) throw new ParameterError('There is nothing to fill: all of the picture is known.');
      const known = tensorToPlanes(job.known);
      const filler = new GapFiller(unweighed(target, known), known);
      tiles = losses.length + (await filler.tiles());
      if (previews) emit({ kind: 'preview', step: losses.length, x: planesToTensor(filler.smooth) });
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
      ...{ x: planesToTensor(restored), parameters: {}, steps: losses.length, losses },
      stopped: control.stopped && losses.length < tiles,
      ...{ backend: backend.name, milliseconds: performance.now() - began },
    };
    if (previews) emit({ kind: 'preview', step: outcome.steps, x: outcome.x });
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

const meanSquare = (a: Planes, b: Planes): number =>
  a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0) / a.data.length;
