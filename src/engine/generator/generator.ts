/** A generator in memory: its manifest and its program as graphs, ready to be cut anywhere. */
import type { Backend } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { fuseUpsampling } from '../graph/fuseUpsampling.ts';
import { int, OPSET, type Graph } from '../graph/graph.ts';
import { inline } from '../graph/inline.ts';
import { recognise } from '../graph/recognise.ts';
import { readModel } from '../onnx/read.ts';
import { float32 } from '../tensor.ts';
import { Bank } from './bank.ts';
import { spaceOf, type LatentId, type Sampling, type Space } from './latent.ts';
import { checkCut, packageFiles, type Manifest } from './manifest.ts';
import { stateAfter, type SliceFile } from './program.ts';
import { channelsOf, type State } from './state.ts';

/** What slices read beside the state, for slices k from 0. */
interface Sources {
  readonly z?: Value;
  readonly style?: (k: number) => Value;
}

/** The graphs of a program. */
interface Graphs {
  readonly slices: readonly Graph[];
  readonly mapping: Graph | undefined;
}

/** In the place of a slice that was not loaded. */
const NO_SLICE: Graph = {
  name: 'not loaded',
  opset: OPSET,
  inputs: [],
  outputs: [],
  initializers: new Map(),
  nodes: [],
};

export class Generator {
  #fused: Generator | undefined;

  private constructor(
    readonly manifest: Manifest,
    private readonly graphs: Graphs,
    /** Starts to choose from, where the package has them. */
    readonly bank: Bank | undefined,
    /** The file of its encoder, where the package has one. */
    readonly encoder: Uint8Array | undefined,
    private readonly origin?: Generator,
  ) {}

  /** This generator with the weights of its package, whatever form suits a backend: what moves them means the same on all. */
  get plain(): Generator {
    return this.origin ?? this;
  }

  /**
   * @param files the package's files in the order of `packageFiles`
   * @param only slices from index `from` up to `to`, and before slice 0 the mapping, where no others are run: their weights take no memory
   * @throws ModelFormatError naming the slice that is not sound
   */
  static load(
    manifest: Manifest,
    files: readonly Uint8Array[],
    only: { readonly from: number; readonly to: number } = { from: 0, to: Infinity },
  ): Generator {
    const listed = packageFiles(manifest);
    const bytesOf = (wanted: { readonly file: string }): Uint8Array => {
      const bytes = files[listed.findIndex(({ file }) => file === wanted.file)];
      if (!bytes) throw new ParameterError(`Model "${manifest.id}" lacks ${wanted.file}.`);
      return bytes;
    };
    const read = (wanted: { readonly file: string }): Graph =>
      recognise(readModel(bytesOf(wanted), `${manifest.id}/${wanted.file}`));
    const { slices, mapping, bank, encoder } = manifest;
    const wanted = (slice: SliceFile, k: number) => (k >= only.from && k < only.to ? read(slice) : NO_SLICE);
    const graphs = { slices: slices.map(wanted), mapping: mapping && only.from === 0 ? read(mapping) : undefined };
    // A bank and an encoder are read where they are at hand; nothing else needs them.
    const [starts, encoding] = [bank, encoder].map((file) => file && files[listed.indexOf(file)]);
    return new Generator(manifest, graphs, bank && starts && new Bank(bank, starts), encoding);
  }

  get slices(): readonly Graph[] {
    return this.graphs.slices;
  }

