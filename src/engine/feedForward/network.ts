/** A feed-forward network on a backend: what its file makes of an array, as it comes. */
import type { Backend, Executable } from '../backends/backend.ts';
import { ModelFormatError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import type { FeedForwardManifest } from './manifest.ts';

/** In memory. */
export interface FeedForward {
  readonly manifest: FeedForwardManifest;
  /** Its ONNX file. */
  readonly network: Uint8Array;
}

export class OpenNetwork {
  private constructor(
    private readonly backend: Backend,
    private readonly executable: Executable,
    private readonly manifest: FeedForwardManifest,
  ) {}

  static async open(backend: Backend, { manifest, network }: FeedForward): Promise<OpenNetwork> {
    return new OpenNetwork(backend, await backend.compile(network), manifest);
  }

  /**
   * @param input [1, C, h, w] in the network's own range; h and w are multiples of what the manifest says
   * @returns [1, C', h s, w s]
   * @throws ModelFormatError when it gives another shape, or values that are no numbers
   */
  async run(input: Tensor<'float32'>): Promise<Tensor<'float32'>> {
    const x = this.backend.upload(input);
    try {
      const { y } = await this.executable.run({ x });
      const result = (await y!.read()) as Tensor<'float32'>;
      y!.dispose();
      this.#check(input, result);
      return result;
    } finally {
      x.dispose();
    }
  }

  dispose = (): Promise<void> => this.executable.dispose();

  #check(input: Tensor, { dims, data }: Tensor<'float32'>): void {
    const { name, scale, colours } = this.manifest;
    const [, , height, width] = input.dims as [number, number, number, number];
    const wanted = [1, channelsOf(colours).out, height * scale, width * scale];
    if (dims.join() !== wanted.join()) {
      throw new ModelFormatError(`${name} gives [${dims.join(', ')}] where [${wanted.join(', ')}] was expected.`);
    }
    if (!data.every(Number.isFinite)) throw new ModelFormatError(`${name} gives values that are no numbers.`);
  }
}

/** Of its input and output. */
export const channelsOf = (colours: FeedForwardManifest['colours']): { readonly in: number; readonly out: number } =>
  colours === 'rgb' ? { in: 3, out: 3 } : { in: 1, out: 2 };
