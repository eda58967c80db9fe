/**
 * A generator's encoder: a network that reads a code off a picture at once. It is run as it was made, so it may be of any operators: one
 * input, a picture [1, 3, side, side] in [-1, 1], and one output, a code of a space: z [1, size], w [1, size] or w+ [1, slices, size].
 */
import type { Backend } from '../backends/backend.ts';
import { ModelFormatError, ParameterError } from '../errors.ts';
import type { Planes } from '../image/picture.ts';
import { planesToTensor } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import { readSignature } from '../onnx/signature.ts';
import { sameShape, type Tensor } from '../tensor.ts';
import type { Generator } from './generator.ts';
import { spaceOf, type LatentId } from './latent.ts';
import type { EncoderFile, Manifest } from './manifest.ts';

/** @throws ParameterError where there is none */
export function encoderOf({ name, encoder }: Pick<Manifest, 'name' | 'encoder'>): EncoderFile {
  if (encoder) return encoder;
  throw new ParameterError(
    `${name} has no encoder: choose another way, or import the model again with --encoder FILE.`,
  );
}

/** Shape of the code of a space, with its batch of one. */
export const codeShape = (manifest: Manifest, space: LatentId): readonly number[] => [
  1,
  ...spaceOf(manifest, space, manifest.slices.length).shape,
];

/**
 * @param picture RGB in [-1, 1], of the shape of the generator's
 * @returns its code in the encoder's space
 * @throws ParameterError where the generator has no encoder; ModelFormatError where that gives something else than a code
 */
export async function encode(
  backend: Backend,
  { manifest, encoder: file }: Pick<Generator, 'manifest' | 'encoder'>,
  picture: Planes,
): Promise<Tensor<'float32'>> {
  const { side, space } = encoderOf(manifest);
  if (!file) throw new ParameterError(`The encoder of ${manifest.name} was not loaded.`);
  const { inputs, outputs } = readSignature(file, `The encoder of ${manifest.name}`);
  const executable = await backend.compile(file);
  const filter = picture.width > side || picture.height > side ? 'area' : 'bicubic';
  const seen = backend.upload(planesToTensor(resample(picture, side, side, filter)));
  try {
    const given = (await executable.run({ [inputs[0]!.name]: seen }))[outputs[0]!.name]!;
    const code = (await given.read()) as Tensor<'float32'>;
    given.dispose();
    const wanted = codeShape(manifest, space);
    if (code.dtype === 'float32' && sameShape(code.dims, wanted) && code.data.every(Number.isFinite)) return code;
    throw new ModelFormatError(
      `The encoder of ${manifest.name} gives ${code.dtype} [${code.dims.join(', ')}] where finite numbers [${wanted.join(', ')}] were expected.`,
    );
  } finally {
    seen.dispose();
    await executable.dispose();
  }
}
