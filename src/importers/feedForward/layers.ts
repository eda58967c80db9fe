/** Writes a feed-forward network layer by layer, from the parameters of a checkpoint. Widths come from shapes, and have to fit one another. */
import { ModelFormatError } from '../../engine/errors.ts';
import { float, int, ints, string, type Attributes, type Graph } from '../../engine/graph/graph.ts';
import { float32, sizeOf, type Tensor } from '../../engine/tensor.ts';
import { GraphWriter } from '../graphWriter.ts';
import { loadScaled, parameter } from '../layouts/layout.ts';
import { MAX_NETWORK_ELEMENTS } from '../limits.ts';
import type { StateDict } from '../torch/stateDict.ts';

/** A value of the graph, and its channels. */
export interface Layer {
  readonly name: string;
  readonly channels: number;
}

interface Convolution {
  /** Multiplies weight and bias. */
  readonly scale?: number;
  /** Multiplies the weight alone. */
  readonly scaleInput?: number;
  readonly stride?: number;
  readonly dilation?: number;
}

/** ReLU with a slope for what is negative, as all of these networks have it. */
const LEAK = 0.2;

export class LayerWriter {
  readonly #graph: GraphWriter;
  readonly x: Layer;
  #elements = 0;

  /** @param channels of the input */
  constructor(
    name: string,
    channels: number,
    private readonly state: StateDict,
    private readonly what: string,
  ) {
    this.#graph = new GraphWriter(name, [channels, 'height', 'width']);
    this.x = { name: 'x', channels };
  }

