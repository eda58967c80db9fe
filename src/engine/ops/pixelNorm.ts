import { GraphError } from '../errors.ts';
import { getFloat } from '../graph/attributes.ts';
import type { Value } from '../graph/builder.ts';
import type { Composite } from './composite.ts';
import { show } from './support/shapes.ts';

/**
 * Pixel normalisation of progressive GANs (Karras et al. 2018, section 4.2): y = x / root with
 * root = sqrt(mean over channels of x^2 + epsilon), for x [N, C, ...].
 *
 * With the root kept, the chain rule collapses to (g - y mean(g y)) / root.
 */
export const pixelNorm: Composite = {
  type: 'PixelNorm',
  expand({ b, attributes, inputs }) {
    const x = inputs[0];
    if (!x || x.shape.length < 2) {
      throw new GraphError(`PixelNorm takes a tensor with channels, not ${x ? show(x.shape) : 'nothing'}.`);
    }
    const power = b.reduceMean(b.square(x), [1]);
    const root = b.sqrt(b.add(power, b.scalar(getFloat(attributes, 'epsilon', 1e-8))));
    return [b.div(x, root), root];
  },
  vjp({ b, outputs, grad }) {
    const [y, root] = outputs as [Value, Value];
    return [() => b.div(b.sub(grad, b.mul(y, b.reduceMean(b.mul(grad, y), [1]))), root)];
  },
};
