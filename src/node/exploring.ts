/** The finished run that is tried out in the editor: its drawing session, kept until somebody lets go of it. */
import type { Backend } from '../engine/backends/backend.ts';
import type { Generator } from '../engine/generator/generator.ts';
import { edited, type Edit } from '../engine/inspect/moves.ts';
import { sharesOf } from '../engine/inspect/parts.ts';
import { sefa } from '../engine/inspect/sefa.ts';
import { DrawingSession } from '../engine/inspect/session.ts';
import type { Job } from '../engine/inversion/job.ts';
import { codesOf } from '../engine/methods/codes.ts';
import type { Values } from '../engine/methods/method.ts';
import { preview, type Preview, type Scene } from '../engine/tasks/index.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { Exploration, Explorable } from '../shared/exploration.ts';

/** So many directions are offered, where there are as many. */
const DIRECTIONS = 6;

export interface Tried {
  readonly shown: Preview;
  readonly x: Tensor<'float32'>;
  readonly edit: Edit;
}

/** What is composed with and without what the picture says. */
export interface Scenes {
  readonly consistent: Scene;
  readonly free: Scene;
}

export class Exploring {
  private constructor(
    private readonly generator: Generator,
    private readonly job: Job,
    private readonly values: Values,
    /** The run's result. */
    private readonly x: Tensor<'float32'>,
    private readonly scenes: Scenes,
    private readonly session: DrawingSession,
    private readonly directions: readonly (readonly number[])[],
    readonly explorable: Explorable,
  ) {}

  /** @throws EngineError when the run's picture is not drawn from codes */
  static async open(
    backend: Backend,
    generator: Generator,
    given: Job,
    values: Values,
    x: Tensor<'float32'>,
    scenes: Scenes,
  ): Promise<Exploring> {
    // A run may have widened its codes on the way.
    const job: Job = values['w']?.dims.length === 3 ? { ...given, latent: 'w+' } : given;
    // Of what is not drawn from codes nothing can be moved.
    edited(generator, job, values, { moves: [] });
    const size = codesOf(generator, job, values).dims.at(-1)!;
    const found = sefa(generator, Math.min(DIRECTIONS, size));
    const rows = Array.from({ length: found.dims[0]! }, (_, i) => [...found.data.slice(i * size, (i + 1) * size)]);
    // Directions of styles say nothing of codes z.
    const directions = found.dims[1] === size ? rows : [];
    const session = await DrawingSession.open(backend, generator, job);
    const multiCode = job.method === 'multi-code';
    const shares = multiCode ? (await sharesOf(backend, generator, { session, job, values })).codes : [];
    const agrees = job.task === 'super-resolve' || job.task === 'inpaint';
    return new Exploring(generator, job, values, x, scenes, session, directions, {
      ...{ directions: directions.length, agrees },
      shares: [...shares],
    });
  }

  async draw({ amounts, weights, consistent }: Exploration): Promise<Tried> {
    const moves = this.directions.flatMap((direction, i) => (amounts[i] ? [{ direction, amount: amounts[i] }] : []));
    const edit = { moves, ...(weights.some((weight) => weight !== 1) && { weights }) };
    const at = edited(this.generator, this.job, this.values, edit);
    const x = at === this.values ? this.x : await this.session.draw(at);
    return { shown: preview(consistent ? this.scenes.consistent : this.scenes.free, x), x, edit };
  }

  dispose = (): Promise<void> => this.session.dispose();
}
