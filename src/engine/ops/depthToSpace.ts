import { GraphError } from '../errors.ts';
import { getInt, getString } from '../graph/attributes.ts';
import type { Operator } from './operator.ts';
import { required } from './support/inputs.ts';
import { show } from './support/shapes.ts';
import { spaceToDepth, type Order } from './support/spaceDepth.ts';

/** [N, C size^2, H, W] -> [N, C, H size, W size] (pixel shuffle); its inverse is its adjoint. */
export const depthToSpace: Operator = {
  type: 'DepthToSpace',
  infer(context) {
    const { dtype, shape } = required(context, 0, 'input');
    const size = getInt(context.attributes, 'blocksize', 0);
    const [n, c, h, w] = shape as [number, number, number, number];
    if (shape.length !== 4 || size < 1 || c % (size * size) !== 0) {
      throw new GraphError(`Channels of ${show(shape)} do not make blocks of ${size} x ${size}.`);
    }
    return [{ dtype, shape: [n, c / (size * size), h * size, w * size] }];
  },
  vjp({ b, attributes, grad }) {
    const order = getString(attributes, 'mode', 'DCR') as Order;
    return [() => spaceToDepth(b, grad, getInt(attributes, 'blocksize', 0), order)];
  },
};
