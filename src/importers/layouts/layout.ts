/** A checkpoint layout: how one project names and computes its generator. One file a layout; `index.ts` lists them. */
import { ModelFormatError } from '../../engine/errors.ts';
import type { MappingFile, Ports } from '../../engine/generator/program.ts';
import type { Graph } from '../../engine/graph/graph.ts';
import { sizeOf, type Tensor } from '../../engine/tensor.ts';
import type { Located } from '../locate.ts';
import type { StateDict } from '../torch/stateDict.ts';
import type { LazyTensor } from '../torch/tensorRef.ts';

export interface SlicePlan extends Ports {
  /** Reads this slice's weights and writes its graph; others stay unread. */
  build(): Promise<Graph>;
}

/** From codes to styles; see `mappingSchema`. */
export interface MappingPlan extends Omit<MappingFile, 'file' | 'bytes' | 'sha256'> {
  build(): Promise<Graph>;
}

export interface GeneratorPlan {
  /** Numbers in a code z. */
  readonly zDim: number;
  readonly mapping?: MappingPlan;
  readonly resolution: number;
  /** Output values that mean black and white; undefined where the file does not say. */
  readonly range: readonly [number, number] | undefined;
  /** Whether the range is what most generators mean, and has to agree with what random codes give. */
  readonly rangeAssumed?: boolean;
  readonly slices: readonly SlicePlan[];
  /** The whole generator as the file has it, from codes to [n, 3, R, R] in its own range: what the slices have to come to. */
  readonly whole?: Graph;
  /** What was decided about the file, in sentences for a person. */
  readonly notes?: readonly string[];
}

export interface Layout {
  readonly id: string;
  /** For people: "GAN Dissection PGGAN". */
  readonly title: string;
  /** Names of parameters that mark it, for the message that says what is supported. */
  readonly marks: string;
  /** A parameter that every checkpoint of this layout has. */
  readonly anchor: string;
  /** Whether parameters that include the anchor are of this layout. */
  detect(state: StateDict): boolean;
  /**
   * Checks names and shapes, and reads no more than a few numbers.
   * @throws ModelFormatError when the parameters do not make a generator of this layout
   */
  plan(found: Located, what: string): Promise<GeneratorPlan>;
}

/** @throws ModelFormatError when the checkpoint lacks the parameter */
export function parameter(state: StateDict, name: string, what: string): LazyTensor {
  const found = state.get(name);
  if (!found) throw new ModelFormatError(`${what} has no parameter "${name}", which its layout needs.`);
  return found;
}

/** Loads a floating-point parameter and multiplies it by `scale`. */
export async function loadScaled(source: LazyTensor, scale: number): Promise<Tensor<'float32'>> {
  const loaded = await source.load();
  if (loaded.dtype !== 'float32') throw new ModelFormatError(`A weight is stored as ${loaded.dtype}.`);
  const { dims } = loaded;
  const data = loaded.data as Float32Array;
  if (scale === 1) return { dtype: 'float32', dims, data };
  const scaled = new Float32Array(sizeOf(dims));
  for (let i = 0; i < scaled.length; i++) scaled[i] = data[i]! * scale;
  return { dtype: 'float32', dims, data: scaled };
}
