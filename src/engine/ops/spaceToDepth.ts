import { GraphError } from '../errors.ts';
import { getInt } from '../graph/attributes.ts';
import { int } from '../graph/graph.ts';
import type { Composite } from './composite.ts';
import { show } from './support/shapes.ts';
import { spaceToDepth as write } from './support/spaceDepth.ts';

/** The inverse of DepthToSpace, written with Reshape and Transpose because ONNX Runtime's WebGPU lacks it. */
export const spaceToDepth: Composite = {
  type: 'SpaceToDepth',
  expand({ b, attributes, inputs: [x] }) {
    const size = getInt(attributes, 'blocksize', 0);
    if (x?.shape.length !== 4 || size < 1 || x.shape.slice(2).some((dim) => dim % size !== 0)) {
      throw new GraphError(
        `SpaceToDepth: blocks of ${size} x ${size} do not tile data of shape ${show(x?.shape ?? [])}.`,
      );
    }
    return [write(b, x, size, 'DCR')];
  },
  vjp: ({ b, attributes, grad }) => [
    () => b.node('DepthToSpace', [grad], { blocksize: int(getInt(attributes, 'blocksize', 0)) }),
  ],
};
