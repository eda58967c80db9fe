/** The matrices of ONNX Resize: along each axis it is a linear map, whatever the mode. */
import { GraphError } from '../../errors.ts';
import type { Matrix } from './axisMap.ts';

export interface Interpolation {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  /** How a coordinate of the output becomes one of the input (ONNX coordinate_transformation_mode). */
  readonly coordinates: string;
  /** How `nearest` rounds (ONNX nearest_mode). */
  readonly rounding: string;
  /** Coefficient a of the cubic kernel (Keys 1981), -0.75 by default. */
  readonly cubic: number;
  /** Taps beyond the border get no weight, instead of repeating the border. */
  readonly excludeOutside: boolean;
}

/** One axis of a resize: its lengths and the scale that relates their coordinates. */
export interface Axis {
  readonly size: number;
  readonly out: number;
  readonly scale: number;
}

/** Where output `at` lies on the input. @throws GraphError for a coordinate mode that is not known */
export function sourceOf(at: number, { size, out, scale }: Axis, coordinates: string): number {
  switch (coordinates) {
    case 'half_pixel':
      return (at + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return out > 1 ? (at + 0.5) / scale - 0.5 : 0;
    case 'align_corners':
      return out > 1 ? (at * (size - 1)) / (out - 1) : 0;
    case 'asymmetric':
      return at / scale;
    case 'half_pixel_symmetric': {
      // Keeps the centre in place when the output's length was rounded.
      const adjustment = out / (scale * size);
      return (size / 2) * (1 - adjustment) + (at + 0.5) / scale - 0.5;
    }
    default:
      throw new GraphError(`coordinate_transformation_mode "${coordinates}" is not supported.`);
  }
}

function round(x: number, rounding: string): number {
  switch (rounding) {
    case 'round_prefer_floor':
      return Math.ceil(x - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(x + 0.5);
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    default:
      throw new GraphError(`nearest_mode "${rounding}" is not supported.`);
  }
}

/** The input index of every output of a nearest resize. @throws GraphError for a mode that is not known */
export function nearestIndices(axis: Axis, { coordinates, rounding }: Interpolation): number[] {
  return Array.from({ length: axis.out }, (_, at) => {
    const index = round(sourceOf(at, axis, coordinates), rounding);
    return Math.min(Math.max(index, 0), axis.size - 1);
  });
}

/** Weights of the taps around a coordinate, as [index, weight]; indices may lie outside the axis. */
function taps(x: number, { mode, cubic: a }: Interpolation): [number, number][] {
  const floor = Math.floor(x);
  const t = x - floor;
  if (mode === 'linear')
    return [
      [floor, 1 - t],
      [floor + 1, t],
    ];
  const near = (d: number): number => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number): number => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return [
    [floor - 1, far(1 + t)],
    [floor, near(t)],
    [floor + 1, near(1 - t)],
    [floor + 2, far(2 - t)],
  ];
}

/** The matrix [out, size] of a linear or cubic resize along one axis. */
export function interpolationMatrix(axis: Axis, interpolation: Interpolation): Matrix {
  const { size, out } = axis;
  const data = new Float32Array(out * size);
  for (let row = 0; row < out; row++) {
    const x = sourceOf(row, axis, interpolation.coordinates);
    // Linear interpolation repeats the border by keeping the coordinate inside; cubic by keeping each tap inside.
    const inside = interpolation.mode === 'linear' ? Math.min(Math.max(x, 0), size - 1) : x;
    const all = taps(inside, interpolation);
    const used = interpolation.excludeOutside ? all.filter(([index]) => index >= 0 && index < size) : all;
    const total = used.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [index, weight] of used) {
      const clamped = Math.min(Math.max(index, 0), size - 1);
      data[row * size + clamped]! += weight / total;
    }
  }
  return { rows: out, columns: size, data };
}
