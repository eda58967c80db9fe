/**
 * A composite is a function of several standard operators that is differentiated as one: its gradient is cheaper, or
 * numerically better, than the chain rule through its parts.
 */
import type { Value } from '../graph/builder.ts';
import type { BuildContext, InputVjp, VjpContext } from './operator.ts';

export interface Composite {
  /** Its name on the tape; not an ONNX operator. */
  readonly type: string;
  /** Writes the standard operators. Outputs beyond the first are intermediates that the gradient reuses. */
  expand(context: BuildContext): readonly Value[];
  vjp(context: VjpContext): readonly (InputVjp | null)[];
}
