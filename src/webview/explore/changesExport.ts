/** The way from a run's result to what is tried out, as a file: pictures side by side, or moving there and back. */
import type { Preview } from '../../engine/tasks/index.ts';
import { wayTo, type Exploration } from '../../shared/exploration.ts';
import type { Format } from '../animation/animation.ts';
import { AnimationExporter, MOVING, type ExportSteps } from '../animation/exporter.ts';
import { animationOf, type Ground } from '../animation/frames.ts';

/** Pictures of a filmstrip, and on the way there of what moves. */
const STILL = 7;
const FRAMES = 13;

export interface ChangesSteps extends Omit<ExportSteps, 'animation'> {
  draw(run: number, exploration: Exploration): Promise<Preview>;
  ground(): Promise<Ground>;
}

export class ChangesExport {
  #of: { readonly run: number; readonly exploration: Exploration } | undefined;
  readonly #exporter = new AnimationExporter(
    {
      ask: (formats) => this.steps.ask(formats),
      animation: async (format) => animationOf(await this.#frames(format), await this.steps.ground()),
      write: (bytes) => this.steps.write(bytes),
      progress: (share) => this.steps.progress(share),
    },
    ['png', ...MOVING],
  );

  constructor(private readonly steps: ChangesSteps) {}

  get going(): boolean {
    return this.#of !== undefined;
  }

  async start(run: number, exploration: Exploration): Promise<void> {
    this.#of = { run, exploration };
    await this.#exporter.start().finally(() => (this.#of = undefined));
  }

  cancel(): void {
    this.#exporter.cancel();
  }

  async #frames(format: Format): Promise<{ readonly shown: Preview }[]> {
    const { run, exploration } = this.#of!;
    const frames: { readonly shown: Preview }[] = [];
    for (const step of wayTo(exploration, format === 'png' ? STILL : FRAMES)) {
      frames.push({ shown: await this.steps.draw(run, step) });
    }
    return format === 'png' ? frames : [...frames, ...frames.slice(0, -1).reverse()];
  }
}
