/**
 * Finds one project's parameter names wherever another project put them: `module.` of data-parallel training, a
 * `generator.` before every name of one flat dictionary, `state_dict` and `models.generator_smooth` around it.
 */
import { below, type StateDict } from './torch/stateDict.ts';
import type { LazyTensor } from './torch/tensorRef.ts';

export interface Located {
  /** Where the parameters are in the checkpoint: names of dictionaries, then the prefix of the names, joined by dots. */
  readonly path: string;
  readonly state: StateDict;
  /** A tensor that lies beside the parameters, or beside what holds them. */
  beside(name: string): LazyTensor | undefined;
}

/** Prefixes looked at in one checkpoint; published ones have a handful. */
const MAX_PREFIXES = 64;

/** Names under which projects keep the moving average of the generator, which makes better images than the generator. */
const AVERAGED = /(^|\.)(avg\w*|\w*avg|\w*smooth|(\w+_)?ema(_\w+)?|Gs)(\.|$)/i;

/**
 * The groups of parameters that hold `anchor` under their own name, the prefix taken off; averaged weights first.
 * @param anchor the full name of a parameter that every checkpoint of a project has
 */
export function* locate(dicts: ReadonlyMap<string, StateDict>, anchor: string): Generator<Located> {
  const places = [...dicts].flatMap(([path, state]) =>
    [...state.keys()]
      .filter((name) => name === anchor || name.endsWith(`.${anchor}`))
      .map((name) => {
        const prefix = name.slice(0, -anchor.length);
        return { path: [path, prefix.slice(0, -1)].filter((part) => part !== '').join('.'), prefix, state };
      }),
  );
  const rank = ({ path }: { readonly path: string }): number => (AVERAGED.test(path) ? 0 : 1);
  places.sort((a, b) => rank(a) - rank(b));
  for (const { path, prefix, state } of places.slice(0, MAX_PREFIXES)) {
    yield { path, state: prefix === '' ? state : below(state, prefix), beside: (name) => outwards(dicts, path, name) };
  }
}

function outwards(dicts: ReadonlyMap<string, StateDict>, path: string, name: string): LazyTensor | undefined {
  for (let at = path; ; at = at.replace(/(^|\.)[^.]*$/, '')) {
    const found = dicts.get(at)?.get(name);
    if (found || at === '') return found;
  }
}
