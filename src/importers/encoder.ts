/** Adds an encoder to a package: an ONNX file, as it was made, that reads a code off a picture (engine/generator/encoder.ts). */
import type { Backend } from '../engine/backends/backend.ts';
import { evaluate } from '../engine/backends/evaluate.ts';
import { EngineError, ModelFormatError } from '../engine/errors.ts';
import { codeShape, encode } from '../engine/generator/encoder.ts';
import { Generator } from '../engine/generator/generator.ts';
import { latentsOf, type LatentId } from '../engine/generator/latent.ts';
import { packageFiles, type EncoderFile, type Manifest } from '../engine/generator/manifest.ts';
import { GraphBuilder } from '../engine/graph/builder.ts';
import { tensorToPlanes } from '../engine/image/planes.ts';
import { psnr } from '../engine/metrics/psnr.ts';
import { readSignature, type Port } from '../engine/onnx/signature.ts';
import { normals } from '../engine/random.ts';
import { float32, type Tensor } from '../engine/tensor.ts';
import { sha256, type ImportedPackage } from './package.ts';

const FILE = 'encoder.onnx';
/** Pictures that it is tried on. */
const TRIED = 4;
const SEED = 20200614;

/**
 * @param backend runs both once
 * @param what the encoder's file, for errors
 * @returns the package with the encoder, in place of the one it may have had, and a note that says how well the two fit
 * @throws ModelFormatError when it is no encoder of this generator
 */
export async function withEncoder(
  backend: Backend,
  made: ImportedPackage,
  bytes: Uint8Array,
  what: string,
): Promise<ImportedPackage> {
  const { presets, notes = [], ...manifest } = made.manifest;
  const shape = shapeOf(bytes, made.manifest, what);
  const encoder: EncoderFile = { file: FILE, bytes: bytes.length, sha256: await sha256(bytes), ...shape };
  const files = new Map([...made.files, [FILE, bytes]]);
  const described: Manifest = { ...manifest, encoder, presets, ...(notes.length > 0 && { notes }) };
  const generator = Generator.load(
    described,
    packageFiles(described).map(({ file }) => files.get(file)!),
  );
  const likeness = await tryOut(backend, generator).catch((error: unknown) => {
    if (error instanceof EngineError)
      throw new ModelFormatError(`${what} cannot be used: ${error.message}`, { cause: error });
    throw error;
  });
  const note = `Pictures that this model draws come back from its encoder with ${likeness.toFixed(1)} dB, in the mean of ${TRIED}.`;
  const others = notes.filter((text) => !text.includes('come back from its encoder'));
  return { manifest: { ...described, notes: [...others, note] }, files };
}

/** @throws ModelFormatError when its input is no picture, or its output no code of the generator's */
function shapeOf(bytes: Uint8Array, manifest: Manifest, what: string): Pick<EncoderFile, 'side' | 'space'> {
  const { inputs, outputs } = readSignature(bytes, what);
  const [input, output] = [inputs[0], outputs[0]];
  const said = [...inputs, ...outputs].map(({ name, shape }) => `${name} [${shape.map((n) => n ?? '?').join(', ')}]`);
  const wanted = spacesIn(manifest).map((space) => `[1, ${codeShape(manifest, space).slice(1).join(', ')}] (${space})`);
  const space = output && spaceOf(output, manifest);
  if (inputs.length !== 1 || outputs.length !== 1 || !input || !space || !takesPictures(input)) {
    throw new ModelFormatError(
      `${what} is no encoder of ${manifest.name}: it needs one input [1, 3, h, h] and one output ${wanted.join(' or ')}, of float32, but has ${said.join(', ')}.`,
    );
  }
  return { side: input.shape[2] ?? input.shape[3] ?? manifest.resolution, space };
}

function takesPictures({ dtype, shape: [n = 1, channels = 3, height, width], shape }: Port): boolean {
  return (
    dtype === 'float32' && shape.length === 4 && n === 1 && channels === 3 && (height ?? width) === (width ?? height)
  );
}

/** Of spaces whose codes have one shape, what encoders of such generators give: a style rather than what is sampled. */
const spacesIn = (manifest: Manifest): readonly LatentId[] => latentsOf(manifest);

const spaceOf = ({ dtype, shape }: Port, manifest: Manifest): LatentId | undefined =>
  spacesIn(manifest).find((space) => {
    const wanted = codeShape(manifest, space);
    return (
      dtype === 'float32' && shape.length === wanted.length && wanted.every((count, i) => (shape[i] ?? count) === count)
    );
  });

/** Mean PSNR of what the encoder's codes draw against the pictures of random codes that it saw. */
async function tryOut(backend: Backend, generator: Generator): Promise<number> {
  const { manifest } = generator;
  const { space } = manifest.encoder!;
  const draw = normals(SEED);
  const drawn = async (codes: Tensor<'float32'>, latent: LatentId) => {
    const b = new GraphBuilder('tried');
    const x = generator.normalise(b, generator.whole(b, b.input('codes', 'float32', codes.dims), { latent }));
    return tensorToPlanes((await evaluate<'x'>(backend, b.build({ x }), { codes })).x);
  };
  const likenesses: number[] = [];
  for (let i = 0; i < TRIED; i++) {
    const { size } = manifest.latent;
    const picture = await drawn(float32([1, size], Float32Array.from({ length: size }, draw)), 'z');
    likenesses.push(psnr(await drawn(await encode(backend, generator, picture), space), picture));
  }
  return likenesses.reduce((sum, value) => sum + value / TRIED, 0);
}
