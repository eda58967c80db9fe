/**
 * A large picture of a prior without weights, tile by tile: each is a run of its own with the same seed, one after the other, so that
 * memory holds the steps of one tile. Where only a gap is to be filled, tiles that it does not reach are not run.
 */
import type { Backend } from '../backends/backend.ts';
import { planesToTensor, tensorToPlanes } from '../image/planes.ts';
import type { Planes, Size } from '../image/picture.ts';
import { resample } from '../image/resample.ts';
import { isGenerator, type Prior } from '../prior.ts';
import { amend, type Amendment } from './amendment.ts';
import { RunControl } from './control.ts';
import type { Job, Outcome, RunEvent } from './job.ts';
import type { RunOptions } from './run.ts';
import { cutFrom, leavesOpen, mixIn, tilesOf, type Tile, type Tiling } from './tiles.ts';

/** About 1.6 GB of memory. */
const TILING: Tiling = { side: 512, overlap: 96 };
/** Pixels of the largest result that is drawn in one piece. */
const MOST_AT_ONCE = 2 ** 19;
/** Pixels of a result that is shown on its way whenever it is asked for; a larger one only between tiles. */
const QUICKLY_SHOWN = 4e6;
/** Where less of a tile is known, there is nothing to learn from. */
const LITTLE = 0.02;

interface Drawn {
  readonly planes: Planes;
}

export function takesTiles(prior: Prior, job: Job): boolean {
  const { width, height } = sizeOf(job);
  return !isGenerator(prior) && width * height > MOST_AT_ONCE;
}

/**
 * @param runOne runs the job of a tile
 * @param options there are no checkpoints: a run that is lost begins anew
 * @returns an outcome without parameters. Stopped, what was not reached is the target, enlarged as the result is
 */
export async function runInTiles(
  { name }: Pick<Backend, 'name'>,
  prior: Prior,
  given: Job,
  options: RunOptions,
  runOne: (job: Job, options: RunOptions) => Promise<Outcome>,
  tiling: Tiling = TILING,
): Promise<Outcome> {
  const began = performance.now();
  const { control = new RunControl(), emit = () => undefined, stopAfter = Infinity, previewMs = 0, phi } = options;
  const tiles = tilesOf(sizeOf(given), tiling, given.factor);
  const drawn = new Map<Tile, Drawn & { readonly of: Job }>();
  const losses: number[] = [];
  let job = given;
  let compiled = false;
  let amended = false;

  const jobOf = (tile: Tile): Job => cutJob(job, tile);
  const isDue = (tile: Tile): boolean => {
    if (!isWorthwhile(tile, jobOf(tile))) return false;
    const before = drawn.get(tile);
    return !before || (amended && !seesTheSame(before.of, jobOf(tile)));
  };
  const due = () => tiles.filter(isDue);
  const tell = told(emit);
  let waiting = due();
  tell(describe(waiting.length, tiles.length, tiling));
  const open = tiles.filter((tile) => needsDrawing(tile, jobOf(tile)));
  if (open.length > waiting.length) tell(`The gap is larger than a tile: its middle is filled smoothly.`);
  while (waiting[0] && !control.stopped && losses.length < stopAfter) {
    const tile = waiting[0];
    const before = losses.length;
    const others = waiting.length - 1;
    const { width, height } = sizeOf(job);
    const showsSteps = width * height <= QUICKLY_SHOWN;
    const show = (planes: Planes, step: number) => {
      const x = planesToTensor(assemble(job, new Map<Tile, Drawn>([...drawn, [tile, { planes }]])));
      emit({ kind: 'preview', step, x, ...(!showsSteps && { passing: true }) });
    };
    const forward = (event: RunEvent): void => {
      if (event.kind === 'phase' && event.phase === 'compiling' && compiled) return;
      if (event.kind === 'note') return tell(event.text);
      if (event.kind === 'preview') return event.x && show(tensorToPlanes(event.x), before + event.step);
      if (event.kind === 'done' || event.kind === 'checkpoint') return;
      if (event.kind !== 'progress') return emit(event);
      const step = before + event.step;
      const iterations = before + event.iterations + others * job.iterations;
      emit({ ...event, step, iterations, etaMs: (iterations - step) * event.msPerStep });
    };
    const within = new ControlWithin(control, (amendment) => {
      job = amend(job, prior.manifest, amendment);
      amended ||= amendment.target !== undefined || amendment.known !== undefined;
      return cutAmendment(amendment, tile, job.factor);
    });
    const outcome = await runOne(jobOf(tile), {
      ...{ control: within, emit: forward, stopAfter: stopAfter - before, previewMs: showsSteps ? previewMs : 0 },
      ...(phi && { phi }),
    });
    drawn.set(tile, { planes: tensorToPlanes(outcome.x), of: jobOf(tile) });
    losses.push(...outcome.losses);
    compiled = true;
    if (previewMs > 0 && !showsSteps) show(tensorToPlanes(outcome.x), losses.length);
    waiting = due();
  }

  const outcome = {
    ...{ x: planesToTensor(assemble(job, drawn)), parameters: {}, steps: losses.length, losses },
    stopped: control.stopped && waiting.length > 0,
    ...{ backend: name, milliseconds: performance.now() - began },
  };
  emit({ kind: 'done', outcome });
  return outcome;
}

