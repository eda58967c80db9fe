import { elementwise } from './support/elementwise.ts';

/** |x|; the derivative at 0 is 0, as in PyTorch. Written without Sign, which ONNX Runtime's WebGPU lacks. */
export const abs = elementwise(
  'Abs',
  ({ b, x, g }) => {
    const zero = b.scalar(0);
    const positive = b.where(b.greater(x, zero), b.scalar(1), zero);
    return b.mul(g, b.where(b.node('Less', [x, zero]), b.scalar(-1), positive));
  },
  Math.abs,
);
