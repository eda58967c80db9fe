/**
 * LPIPS (Zhang et al., CVPR 2018): how different two pictures look. The network is a file that a person imports
 * (`importers/perceptual/lpips.ts`); this runs it.
 */
import type { Backend, Executable } from '../backends/backend.ts';
import { ModelFormatError, ParameterError } from '../errors.ts';
import type { Planes } from '../image/picture.ts';
import { planesToTensor } from '../image/planes.ts';
import { readModel } from '../onnx/read.ts';
import { requireSameSize } from './psnr.ts';

/** The network halves its maps four times. */
const SMALLEST_SIDE = 16;

export class Lpips {
  private constructor(
    private readonly backend: Backend,
    private readonly executable: Executable,
  ) {}

  /**
   * @param model ONNX with inputs `a` and `b` [1, 3, H, W] in [-1, 1] and one output of one element, `y`
   * @param what the file's name, for errors
   * @throws ModelFormatError when it is another network
   */
  static async open(backend: Backend, model: Uint8Array, what: string): Promise<Lpips> {
    const { inputs, outputs } = readModel(model, what);
    if (inputs.map(({ name }) => name).join() !== 'a,b' || outputs.map(({ name }) => name).join() !== 'y') {
      throw new ModelFormatError(
        `${what} is not an LPIPS network: it needs the inputs "a" and "b" and the output "y". Make one with: import VGG16 --lpips HEADS.`,
      );
    }
    return new Lpips(backend, await backend.compile(model));
  }

  /**
   * 0 for equal pictures, about 0.1 for hardly visible and 0.7 for gross differences; lower is better.
   * @param a, b planes of one size, three channels in [-1, 1]
   * @throws ParameterError when they differ in size or are smaller than 16 x 16
   */
  async distance(a: Planes, b: Planes): Promise<number> {
    requireSameSize(a, b);
    if (a.width < SMALLEST_SIDE || a.height < SMALLEST_SIDE) {
      throw new ParameterError(`LPIPS needs at least ${SMALLEST_SIDE} × ${SMALLEST_SIDE} pixels.`);
    }
    const inputs = { a: this.backend.upload(planesToTensor(a)), b: this.backend.upload(planesToTensor(b)) };
    try {
      const { y } = await this.executable.run(inputs);
      const { data } = await y!.read();
      y!.dispose();
      return Number(data[0]);
    } finally {
      inputs.a.dispose();
      inputs.b.dispose();
    }
  }

  dispose = (): Promise<void> => this.executable.dispose();
}
