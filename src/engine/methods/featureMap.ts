/**
 * The baseline that optimises the feature map at layer l itself, without latent codes: all freedom, hardly any prior. Starts
 * from the composition that the multi-code method starts from.
 */
import { compose, initialAlpha } from '../generator/compose.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { writeModel } from '../onnx/write.ts';
import { float32, type Tensor } from '../tensor.ts';
import type { Method } from './method.ts';

export const featureMap: Method = {
  id: 'feature-map',
  title: 'Feature map',
  codes: ({ codes }) => codes,
  parameters: (generator, { layer }) => [
    { name: 'features', shape: generator.featureShape(layer), rate: 'learningRate' },
  ],
  image: (b, generator, { features }, { layer }) => generator.tail(b, features!, layer),
  async start(backend, generator, z, { codes, layer }) {
    const b = new GraphBuilder('features');
    const channels = generator.channels(layer);
    const alpha = b.constant(float32([codes, channels], initialAlpha(codes, channels)), 'alpha');
    const features = compose(b, generator.head(b, b.input('z', 'float32', z.dims), layer), alpha);
    const executable = await backend.compile(writeModel(b.build({ features })));
    const input = backend.upload(z);
    const outputs = await executable.run({ z: input });
    const start = (await outputs['features']!.read()) as Tensor<'float32'>;
    outputs['features']!.dispose();
    input.dispose();
    await executable.dispose();
    return { features: start };
  },
};
