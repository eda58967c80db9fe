/** A generator in memory: its manifest and its slices as graphs, ready to be cut anywhere. */
import type { Backend } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { fuseUpsampling } from '../graph/fuseUpsampling.ts';
import type { Graph } from '../graph/graph.ts';
import { inline } from '../graph/inline.ts';
import { recognise } from '../graph/recognise.ts';
import { readModel } from '../onnx/read.ts';
import { Bank } from './bank.ts';
import { checkCut, type Manifest } from './manifest.ts';

export class Generator {
  #fused: Generator | undefined;

  private constructor(
    readonly manifest: Manifest,
    readonly slices: readonly Graph[],
    /** Starts to choose from, where the package has them. */
    readonly bank: Bank | undefined,
    private readonly origin?: Generator,
  ) {}

  /** This generator with the weights of its package, whatever form suits a backend: what moves them means the same on all. */
  get plain(): Generator {
    return this.origin ?? this;
  }

  /**
   * @param files the package's files in the order of `packageFiles`
   * @throws ModelFormatError naming the slice that is not sound
   */
  static load(manifest: Manifest, files: readonly Uint8Array[]): Generator {
    const slices = manifest.slices.map(({ file }, i) => {
      const bytes = files[i];
      if (!bytes) throw new ParameterError(`Model "${manifest.id}" lacks ${file}.`);
      return recognise(readModel(bytes, `${manifest.id}/${file}`));
    });
    const bank = files[slices.length];
    return new Generator(manifest, slices, manifest.bank && bank && new Bank(manifest.bank, bank));
  }

  /** The same generator in the form that is fastest on a backend; equal but for rounding. */
  suitedTo({ fusesUpsampling = false }: Pick<Backend, 'fusesUpsampling'>): Generator {
    if (!fusesUpsampling) return this;
    return (this.#fused ??= new Generator(this.manifest, this.slices.map(fuseUpsampling), this.bank, this));
  }

  /** Channels C_l of feature map l, the length of one code's alpha (Eq. 3). */
  channels(layer: number): number {
    return this.manifest.slices[this.#cut(layer) - 1]!.channels;
  }

  /** Shape of the composed feature map of layer l: [1, C, H, W]. */
  featureShape(layer: number): readonly number[] {
    const { channels, height, width } = this.manifest.slices[this.#cut(layer) - 1]!;
    return [1, channels, height, width];
  }

  /** G1: codes [n, zDim] -> feature maps [n, C, H, W] of layer l. */
  head(b: GraphBuilder, z: Value, layer: number): Value {
    return this.#apply(b, z, 0, this.#cut(layer));
  }

  /** G2: feature maps of layer l -> images [n, 3, R, R] in [-1, 1]. */
  tail(b: GraphBuilder, features: Value, layer: number): Value {
    return this.normalise(b, this.#apply(b, features, this.#cut(layer), this.slices.length));
  }

  /** Feature maps [n, C, H, W] of one layer -> those of a deeper one, or of the same. @throws ParameterError for an earlier one */
  between(b: GraphBuilder, features: Value, from: number, to: number): Value {
    if (to < from) throw new ParameterError(`From the feature maps of layer ${from} no way leads back to layer ${to}.`);
    return this.#apply(b, features, this.#cut(from), this.#cut(to));
  }

  /** Images in the generator's own range -> [-1, 1]. */
  normalise(b: GraphBuilder, image: Value): Value {
    const [black, white] = this.manifest.range;
    const scale = 2 / (white - black);
    const shift = -1 - black * scale;
    const scaled = b.scale(image, scale);
    return shift === 0 ? scaled : b.add(scaled, b.scalar(shift));
  }

  /** The whole generator: codes [n, zDim] -> images [n, 3, R, R] in its own range. */
  whole(b: GraphBuilder, z: Value): Value {
    return this.#apply(b, z, 0, this.slices.length);
  }

  #apply(b: GraphBuilder, x: Value, from: number, to: number): Value {
    return this.slices.slice(from, to).reduce((value, slice) => inline(b, slice, { x: value })['y']!, x);
  }

  #cut(layer: number): number {
    checkCut(this.manifest, layer);
    return layer;
  }
}
