/** The finished run that is tried out in the editor: its drawing session, kept until somebody lets go of it. */
import type { Backend } from '../engine/backends/backend.ts';
import { ParameterError } from '../engine/errors.ts';
import type { Generator } from '../engine/generator/generator.ts';
import type { Picture } from '../engine/image/picture.ts';
import { edited, type Edit } from '../engine/inspect/moves.ts';
import { sharesOf, strongest, type Composed, type Shares } from '../engine/inspect/parts.ts';
import { sefa } from '../engine/inspect/sefa.ts';
import { DrawingSession } from '../engine/inspect/session.ts';
import type { Job } from '../engine/inversion/job.ts';
import { codesOf } from '../engine/methods/codes.ts';
import type { Values } from '../engine/methods/method.ts';
import { preview, type Preview, type Scene } from '../engine/tasks/index.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { Exploration, Explorable, NamedDirection, Part, View } from '../shared/exploration.ts';
import { Parts } from './exploredParts.ts';

/** So many directions of the model's own are offered, where there are as many, and so many of its channels. */
const DIRECTIONS = 6;
const CHANNELS = 8;
/**
 * A slider that moves wants its picture in so many milliseconds; what is put around it takes some of 100. Whoever asks for the same once
 * more has time for twice as much: nothing moves any more.
 */
const WITHIN = 80;

const NO_SHARES: Shares = { codes: [], channels: [] };

export interface Tried {
  readonly shown: Preview;
  readonly x: Tensor<'float32'>;
  readonly edit: Edit;
  /** Whether all codes have come where they are to be; asked again, it goes on. */
  readonly whole: boolean;
}

/** What is composed with and without what the picture says. */
export interface Scenes {
  readonly consistent: Scene;
  readonly free: Scene;
  /** What is drawn, alone. */
  readonly drawn: Scene;
}

export class Exploring {
  readonly #run: Composed;
  readonly #parts: Parts;
  /** Codes that the result consists of most come first. */
  readonly #order: readonly number[];
  /** What was asked for last, and how often in a row. */
  #asked = { exploration: '', times: 0 };
  /** The session draws one picture at a time. */
  #before: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly generator: Generator,
    run: Composed,
    private readonly x: Tensor<'float32'>,
    private readonly scenes: Scenes,
    private readonly directions: readonly { readonly name?: string; readonly direction: readonly number[] }[],
    private readonly shares: Shares,
  ) {
    this.#run = run;
    this.#parts = new Parts(run, shares, scenes.drawn);
    this.#order = Array.from({ length: run.job.codes }, (_, n) => n).sort(
      (a, b) => (shares.codes[b] ?? 0) - (shares.codes[a] ?? 0),
    );
  }

  /**
   * @param x the run's result
   * @param further directions beside the model's own
   * @throws EngineError when the run's picture is not drawn from codes, or a direction does not fit them
   */
  static async open(
    backend: Backend,
    generator: Generator,
    given: Job,
    values: Values,
    x: Tensor<'float32'>,
    scenes: Scenes,
    further: readonly NamedDirection[] = [],
  ): Promise<Exploring> {
    // A run may have widened its codes on the way.
    const job: Job = values['w']?.dims.length === 3 ? { ...given, latent: 'w+' } : given;
    // Of what is not drawn from codes nothing can be moved.
    edited(generator, job, values, { moves: [] });
    const size = codesOf(generator, job, values).dims.at(-1)!;
    for (const { name, direction } of further) {
      if (direction.length === size) continue;
      throw new ParameterError(`${name} has ${direction.length} numbers, but a code of this model has ${size}.`);
    }
    const found = sefa(generator, Math.min(DIRECTIONS, size));
    const rows = Array.from({ length: found.dims[0]! }, (_, i) => [...found.data.slice(i * size, (i + 1) * size)]);
    // Directions of styles say nothing of codes z.
    const own = found.dims[1] === size ? rows.map((direction) => ({ direction })) : [];
    const session = await DrawingSession.open(backend, generator, job);
    const run = { session, job, values };
    const shares = job.method === 'multi-code' ? await sharesOf(backend, generator, run) : NO_SHARES;
    return new Exploring(generator, run, x, scenes, [...own, ...further], shares);
  }

  get explorable(): Explorable {
    const { task } = this.#run.job;
    return {
      directions: this.directions.map(({ name }) => (name === undefined ? {} : { name })),
      shares: [...this.shares.codes],
      channels: strongest(this.shares, CHANNELS).map((channel) => ({ channel, share: this.shares.channels[channel]! })),
      agrees: task === 'super-resolve' || task === 'inpaint',
    };
  }

  /** @param soon with what can be drawn in time */
  draw = (exploration: Exploration, soon: boolean): Promise<Tried> => this.#next(() => this.#draw(exploration, soon));

  /** Thumbnails of a part, of at most `side` pixels a side. */
  thumbnails = (part: Part, side: number): Promise<Partial<Record<View, Picture>>> =>
    this.#next(() => this.#parts.thumbnails(part, side));

  /** One of those as the result is shown. */
  view = (part: Part, view: View): Promise<Preview> => this.#next(() => this.#parts.view(part, view));

  dispose = (): Promise<void> => this.#next(() => this.#run.session.dispose());

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#before.then(work);
    this.#before = done.catch(() => undefined);
    return done;
  }

  async #draw(exploration: Exploration, soon: boolean): Promise<Tried> {
    const { amounts, moving, weights, without = [], consistent } = exploration;
    const chosen = moving && { codes: moving };
    const moves = this.directions.flatMap(({ direction }, i) =>
      amounts[i] ? [{ direction, amount: amounts[i], ...chosen }] : [],
    );
    const edit: Edit = {
      moves: moving?.length === 0 ? [] : moves,
      ...(weights.some((weight) => weight !== 1) && { weights }),
      ...(without.length > 0 && { without }),
    };
    const { job, values, session } = this.#run;
    const at = edited(this.generator, job, values, edit);
    const haste = soon ? { within: this.#within(exploration), order: this.#order } : undefined;
    const { x, whole } = at === values ? { x: this.x, whole: true } : await session.drawSoon(at, haste);
    return { shown: preview(consistent ? this.scenes.consistent : this.scenes.free, x), x, edit, whole };
  }

  #within(wanted: Exploration): number {
    const exploration = JSON.stringify(wanted);
    const times = exploration === this.#asked.exploration ? this.#asked.times + 1 : 0;
    this.#asked = { exploration, times };
    return WITHIN * 2 ** times;
  }
}
