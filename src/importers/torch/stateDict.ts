/** Finds the state dictionaries (name -> tensor) in whatever a project chose to save around them. */
import { ModelFormatError } from '../../engine/errors.ts';
import { MAX_DEPTH, MAX_ENTRIES } from '../limits.ts';
import { PickleDict, PickleStub, type PickleValue } from '../pickle/values.ts';
import type { TorchValue } from './read.ts';
import { TensorRef, type LazyTensor } from './tensorRef.ts';

/** Parameter name, such as `layer1.conv.weight`, to tensor. */
export type StateDict = ReadonlyMap<string, LazyTensor>;

/**
 * Every dictionary with tensors in it, by its path (`''` for the outermost, `'avgG'`, `'models.generator'`).
 * The prefix `module.` that data-parallel training puts before every name is taken off.
 * @throws ModelFormatError when the nesting is beyond any checkpoint's
 */
export function stateDicts(value: TorchValue, what: string): Map<string, StateDict> {
  const found = new Map<string, StateDict>();
  let visited = 0;
  const visit = (node: PickleValue, path: string, depth: number): void => {
    const dict = node instanceof PickleStub ? node.items : node;
    if (!(dict instanceof PickleDict)) return;
    if (depth > MAX_DEPTH) throw new ModelFormatError(`${what} nests dictionaries more than ${MAX_DEPTH} deep.`);
    const tensors = new Map<string, LazyTensor>();
    for (const [key, child] of dict.entries) {
      if (++visited > MAX_ENTRIES) throw new ModelFormatError(`${what} has more than ${MAX_ENTRIES} entries.`);
      if (typeof key !== 'string') continue;
      if (child instanceof TensorRef) tensors.set(key, child);
      else visit(child, path ? `${path}.${key}` : key, depth + 1);
    }
    if (tensors.size > 0) found.set(path, withoutPrefix(tensors));
  };
  visit(value, '', 0);
  return found;
}

const DATA_PARALLEL = 'module.';

function withoutPrefix(tensors: StateDict): StateDict {
  if (![...tensors.keys()].every((name) => name.startsWith(DATA_PARALLEL))) return tensors;
  return new Map([...tensors].map(([name, data]) => [name.slice(DATA_PARALLEL.length), data]));
}
