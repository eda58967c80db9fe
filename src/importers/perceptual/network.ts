/** What the perceptual networks of torchvision share: how one is recognised, and how its layers are written. */
import { int, ints, type Graph } from '../../engine/graph/graph.ts';
import { GraphWriter } from '../graphWriter.ts';
import { loadScaled, parameter } from '../layouts/layout.ts';
import type { StateDict } from '../torch/stateDict.ts';

export interface PerceptualNetwork {
  readonly id: string;
  /** For people: "VGG16". */
  readonly title: string;
  /** Names of parameters that mark it, for the message that says what is supported. */
  readonly marks: string;
  /** The features taken, by the name the literature uses. */
  readonly features: string;
  detect(state: StateDict): boolean;
  /**
   * Reads the weights of the layers needed and no others.
   * @throws ModelFormatError when a parameter is missing or has an impossible shape
   */
  build(state: StateDict, what: string): Promise<{ readonly graph: Graph; readonly channels: number }>;
}

/** Writes a feature network layer by layer, from the parameters of a checkpoint. */
export class FeatureWriter {
  /** For whatever a network has beside its layers. */
  readonly graph: GraphWriter;
  #x = 'x';

  constructor(
    name: string,
    private readonly state: StateDict,
    private readonly what: string,
  ) {
    this.graph = new GraphWriter(name, [3, 'height', 'width']);
  }

  /** A convolution with `name.weight` and `name.bias`, then ReLU, of the newest value or of `from`. */
  async conv(name: string, options: { stride?: number; padding: number; from?: string }): Promise<string> {
    const { stride = 1, padding, from = this.#x } = options;
    const weight = await loadScaled(parameter(this.state, `${name}.weight`, this.what), 1);
    const bias = await loadScaled(parameter(this.state, `${name}.bias`, this.what), 1);
    const inputs = [from, this.graph.constant(`${name}.weight`, weight), this.graph.constant(`${name}.bias`, bias)];
    const conv = this.graph.node('Conv', name, inputs, {
      kernel_shape: ints(weight.dims.slice(2)),
      strides: ints([stride, stride]),
      pads: ints([padding, padding, padding, padding]),
    });
    this.#x = this.graph.node('Relu', `${name}.relu`, [conv]);
    return this.#x;
  }

  /** Max pooling with stride 2; `roundUp` keeps a last window that sticks out. */
  pool(name: string, kernel: number, roundUp = false): void {
    this.#x = this.graph.node('MaxPool', name, [this.#x], {
      kernel_shape: ints([kernel, kernel]),
      strides: ints([2, 2]),
      ceil_mode: int(Number(roundUp)),
    });
  }

  concatChannels(name: string, parts: readonly string[]): void {
    this.#x = this.graph.node('Concat', name, parts, { axis: int(1) });
  }

  build(channels: number): Graph {
    return this.graph.build(this.#x, [channels, 'feature_height', 'feature_width']);
  }
}

/** Output channels of a convolution of the checkpoint. */
export const channelsOf = (state: StateDict, name: string, what: string): number =>
  parameter(state, `${name}.weight`, what).dims[0] ?? 0;
