/** Moving blocks of pixels into channels and back, as one Transpose between two Reshapes. */
import type { GraphBuilder, Value } from '../../graph/builder.ts';

/** Which of block and channel varies slower among the deep channels: DCR is block first, CRD channel first. */
export type Order = 'DCR' | 'CRD';

/** [N, C, H, W] -> [N, C size^2, H / size, W / size] */
export function spaceToDepth(b: GraphBuilder, x: Value, size: number, order: Order): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const blocks = b.reshape(x, [n, c, h / size, size, w / size, size]);
  const moved = b.transpose(blocks, order === 'DCR' ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]);
  return b.reshape(moved, [n, c * size * size, h / size, w / size]);
}