  /** The same generator in the form that is fastest on a backend; equal but for rounding. */
  suitedTo({ fusesUpsampling = false }: Pick<Backend, 'fusesUpsampling'>): Generator {
    if (!fusesUpsampling) return this;
    const graphs = () => ({ ...this.graphs, slices: this.slices.map(fuseUpsampling) });
    return (this.#fused ??= new Generator(this.manifest, graphs(), this.bank, this.encoder, this));
  }

  /** Channels of the state at layer l, the length of one code's alpha (Eq. 3). */
  channels(layer: number): number {
    return channelsOf(stateAfter(this.manifest.slices, this.#cut(layer)));
  }

  /** Shapes of the composed state of layer l: of its feature map [1, C, H, W], and of what goes with it. */
  stateShapes(layer: number): Readonly<Record<string, readonly number[]>> {
    const shapes = stateAfter(this.manifest.slices, this.#cut(layer));
    return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, [1, ...shape]]));
  }

  /** What codes of a space are, as far as the slices up to `layer` read them. @throws ParameterError where there is no such space */
  space(latent: LatentId = 'z', layer: number = this.slices.length): Space {
    return spaceOf(this.manifest, latent, layer);
  }

  /** Shape of the styles that the slices after a cut read, [slices, w]; nothing where they read none. */
  laterStyles(layer: number): readonly number[] | undefined {
    const { mapping } = this.manifest;
    return mapping && [this.slices.length - this.#cut(layer), mapping.size];
  }

  /** G1: codes [n, ...space] -> the state [n, C, H, W] of layer l. */
  head(b: GraphBuilder, codes: Value, layer: number, how: Sampling = {}): State {
    return this.#run(b, this.#reading(b, codes, how), {}, 0, this.#cut(layer));
  }

  /** G2: the state of layer l -> images [n, 3, R, R] in [-1, 1]. @param styles of the slices after it, as `laterStyles` says */
  tail(b: GraphBuilder, state: State, layer: number, styles?: Value): Value {
    const sources = stylesFrom(b, layer, styles);
    return this.normalise(b, this.#run(b, sources, state, this.#cut(layer), this.slices.length)['image']!);
  }

  /**
   * The state of one layer -> that of a deeper one, or of the same.
   * @param styles of the slices after `from`; those after `to` need not be there
   * @throws ParameterError for an earlier one
   */
  between(b: GraphBuilder, state: State, from: number, to: number, styles?: Value): State {
    if (to < from) throw new ParameterError(`From the feature maps of layer ${from} no way leads back to layer ${to}.`);
    return this.#run(b, stylesFrom(b, from, styles), state, this.#cut(from), this.#cut(to));
  }

  /** Images in the generator's own range -> [-1, 1]. */
  normalise(b: GraphBuilder, image: Value): Value {
    const [black, white] = this.manifest.range;
    const scale = 2 / (white - black);
    const shift = -1 - black * scale;
    const scaled = b.scale(image, scale);
    return shift === 0 ? scaled : b.add(scaled, b.scalar(shift));
  }

  /** The whole generator: codes [n, ...space] -> images [n, 3, R, R] in its own range. */
  whole(b: GraphBuilder, codes: Value, how: Sampling = {}): Value {
    return this.#run(b, this.#reading(b, codes, how), {}, 0, this.slices.length)['image']!;
  }

  /**
   * The mapping: codes z [n, latent.size] -> styles [n, w].
   * @param labels classes [n, classes], each row one-hot; absent: all of the class that `how` says
   */
  styles(b: GraphBuilder, z: Value, { truncation = 1, class: wanted = 0 }: Sampling = {}, labels?: Value): Value {
    const { mapping } = this.graphs;
    const described = this.manifest.mapping;
    if (!mapping || !described) throw new ParameterError(`${this.manifest.name} has no styles.`);
    const count = described.classes;
    const oneHot = () => b.expand(b.constant(oneHotOf(wanted, count!), 'class'), [z.shape[0]!, count!]);
    const { w, average } = inline(b, mapping, { z, ...(count && { class: labels ?? oneHot() }) });
    return truncation === 1 ? w! : drawnTo(b, this.#expectMean(average), w!, truncation);
  }

  /** Styles [..., w] drawn towards their mean: mean + truncation (w - mean). */
  truncated(b: GraphBuilder, styles: Value, truncation: number): Value {
    if (truncation === 1) return styles;
    const { latent, mapping } = this.manifest;
    const any = { z: b.fill([1, latent.size], 0), ...(mapping?.classes && { class: b.fill([1, mapping.classes], 0) }) };
    const { average } = this.graphs.mapping ? inline(b, this.graphs.mapping, any) : {};
    return drawnTo(b, this.#expectMean(average), styles, truncation);
  }

  #expectMean(average: Value | undefined): Value {
    if (average) return average;
    throw new ParameterError(`${this.manifest.name} has no mean style to draw towards.`);
  }

  /** What the slices read of codes of a space. */
  #reading(b: GraphBuilder, codes: Value, how: Sampling): Sources {
    if (!this.manifest.mapping) return { z: codes };
    if (how.latent === 'w+') return { style: rowsOf(b, codes, 1) };
    const w = how.latent === 'w' ? codes : this.styles(b, codes, how);
    return { style: () => w };
  }

  /** Runs the slices from index `from` up to `to`. */
  #run(b: GraphBuilder, { z, style }: Sources, state: State, from: number, to: number): State {
    return this.slices.slice(from, to).reduce((at, graph, i) => {
      const k = from + i;
      const { inputs, outputs } = this.manifest.slices[k]!;
      const read = (name: string) => (name === 'z' ? z : name === 'style' ? style?.(k) : at[name]);
      const operands = Object.entries(inputs).flatMap(([port, name]) => {
        const value = read(name);
        return value ? [[port, value] as const] : [];
      });
      const results = inline(b, graph, Object.fromEntries(operands));
      const given = Object.entries(outputs).map(([port, { value }]) => [value, results[port]!]);
      return { ...at, ...(Object.fromEntries(given) as State) };
    }, state);
  }

  #cut(layer: number): number {
    checkCut(this.manifest, layer);
    return layer;
  }
}

/** Rows of styles along an axis, [n, w] each; asked for by their index. */
function rowsOf(b: GraphBuilder, styles: Value, axis: 0 | 1): (k: number) => Value {
  const count = styles.shape[axis]!;
  const size = styles.shape.at(-1)!;
  const rows =
    count === 1
      ? [styles]
      : b.nodes('Split', [styles, b.ints(Array<number>(count).fill(1))], { axis: int(axis) }, count);
  return (k) => b.reshape(rows[k]!, [axis === 0 ? 1 : styles.shape[0]!, size]);
}

/** Styles of the slices after a cut, one row each. */
function stylesFrom(b: GraphBuilder, layer: number, styles: Value | undefined): Sources {
  if (!styles) return {};
  const row = rowsOf(b, styles, 0);
  return { style: (k) => row(k - layer) };
}

const drawnTo = (b: GraphBuilder, mean: Value, w: Value, truncation: number): Value =>
  b.add(mean, b.scale(b.sub(w, mean), truncation));

const oneHotOf = (wanted: number, count: number) =>
  float32(
    [1, count],
    Array.from({ length: count }, (_, i) => Number(i === wanted)),
  );
