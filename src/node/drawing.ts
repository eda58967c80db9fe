/** What draws codes and results for a page: the model in memory, and what was compiled for it, until another model is asked for. */
import type { Backend } from '../engine/backends/backend.ts';
import type { Generator } from '../engine/generator/generator.ts';
import { tensorToPlanes, toPicture } from '../engine/image/planes.ts';
import { Draws } from '../engine/inspect/draws.ts';
import { DrawingSession } from '../engine/inspect/session.ts';
import type { Job } from '../engine/inversion/job.ts';
import type { Values } from '../engine/methods/method.ts';
import { isGenerator } from '../engine/prior.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { Drawable } from '../shared/draw/thread.ts';
import { encodePng } from './codecs/index.ts';
import { FileError } from './errors.ts';
import { loadPrior, readPriorManifest } from './priors.ts';

export class Drawing {
  readonly #draws: Draws;
  #runs: { readonly kind: string; readonly session: DrawingSession } | undefined;

  private constructor(
    private readonly backend: Backend,
    private readonly generator: Generator,
    truncation: number | undefined,
  ) {
    this.#draws = new Draws(backend, generator, truncation === undefined ? {} : { truncation });
  }

  /** @throws FileError for a model that cannot be read, or has no codes */
  static async open(backend: Backend, model: string, truncation: number | undefined): Promise<Drawing> {
    const prior = await loadPrior({ folder: model, manifest: await readPriorManifest(model) });
    if (!isGenerator(prior)) throw new FileError(model, 'is no model that draws from codes.');
    return new Drawing(backend, prior, truncation);
  }

  /** @returns a PNG file. One call at a time */
  async draw(what: Drawable): Promise<Uint8Array> {
    const x = 'job' in what ? await this.#drawRun(what.job, what.values) : await this.#draws.draw(what);
    return encodePng(toPicture(tensorToPlanes(x)));
  }

  async dispose(): Promise<void> {
    await this.#draws.dispose();
    await this.#runs?.session.dispose();
  }

  /** Results that are composed alike are drawn by one session. */
  async #drawRun(job: Job, values: Values): Promise<Tensor<'float32'>> {
    const kind = JSON.stringify([job.method, job.layer, job.codes, job.latent, job.truncation, job.class]);
    if (this.#runs?.kind !== kind) {
      await this.#runs?.session.dispose();
      this.#runs = undefined;
      this.#runs = { kind, session: await DrawingSession.open(this.backend, this.generator, job) };
    }
    return this.#runs.session.draw(values);
  }
}
