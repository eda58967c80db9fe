/**
 * The baseline of a network that was trained for one task: any feed-forward ONNX network from image to image (a
 * super-resolution, colorization or denoising network), run once, to compare the prior with.
 *
 * A network that sees one channel gets the luma. Where it also gives one, the picture keeps its own chroma.
 */
import type { Backend, Executable } from '../backends/backend.ts';
import { ModelFormatError } from '../errors.ts';
import { gray, luma, withLuma } from '../image/luma.ts';
import type { Planes } from '../image/picture.ts';
import { tensorToPlanes } from '../image/planes.ts';
import { resample } from '../image/resample.ts';
import { castFloat, float32, type Tensor } from '../tensor.ts';
import { readSignature, type Port } from '../onnx/signature.ts';

export const RANGES = { '0..1': [0, 1], '-1..1': [-1, 1], '0..255': [0, 255] } as const;
/** Values that mean black and white to a network, at its input and its output. */
export type Range = keyof typeof RANGES;

export class FeedForward {
  private constructor(
    private readonly backend: Backend,
    private readonly executable: Executable,
    private readonly input: Port,
    private readonly output: Port,
    private readonly range: Range,
    private readonly what: string,
  ) {}

  /**
   * @param model ONNX: one input [1, 3 or 1, h, w] and one output of that form, float32 or float16; h and w may be symbolic
   * @param what the file's name, for errors
   * @throws ModelFormatError when it is no such network
   */
  static async open(backend: Backend, model: Uint8Array, what: string, range: Range = '0..1'): Promise<FeedForward> {
    const { inputs, outputs } = readSignature(model, what);
    const [input, output] = [inputs[0], outputs[0]];
    if (inputs.length !== 1 || outputs.length !== 1 || !input || !output || !takesImages(input)) {
      const ports = inputs.map(({ name, shape }) => `${name} [${shape.map((dim) => dim ?? '?').join(', ')}]`);
      throw new ModelFormatError(
        `${what} is no image-to-image network: it needs one input [1, 3 or 1, h, w] of floats and one output, but has ` +
          `${outputs.length} output(s) and the input(s) ${ports.join(', ')}.`,
      );
    }
    return new FeedForward(backend, await backend.compile(model), input, output, range, what);
  }

  /**
   * @param source three channels in [-1, 1]
   * @returns three channels in [-1, 1], of `width` x `height`
   * @throws ModelFormatError when the network gives something else than an image
   */
  async apply(source: Planes, width: number, height: number): Promise<Planes> {
    const [, channels, h = source.height, w = source.width] = this.input.shape;
    const seen = fitTo(channels === 1 ? luma(source) : source, w, h);
    const given = fitTo(await this.#run(seen), width, height);
    if (given.channels === 3) return given;
    return channels === 1 ? withLuma(fitTo(source, width, height), given) : gray(given);
  }

  dispose = (): Promise<void> => this.executable.dispose();

  async #run({ width, height, channels, data }: Planes): Promise<Planes> {
    const [black, white] = RANGES[this.range];
    const scale = (white - black) / 2;
    const values = float32(
      [1, channels, height, width],
      data.map((value) => black + (value + 1) * scale),
    );
    const input = this.backend.upload(this.input.dtype === 'float16' ? castFloat(values, 'float16') : values);
    try {
      const outputs = await this.executable.run({ [this.input.name]: input });
      const result = await outputs[this.output.name]!.read();
      outputs[this.output.name]!.dispose();
      return this.#image(result, (value) => (value - black) / scale - 1);
    } finally {
      input.dispose();
    }
  }

  #image(result: Tensor, normalise: (value: number) => number): Planes {
    const [n, channels] = result.dims;
    if (result.dims.length !== 4 || n !== 1 || (channels !== 1 && channels !== 3)) {
      throw new ModelFormatError(`${this.what} gives [${result.dims.join(', ')}], not an image [1, 3 or 1, h, w].`);
    }
    const planes = tensorToPlanes(castFloat(result, 'float32'));
    if (!planes.data.every(Number.isFinite)) {
      throw new ModelFormatError(`${this.what} gives values that are no numbers.`);
    }
    return { ...planes, data: planes.data.map((value) => Math.min(1, Math.max(-1, normalise(value)))) };
  }
}

function takesImages({ dtype, shape }: Port): boolean {
  const [n, channels] = shape;
  const floats = dtype === 'float32' || dtype === 'float16';
  return floats && shape.length === 4 && (n ?? 1) === 1 && [1, 3, undefined].includes(channels);
}

const fitTo = (planes: Planes, width: number, height: number): Planes =>
  resample(planes, width, height, planes.width > width || planes.height > height ? 'area' : 'bicubic');
