/** The optimisers there are. A new one is one file and one line here. */
import { ParameterError } from '../errors.ts';
import { adam } from './adam.ts';
import { gradientDescent } from './gradientDescent.ts';
import { lbfgs } from './lbfgs.ts';
import type { Optimizer } from './optimizer.ts';

export const OPTIMIZERS: readonly Optimizer[] = [adam, gradientDescent, lbfgs];

export function optimizerById(id: string): Optimizer {
  const found = OPTIMIZERS.find((optimizer) => optimizer.id === id);
  if (!found)
    throw new ParameterError(`There is no optimiser "${id}"; choose ${OPTIMIZERS.map((o) => o.id).join(' or ')}.`);
  return found;
}