  /** A convolution of odd kernel that keeps the size but for its stride. @param layer has `.weight`, and `.bias` where it has one */
  async conv(
    layer: string,
    x: Layer,
    { scale = 1, scaleInput = 1, stride = 1, dilation = 1 }: Convolution = {},
  ): Promise<Layer> {
    const weight = await this.#weight(`${layer}.weight`, 4, scale * scaleInput);
    const [channels, into, ...kernel] = weight.dims as [number, number, number, number];
    this.#fits(into === x.channels && kernel[0] === kernel[1] && kernel[0] % 2 === 1, `${layer}.weight`, weight);
    const inputs = [
      x.name,
      this.#graph.constant(`${layer}.weight`, weight),
      ...(await this.#bias(layer, channels, scale)),
    ];
    const padding = (dilation * (kernel[0] - 1)) / 2;
    this.#graph.node('Conv', layer, inputs, {
      kernel_shape: ints(kernel),
      pads: ints([padding, padding, padding, padding]),
      ...(stride > 1 && { strides: ints([stride, stride]) }),
      ...(dilation > 1 && { dilations: ints([dilation, dilation]) }),
    });
    return { name: layer, channels };
  }

  /** A transposed convolution with a 4 x 4 kernel that doubles the size. */
  async doublingConv(layer: string, x: Layer): Promise<Layer> {
    const weight = await this.#weight(`${layer}.weight`, 4, 1);
    const [into, channels, ...kernel] = weight.dims as [number, number, number, number];
    this.#fits(into === x.channels && kernel.join() === '4,4', `${layer}.weight`, weight);
    const inputs = [x.name, this.#graph.constant(`${layer}.weight`, weight), ...(await this.#bias(layer, channels, 1))];
    this.#graph.node('ConvTranspose', layer, inputs, {
      kernel_shape: ints(kernel),
      pads: ints([1, 1, 1, 1]),
      strides: ints([2, 2]),
    });
    return { name: layer, channels };
  }

  /** Batch normalisation by the statistics of the training. */
  async batchNorm(layer: string, x: Layer): Promise<Layer> {
    const parts = ['weight', 'bias', 'running_mean', 'running_var'].map(async (part) => {
      const name = `${layer}.${part}`;
      const data = await this.#weight(name, 1, 1);
      this.#fits(data.dims[0] === x.channels, name, data);
      return this.#graph.constant(name, data);
    });
    return this.#node('BatchNormalization', layer, [x.name, ...(await Promise.all(parts))], x.channels, {
      epsilon: float(1e-5),
    });
  }

  /** ReLU whose slope for what is negative is a parameter of each channel. */
  async prelu(layer: string, x: Layer): Promise<Layer> {
    const slope = await this.#weight(`${layer}.weight`, 1, 1);
    this.#fits(slope.dims[0] === x.channels, `${layer}.weight`, slope);
    const constant = this.#graph.constant(`${layer}.weight`, { ...slope, dims: [x.channels, 1, 1] });
    return this.#node('PRelu', layer, [x.name, constant], x.channels);
  }

  relu = (x: Layer): Layer => this.#node('Relu', `${x.name}.relu`, [x.name], x.channels);
  leakyRelu = (x: Layer): Layer =>
    this.#node('LeakyRelu', `${x.name}.relu`, [x.name], x.channels, { alpha: float(LEAK) });
  sigmoid = (x: Layer): Layer => this.#node('Sigmoid', `${x.name}.sigmoid`, [x.name], x.channels);
  softmax = (x: Layer): Layer => this.#node('Softmax', `${x.name}.softmax`, [x.name], x.channels, { axis: int(1) });
  /** The mean over the whole picture. */
  mean = (x: Layer): Layer => this.#node('GlobalAveragePool', `${x.name}.mean`, [x.name], x.channels);

  /** a + b. */
  add(name: string, a: Layer, b: Layer): Layer {
    this.#agree(name, a, b);
    return this.#node('Add', name, [a.name, b.name], a.channels);
  }

  /** a b; b may be a number for each channel. */
  mul(name: string, a: Layer, b: Layer): Layer {
    this.#agree(name, a, b);
    return this.#node('Mul', name, [a.name, b.name], a.channels);
  }

  /** x times a number. */
  scale = (name: string, x: Layer, by: number): Layer =>
    this.#node('Mul', name, [x.name, this.#graph.scalar(`${name}.by`, by)], x.channels);

  /** x and a number. */
  shift = (name: string, x: Layer, by: number): Layer =>
    this.#node('Add', name, [x.name, this.#graph.scalar(`${name}.by`, by)], x.channels);

  concat = (name: string, parts: readonly Layer[]): Layer =>
    this.#node(
      'Concat',
      name,
      parts.map((part) => part.name),
      parts.reduce((sum, { channels }) => sum + channels, 0),
      { axis: int(1) },
    );

  /** Blocks of pixels become channels, in PyTorch's order. */
  pixelUnshuffle(name: string, x: Layer, side: number): Layer {
    const split = this.#node('SpaceToDepth', `${name}.blocks`, [x.name], x.channels * side * side, {
      blocksize: int(side),
    });
    // ONNX has the position in the block first, PyTorch the channel.
    const order = Array.from(
      { length: split.channels },
      (_, to) => (to % (side * side)) * x.channels + Math.floor(to / (side * side)),
    );
    const kernel = new Float32Array(split.channels ** 2);
    order.forEach((from, to) => (kernel[to * split.channels + from] = 1));
    const weight = this.#graph.constant(`${name}.order`, float32([split.channels, split.channels, 1, 1], kernel));
    return this.#node('Conv', name, [split.name, weight], split.channels, { kernel_shape: ints([1, 1]) });
  }

  /** Channels become blocks of pixels, in PyTorch's order. */
  pixelShuffle(name: string, x: Layer, side: number): Layer {
    if (x.channels % side ** 2 !== 0)
      throw this.#unfit(`${x.name} gives ${x.channels} channels, which make no blocks of ${side} × ${side}`);
    const attributes = { blocksize: int(side), mode: string('CRD') };
    return this.#node('DepthToSpace', name, [x.name], x.channels / side ** 2, attributes);
  }

  /** Every pixel becomes a block of them. */
  nearest = (name: string, x: Layer, factor: number): Layer =>
    this.#resize(name, x, factor, {
      mode: string('nearest'),
      coordinate_transformation_mode: string('asymmetric'),
      nearest_mode: string('floor'),
    });

  bilinear = (name: string, x: Layer, factor: number): Layer =>
    this.#resize(name, x, factor, { mode: string('linear'), coordinate_transformation_mode: string('half_pixel') });

  build = (y: Layer): Graph => this.#graph.build(y.name, [y.channels, 'height_y', 'width_y']);

  #resize(name: string, x: Layer, factor: number, attributes: Attributes): Layer {
    const scales = this.#graph.floats(`${name}.scales`, [1, 1, factor, factor]);
    return this.#node('Resize', name, [x.name, '', scales], x.channels, attributes);
  }

  #node(op: string, name: string, inputs: readonly string[], channels: number, attributes: Attributes = {}): Layer {
    this.#graph.node(op, name, inputs, attributes);
    return { name, channels };
  }

  async #bias(layer: string, channels: number, scale: number): Promise<string[]> {
    if (!this.state.has(`${layer}.bias`)) return [];
    const bias = await this.#weight(`${layer}.bias`, 1, scale);
    this.#fits(bias.dims[0] === channels, `${layer}.bias`, bias);
    return [this.#graph.constant(`${layer}.bias`, bias)];
  }

  async #weight(name: string, rank: number, scale: number): Promise<Tensor<'float32'>> {
    const found = parameter(this.state, name, this.what);
    if (found.dims.length !== rank || found.dims.includes(0))
      throw this.#unfit(`"${name}" has the shape [${found.dims.join(', ')}]`);
    // A small file may say of any number of tensors that they are large.
    this.#elements += sizeOf(found.dims);
    if (this.#elements > MAX_NETWORK_ELEMENTS) throw this.#unfit('it has more weights than any published one');
    return loadScaled(found, scale);
  }

  #fits(does: boolean, name: string, { dims }: Tensor): void {
    if (!does)
      throw this.#unfit(`"${name}" has the shape [${dims.join(', ')}], which does not fit what comes before it`);
  }

  #agree(name: string, a: Layer, b: Layer): void {
    if (a.channels !== b.channels) throw this.#unfit(`${name} joins ${a.channels} channels with ${b.channels}`);
  }

  #unfit = (problem: string): ModelFormatError =>
    new ModelFormatError(`${this.what} is damaged, or another network: ${problem}.`);
}