/** The control of the whole run, as a tile's run sees it. */
class ControlWithin extends RunControl {
  constructor(
    private readonly whole: RunControl,
    private readonly within: (amendment: Amendment) => Amendment,
  ) {
    super();
  }

  override get paused(): boolean {
    return this.whole.paused;
  }

  override get stopped(): boolean {
    return this.whole.stopped;
  }

  override takeAmendment(): Amendment | undefined {
    const amendment = this.whole.takeAmendment();
    return amendment && this.within(amendment);
  }

  override gate(): Promise<void> {
    return this.whole.gate();
  }
}

/** Of the result. */
function sizeOf({ target, factor }: Job): Size {
  const { width, height } = tensorToPlanes(target);
  return { width: width * factor, height: height * factor };
}

function cutJob(job: Job, tile: Tile): Job {
  const { target, known, ...rest } = job;
  return { ...rest, ...cutTensors({ target, ...(known && { known }) }, tile, job.factor) };
}

function cutAmendment({ target, known, ...rest }: Amendment, tile: Tile, factor: number): Amendment {
  return { ...rest, ...cutTensors({ ...(target && { target }), ...(known && { known }) }, tile, factor) };
}

const cutTensors = <T extends Pick<Partial<Job>, 'target' | 'known'>>(tensors: T, tile: Tile, factor: number): T =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      planesToTensor(cutFrom(tensorToPlanes(tensor), tile, factor)),
    ]),
  ) as T;

/** Only of what is unknown does inpainting take anything from x. */
const needsDrawing = (tile: Tile, { task, known }: Job): boolean =>
  task !== 'inpaint' || (known !== undefined && leavesOpen(tile, tensorToPlanes(known)));

const isWorthwhile = (tile: Tile, job: Job): boolean =>
  needsDrawing(tile, job) && (!job.known || mean(job.known.data) >= LITTLE);

const mean = (data: Float32Array): number => data.reduce((sum, value) => sum + value, 0) / data.length;

const seesTheSame = (a: Job, b: Job): boolean =>
  same(a.target.data, b.target.data) && same(a.known?.data, b.known?.data);

const same = (a?: Float32Array, b?: Float32Array): boolean =>
  a === b || (a !== undefined && b !== undefined && a.every((value, i) => value === b[i]));

/** The target, as large as the result, and in it the tiles that are drawn. */
function assemble(job: Job, drawn: ReadonlyMap<Tile, Drawn>): Planes {
  const { width, height } = sizeOf(job);
  const target = tensorToPlanes(job.target);
  const whole =
    job.factor === 1 ? { ...target, data: target.data.slice() } : resample(target, width, height, 'bicubic');
  const before = [...drawn.keys()].map((tile) => cutFrom(whole, tile, 1));
  [...drawn].forEach(([tile, { planes }], i) => mixIn(whole, tile, planes, before[i]!));
  return whole;
}

const describe = (count: number, all: number, { side }: Tiling): string =>
  count < all
    ? `Of the ${all} tiles of the picture, of at most ${side} pixels a side, the ${count} that the gap reaches are drawn, one after the other.`
    : `The picture is drawn in ${all} tiles of at most ${side} pixels a side, one after the other.`;

/** Says every sentence once. */
function told(emit: (event: RunEvent) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) emit({ kind: 'note', text });
    said.add(text);
  };
}
