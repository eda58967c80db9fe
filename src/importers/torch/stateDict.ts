/** Finds the state dictionaries (name -> tensor) in whatever a project chose to save around them. */
import { ModelFormatError } from '../../engine/errors.ts';
import { MAX_DEPTH, MAX_ENTRIES } from '../limits.ts';
import { PickleDict, PickleStub, type PickleValue } from '../pickle/values.ts';
import type { TorchValue } from './read.ts';
import { StoredTensor, type LazyTensor } from './tensorRef.ts';

/** Parameter name, such as `layer1.conv.weight`, to tensor. */
export interface StateDict extends ReadonlyMap<string, LazyTensor> {
  /** Of a network that was saved whole: the plain attributes of its modules, such as `synthesis.b8.conv1.conv_clamp`. */
  readonly settings?: Settings;
}

export type Setting = number | string | boolean | null;
export type Settings = ReadonlyMap<string, Setting>;

class Parameters extends Map<string, LazyTensor> implements StateDict {
  readonly settings = new Map<string, Setting>();
}

/** What lies under names that begin with `prefix`, which is taken off. */
export function below(state: StateDict, prefix: string): StateDict {
  const part = new Parameters();
  const into = <T>(from: ReadonlyMap<string, T> | undefined, to: Map<string, T>): void =>
    from?.forEach((value, name) => name.startsWith(prefix) && to.set(name.slice(prefix.length), value));
  into(state, part);
  into(state.settings, part.settings);
  return part;
}

/**
 * Every dictionary with tensors in it, by its path (`''` for the outermost, `'avgG'`, `'models.generator'`). A whole network that was
 * saved with its class counts as the dictionary of its parameters.
 * The prefix `module.` that data-parallel training puts before every name is taken off.
 * @throws ModelFormatError when the nesting is beyond any checkpoint's
 */
export function stateDicts(value: TorchValue, what: string): Map<string, StateDict> {
  const found = new Map<string, StateDict>();
  let visited = 0;
  const enter = (depth: number): void => {
    if (depth > MAX_DEPTH) throw new ModelFormatError(`${what} nests dictionaries more than ${MAX_DEPTH} deep.`);
  };
  function* entriesOf(dict: PickleValue | undefined): Generator<[string, PickleValue]> {
    if (!(dict instanceof PickleDict)) return;
    for (const [key, child] of dict.entries) {
      if (++visited > MAX_ENTRIES) throw new ModelFormatError(`${what} has more than ${MAX_ENTRIES} entries.`);
      if (typeof key === 'string') yield [key, child];
    }
  }
  // Objects may know each other, and themselves; each is looked at once.
  const seen = new Set<PickleStub>();
  const visit = (node: PickleValue, path: string, depth: number): void => {
    enter(depth);
    const tensors = new Parameters();
    if (node instanceof PickleStub) {
      if (seen.has(node)) return;
      seen.add(node);
      collectModule(node, '', depth, tensors);
    }
    const dicts = node instanceof PickleStub ? [node.items, ...(isModule(node) ? [] : [node.attributes])] : [node];
    for (const dict of dicts) {
      for (const [key, child] of entriesOf(dict)) {
        if (child instanceof StoredTensor) tensors.set(key, child);
        else visit(child, path ? `${path}.${key}` : key, depth + 1);
      }
    }
    if (tensors.size > 0) found.set(path, withoutPrefix(tensors));
  };
  /** The parameters and buffers of a torch.nn.Module, under the names that its `state_dict()` would give them. */
  const collectModule = (module: PickleStub, prefix: string, depth: number, tensors: Parameters): void => {
    enter(depth);
    const part = (name: string) => entriesOf(module.attributes.entries.get(name));
    for (const name of ['_parameters', '_buffers']) {
      for (const [key, child] of part(name)) if (child instanceof StoredTensor) tensors.set(prefix + key, child);
    }
    for (const [key, child] of entriesOf(module.attributes)) {
      if (isSetting(child)) tensors.settings.set(prefix + key, child);
    }
    for (const [key, child] of part('_modules')) {
      if (child instanceof PickleStub) collectModule(child, `${prefix}${key}.`, depth + 1, tensors);
    }
  };
  visit(value, '', 0);
  return found;
}

const isModule = ({ attributes }: PickleStub): boolean => attributes.entries.has('_modules');

const isSetting = (value: PickleValue): value is Setting =>
  value === null || ['number', 'string', 'boolean'].includes(typeof value);

const DATA_PARALLEL = 'module.';

const withoutPrefix = (tensors: StateDict): StateDict =>
  [...tensors.keys()].every((name) => name.startsWith(DATA_PARALLEL)) ? below(tensors, DATA_PARALLEL) : tensors;
