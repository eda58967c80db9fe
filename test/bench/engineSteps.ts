/** This project's engine as it is timed, wherever it runs: super-resolution of a grey picture from random codes. */
import type { Backend } from '../../src/engine/backends/backend.ts';
import type { Generator } from '../../src/engine/generator/generator.ts';
import { Inversion } from '../../src/engine/inversion/inversion.ts';
import type { Job } from '../../src/engine/inversion/job.ts';
import { chooseStart } from '../../src/engine/inversion/start.ts';
import { settings } from '../../src/engine/tasks/prepare.ts';
import { filled } from '../../src/engine/tensor.ts';
import type { Case, Ready, Steps } from './contender.ts';
import { timeSteps, type Runner } from './runner.ts';
import { TARGET } from './start.ts';
import { randomVgg, VGG } from './vgg.ts';

export class EngineSteps implements Runner {
  private constructor(
    private readonly inversion: Inversion,
    readonly ready: Ready,
  ) {}

  static async start(backend: Backend, weights: Generator, timed: Case): Promise<EngineSteps> {
    const { layer, codes, factor } = timed;
    const generator = weights.suitedTo(backend);
    const side = generator.manifest.resolution / factor;
    const options = { layer, codes, starts: 0, iterations: 1000, down: 'area' } as const;
    const job: Job = {
      ...settings('super-resolve', generator.manifest, { ...options, perceptual: { kind: 'none' } }),
      factor,
      target: filled([1, 3, side, side], TARGET),
      ...(timed.perceptual && { perceptual: VGG }),
    };
    let sessionBytes = 0;
    const observed: Backend = {
      ...backend,
      compile(model) {
        sessionBytes = model.byteLength;
        return backend.compile(model);
      },
    };
    const began = performance.now();
    const start = await chooseStart(observed, generator, job, () => Promise.resolve('go on'));
    const inversion = await Inversion.create(
      observed,
      generator,
      job,
      start,
      timed.perceptual ? randomVgg() : undefined,
    );
    await step(inversion);
    return new EngineSteps(inversion, { firstStepMs: performance.now() - began, sessionBytes });
  }

  take = (count: number): Promise<Steps> => timeSteps(() => step(this.inversion), count);

  dispose = (): Promise<void> => this.inversion.dispose();
}

/** One step, waited for by reading its loss. */
async function step(inversion: Inversion): Promise<number> {
  const { loss, image } = await inversion.advance();
  const value = Number((await loss.read()).data[0]);
  loss.dispose();
  image.dispose();
  return value;
}
