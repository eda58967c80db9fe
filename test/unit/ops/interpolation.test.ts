/**
 * The interpolation matrices that Resize's gradient is made of, and the pixels that a nearest resize picks, against ONNX Runtime's
 * Resize.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { float, int, OPSET, string, type Graph } from '../../../src/engine/graph/graph.ts';
import { selection } from '../../../src/engine/ops/support/axisMap.ts';
import {
  interpolationMatrix,
  nearestIndices,
  type Axis,
  type Interpolation,
} from '../../../src/engine/ops/support/interpolation.ts';
import { float32, toNumbers } from '../../../src/engine/tensor.ts';
import { ortRun } from './ortRun.ts';

const COORDINATES = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric', 'half_pixel_symmetric'];
const ROUNDINGS = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];

/** Up and down, by whole and broken factors, and down to one pixel. */
const AXES: readonly Axis[] = [
  { size: 4, out: 8, scale: 2 },
  { size: 3, out: 7, scale: 7 / 3 },
  { size: 5, out: 7, scale: 1.5 },
  { size: 7, out: 3, scale: 3 / 7 },
  { size: 8, out: 2, scale: 0.25 },
  { size: 5, out: 1, scale: 0.2 },
];

const plain = { rounding: 'round_prefer_floor', cubic: -0.75, excludeOutside: false };

const MODES: readonly Interpolation[] = COORDINATES.flatMap((coordinates) => [
  ...ROUNDINGS.map((rounding) => ({ ...plain, mode: 'nearest' as const, coordinates, rounding })),
  { ...plain, mode: 'linear' as const, coordinates },
  { ...plain, mode: 'cubic' as const, coordinates },
  { ...plain, mode: 'cubic' as const, coordinates, cubic: -0.5, excludeOutside: true },
]);

/** Columns of the matrix: what ONNX Runtime's Resize makes of each unit vector along the last axis. */
async function resizedUnits({ size, out, scale }: Axis, interpolation: Interpolation): Promise<number[]> {
  const attributes = {
    mode: string(interpolation.mode),
    coordinate_transformation_mode: string(interpolation.coordinates),
    nearest_mode: string(interpolation.rounding),
    cubic_coeff_a: float(interpolation.cubic),
    exclude_outside: int(Number(interpolation.excludeOutside)),
  };
  // Not through a builder, which writes nearest resizes in another way.
  const graph: Graph = {
    name: 'resize',
    opset: OPSET,
    inputs: [{ name: 'x', dtype: 'float32', shape: [1, 1, size, size] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: [1, 1, size, out] }],
    initializers: new Map([['scales', float32([4], [1, 1, 1, scale])]]),
    nodes: [{ op: 'Resize', name: 'resize', inputs: ['x', '', 'scales'], outputs: ['y'], attributes }],
  };
  const units = Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0));
  const { y: resized } = await ortRun(graph, { x: float32([1, 1, size, size], units) });
  return toNumbers(resized!);
}

const matrixOf = (axis: Axis, interpolation: Interpolation) =>
  interpolation.mode === 'nearest'
    ? selection(nearestIndices(axis, interpolation), axis.size)
    : interpolationMatrix(axis, interpolation);

for (const interpolation of MODES) {
  const { mode, coordinates, rounding, excludeOutside } = interpolation;
  const detail = mode === 'nearest' ? rounding : excludeOutside ? 'excluding' : 'repeating';
  test(`interpolation: ${mode} ${coordinates} ${detail}`, async () => {
    for (const axis of AXES) {
      const { rows, columns, data } = matrixOf(axis, interpolation);
      const units = await resizedUnits(axis, interpolation);
      assert.equal(units.length, rows * columns);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const [ours, theirs] = [data[row * columns + column]!, units[column * rows + row]!];
          assert.ok(
            Math.abs(ours - theirs) < 1e-5,
            `${axis.size} -> ${axis.out} [${row}, ${column}]: ${ours}, ORT ${theirs}`,
          );
        }
      }
    }
  });
}
