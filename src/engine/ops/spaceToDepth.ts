import { GraphError } from '../errors.ts';
import { getInt } from '../graph/attributes.ts';
import { int } from '../graph/graph.ts';
import type { Composite } from './composite.ts';
import { spaceToDepth as write } from './support/spaceDepth.ts';

/** The inverse of DepthToSpace, written with Reshape and Transpose because ONNX Runtime's WebGPU lacks it. */
export const spaceToDepth: Composite = {
  type: 'SpaceToDepth',
  expand({ b, attributes, inputs: [x] }) {
    if (!x) throw new GraphError('SpaceToDepth has no input.');
    return [write(b, x, getInt(attributes, 'blocksize', 0), 'DCR')];
  },
  vjp: ({ b, attributes, grad }) => [
    () => b.node('DepthToSpace', [grad], { blocksize: int(getInt(attributes, 'blocksize', 0)) }),
  ],
};
