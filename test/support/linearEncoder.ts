/** An encoder that is no good: the picture times random numbers. */
import { int } from '../../src/engine/graph/graph.ts';
import { writeModel } from '../../src/engine/onnx/write.ts';
import { normals } from '../../src/engine/random.ts';
import { float32, sizeOf } from '../../src/engine/tensor.ts';
import { GraphWriter } from '../../src/importers/graphWriter.ts';

/** Its ONNX file. @param side of the picture @param shape of a code */
export function linearEncoder(side: number, shape: readonly number[]): Uint8Array {
  const graph = new GraphWriter('encoder', [3, side, side]);
  const draw = normals(5);
  const [from, to] = [3 * side * side, sizeOf(shape)];
  const weights = float32(
    [from, to],
    Float32Array.from({ length: from * to }, () => draw() / Math.sqrt(from)),
  );
  const flat = graph.node('Flatten', 'flat', ['x'], { axis: int(1) });
  const code = graph.node('MatMul', 'code', [flat, graph.constant('weights', weights)]);
  const shaped = graph.node('Reshape', 'shaped', [code, graph.ints('shape', [-1, ...shape])]);
  return writeModel(graph.build(shaped, shape));
}
