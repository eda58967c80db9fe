/**
 * YuNet (Wu, Peng and Yu, "YuNet: A Tiny Millisecond-level Face Detector", 2023): a network that says of every cell of three
 * grids whether a face lies there, and where its eyes, nose and mouth are. It sees 8-bit BGR values as they are.
 */
import type { Backend, Executable } from '../backends/backend.ts';
import { ModelFormatError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Size } from '../image/picture.ts';
import { readModel } from '../onnx/read.ts';
import { float32, type Tensor } from '../tensor.ts';
import type { Landmarks, Point } from './alignment.ts';
import type { Detector } from './detector.ts';

/** Pixels from cell to cell of the three grids. */
const STRIDES = [8, 16, 32] as const;
/** What is said of a cell: two shares whose product is the score, its box in 4 numbers, its points in 10. */
const SAID = ['cls', 'obj', 'bbox', 'kps'] as const;

/** A face as the network sees it, in pixels of what it sees. */
export interface Sighting {
  /** 0 to 1. */
  readonly score: number;
  readonly centre: Point;
  readonly size: Size;
  readonly landmarks: Landmarks;
}

export class YuNet implements Detector {
  private constructor(
    private readonly backend: Backend,
    private readonly executable: Executable,
    private readonly input: string,
    readonly sees: Size,
  ) {}

  /**
   * @param what the file's name, for errors
   * @throws ModelFormatError when it is another network
   */
  static async open(backend: Backend, model: Uint8Array, what: string): Promise<YuNet> {
    const graph = readModel(model, what);
    if (!isYuNet(graph)) {
      throw new ModelFormatError(
        `${what} is not a face detector of the kind that is known here, which is YuNet (face_detection_yunet_2023mar.onnx).`,
      );
    }
    const input = graph.inputs[0]!;
    const [, , height, width] = input.shape;
    const sees = { width: sideOf(width, what), height: sideOf(height, what) };
    return new YuNet(backend, await backend.compile(model), input.name, sees);
  }

  async look(seen: Float32Array, least: number): Promise<Sighting[]> {
    const { width, height } = this.sees;
    const uploaded = this.backend.upload(float32([1, 3, height, width], seen));
    try {
      const outputs = await this.executable.run({ [this.input]: uploaded });
      const read = Object.entries(outputs).map(async ([name, value]) => {
        const tensor = await value.read();
        value.dispose();
        return [name, tensor] as const;
      });
      const said = Object.fromEntries(await Promise.all(read));
      return STRIDES.flatMap((stride) => sightings(said, stride, width / stride, least));
    } finally {
      uploaded.dispose();
    }
  }

  dispose = (): Promise<void> => this.executable.dispose();
}

/** Whether a network says what this one does. */
export function isYuNet({ inputs, outputs }: Graph): boolean {
  const names = outputs.map(({ name }) => name);
  const wanted = SAID.flatMap((name) => STRIDES.map((stride) => `${name}_${stride}`));
  return inputs.length === 1 && inputs[0]!.shape[1] === 3 && wanted.every((name) => names.includes(name));
}

function sideOf(length: number | string | undefined, what: string): number {
  // The published file has a fixed size; one that takes any is shown what the published one is.
  if (typeof length !== 'number') return 640;
  if (length >= 32 && length % 32 === 0) return length;
  throw new ModelFormatError(`${what} sees ${length} pixels, which its grids of 32 pixels do not divide.`);
}

function sightings(said: Record<string, Tensor>, stride: number, columns: number, least: number): Sighting[] {
  const [cls, obj, bbox, kps] = SAID.map((name) => {
    return said[`${name}_${stride}`]!.data as Float32Array;
  }) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const found: Sighting[] = [];
  for (let i = 0; i < cls.length; i++) {
    const score = Math.sqrt(share(cls[i]!) * share(obj[i]!));
    if (score < least) continue;
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const at = (right: number, below: number): Point => ({ x: (column + right) * stride, y: (row + below) * stride });
    const point = (k: number): Point => at(kps[10 * i + 2 * k]!, kps[10 * i + 2 * k + 1]!);
    found.push({
      score,
      centre: at(bbox[4 * i]!, bbox[4 * i + 1]!),
      size: { width: Math.exp(bbox[4 * i + 2]!) * stride, height: Math.exp(bbox[4 * i + 3]!) * stride },
      // In its words the right eye is the person's, which is left in the picture; the third point is the nose.
      landmarks: { leftEye: point(0), rightEye: point(1), leftMouth: point(3), rightMouth: point(4) },
    });
  }
  return found;
}

const share = (value: number): number => Math.min(1, Math.max(0, value));
