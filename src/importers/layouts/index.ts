/** The generator layouts that are recognised, and the search for one in a checkpoint. */
import { ModelFormatError } from '../../engine/errors.ts';
import { NETWORKS } from '../perceptual/index.ts';
import type { StateDict } from '../torch/stateDict.ts';
import { ganDissection } from './ganDissection.ts';
import { ganZoo } from './ganZoo.ts';
import { genforce } from './genforce.ts';
import type { Layout } from './layout.ts';

export const LAYOUTS: readonly Layout[] = [ganDissection, genforce, ganZoo];

/** Names under which projects keep the moving average of the generator, which makes better images than the generator. */
const AVERAGED = ['avgG', 'models.generator_smooth', 'generator_smooth', 'g_ema', 'G_ema'];

export interface Detected {
  readonly layout: Layout;
  readonly state: StateDict;
}

/** The generator among a checkpoint's state dictionaries, averaged weights first. */
export function findGenerator(dicts: ReadonlyMap<string, StateDict>): Detected | undefined {
  const rank = (path: string): number => (AVERAGED.includes(path) ? 0 : 1);
  const candidates = [...dicts].sort(([a], [b]) => rank(a) - rank(b));
  for (const [, state] of candidates) {
    const layout = LAYOUTS.find(({ detect }) => detect(state));
    if (layout) return { layout, state };
  }
  return undefined;
}

/** An error that lists what a checkpoint holds and what would have been recognised. */
export function unrecognised(dicts: ReadonlyMap<string, StateDict>, what: string): ModelFormatError {
  const found = [...dicts]
    .filter(([, state]) => state.size > 0)
    .slice(0, 4)
    .map(([path, state]) => {
      const names = [...state].slice(0, 4).map(([name, { dims }]) => `${name} [${dims.join(', ')}]`);
      return `${path === '' ? '' : `${path}: `}${names.join(', ')}${state.size > 4 ? ` and ${state.size - 4} more` : ''}`;
    });
  const supported = [...LAYOUTS, ...NETWORKS].map(({ title, marks }) => `${title} (${marks})`);
  return new ModelFormatError(
    `${what} has no known layout. ` +
      `It holds ${found.length > 0 ? found.join('; ') : 'no tensors'}. Supported: ${supported.join('; ')}; or a generator as an ONNX file.`,
  );
}
