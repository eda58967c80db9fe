/**
 * A network of YuNet's outputs that sees 320 pixels and takes for a face of one size, three tenths of what it sees, whatever is
 * blue: nothing was trained.
 */
import { GraphBuilder, type Value } from '../../src/engine/graph/builder.ts';
import { ints } from '../../src/engine/graph/graph.ts';
import { writeModel } from '../../src/engine/onnx/write.ts';
import { float32 } from '../../src/engine/tensor.ts';

export const SEES = 320;
/** Half the distance of its eyes, and of eyes and mouth, in pixels of what it sees. */
const HALF = 26;

export function tinyDetector(): Uint8Array {
  const b = new GraphBuilder('detector');
  const seen = b.input('input', 'float32', [1, 3, SEES, SEES]);
  const outputs: Record<string, Value> = {};
  for (const stride of [8, 16, 32]) {
    const count = (SEES / stride) ** 2;
    // Looked at over 24 pixels, so that a small blue spot is no face.
    const kernel = Math.max(24, stride);
    const pad = (kernel - stride) / 2;
    const cells = b.node('AveragePool', [seen], {
      kernel_shape: ints([kernel, kernel]),
      strides: ints([stride, stride]),
      pads: ints([pad, pad, pad, pad]),
    });
    // Blue comes first.
    const blue = b.constant(float32([1, 3, 1, 1], [1 / 255, -0.5 / 255, -0.5 / 255]), 'blue');
    const share = b.reshape(b.node('Conv', [cells, blue], { kernel_shape: ints([1, 1]) }), [1, count, 1]);
    const same = (name: string, values: readonly number[]): void => {
      const zeros = b.scale(share, 0);
      const row = b.constant(float32([1, 1, values.length], values), name);
      outputs[`${name}_${stride}`] = b.add(b.expand(zeros, [1, count, values.length]), row);
    };
    outputs[`cls_${stride}`] = share;
    outputs[`obj_${stride}`] = b.scale(share, 1);
    const size = Math.log((4 * HALF) / stride);
    same('bbox', [0.5, 0.5, size, size]);
    const [near, far] = [0.5 - HALF / stride, 0.5 + HALF / stride];
    same('kps', [near, near, far, near, 0.5, 0.5, near, far, far, far]);
  }
  return writeModel(b.build(outputs));
}
