/** The networks that a job of the untrained prior may optimise, one for each of its methods. */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import type { Job } from '../inversion/job.ts';
import type { MethodId, Parameter, Values, ValuesInGraph } from '../methods/method.ts';
import { decoderImage, decoderInput, decoderLayers } from './decoder.ts';
import * as hourglass from './hourglass.ts';
import { hourglassOf } from './job.ts';
import { drawLayers, parametersOf, type Layers } from './layers.ts';
import { Noise } from './noise.ts';
import { DECODER_WIDTH, jitterOf, widthsOf } from './presets.ts';
import { SKIP_INPUT, skipImage, skipLayers } from './skipNetwork.ts';

export interface Network {
  readonly parameters: readonly Parameter[];
  /** What its seed draws. */
  start(): Values;
  /** Its input, where that does not move. */
  noise?(): Noise;
  /** x of the parameters and the input: [1, 3, H, W] in [-1, 1]. */
  image(b: GraphBuilder, values: ValuesInGraph, noise?: Value): Value;
  /** Whether the pictures of many steps are averaged. */
  readonly averages: boolean;
}

export function networkOf(job: Job): Network {
  const drawn = hourglassOf(job);
  const { size } = drawn;
  if (job.method === 'deep-image-prior') {
    const network = { size, widths: widthsOf(job.width) };
    const shape = [1, SKIP_INPUT, size.height, size.width];
    return ofEveryWeight(job, skipLayers(network), shape, (b, values, noise) => skipImage(b, values, noise, network));
  }
  if (job.method === 'deep-decoder') {
    const network = { size, width: job.width ?? DECODER_WIDTH };
    return ofEveryWeight(job, decoderLayers(network), decoderInput(network), (b, values, noise) =>
      decoderImage(b, values, noise, network),
    );
  }
  return {
    parameters: hourglass.parameters(drawn),
    start: () => hourglass.start(drawn),
    image: (b, values) => hourglass.image(b, values, drawn),
    averages: false,
  };
}

/** Names of what a method optimises in a large picture; a small one has room for fewer scales. */
export function namesOf(method: MethodId = 'random-projector'): string[] {
  const size = { width: 1024, height: 1024 };
  const width = 4;
  const parameters =
    method === 'deep-image-prior'
      ? parametersOf(skipLayers({ size, widths: widthsOf(width) }))
      : method === 'deep-decoder'
        ? parametersOf(decoderLayers({ size, width }))
        : hourglass.parameters({ size, width, seed: 0 });
  return parameters.map(({ name }) => name);
}

const ofEveryWeight = (
  job: Job,
  layers: Layers,
  input: readonly number[],
  image: (b: GraphBuilder, values: ValuesInGraph, noise: Value) => Value,
): Network => ({
  parameters: parametersOf(layers),
  start: () => drawLayers(layers, job.seed),
  noise: () => new Noise(input, job.seed, jitterOf(job)),
  image: (b, values, noise) => image(b, values, noise!),
  // The best state is one step's, and so is its picture.
  averages: job.method === 'deep-image-prior' && job.task === 'denoise' && job.keep !== 'best',
});
