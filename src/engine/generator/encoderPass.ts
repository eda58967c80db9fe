/** The one pass of a generator's encoder: the code that it reads off what plain means make of the target, drawn. */
import type { Backend } from '../backends/backend.ts';
import { evaluate } from '../backends/evaluate.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { tensorToPlanes } from '../image/planes.ts';
import type { Parameters } from '../inversion/job.ts';
import { plainly } from '../inversion/plain.ts';
import { encoder as method } from '../methods/encoder.ts';
import type { Pass } from '../onePass/pass.ts';
import { encode } from './encoder.ts';
import type { Generator } from './generator.ts';

export function encoderPass(backend: Backend, given: Generator): Pass {
  const generator = given.suitedTo(backend);
  let parameters: Parameters = {};
  return {
    make(job, { begin, each }) {
      begin(1);
      const picture = tensorToPlanes(plainly(job));
      return each(picture, picture, async () => {
        parameters = { [generator.space(job.latent).name]: await encode(backend, generator, picture) };
        const b = new GraphBuilder('encoded');
        const inputs = Object.entries(parameters).map(
          ([name, { dims }]) => [name, b.input(name, 'float32', dims)] as const,
        );
        const x = method.image(b, generator, Object.fromEntries(inputs), job);
        return tensorToPlanes((await evaluate<'x'>(backend, b.build({ x }), parameters)).x);
      });
    },
    parameters: () => parameters,
    dispose: () => Promise.resolve(),
  };
}
