/** The generator layouts that are recognised, and the search for one in a checkpoint. */
import { ModelFormatError } from '../../engine/errors.ts';
import { FEED_FORWARD } from '../feedForward/index.ts';
import { locate } from '../locate.ts';
import { refuseOthers } from '../others.ts';
import { NETWORKS } from '../perceptual/index.ts';
import type { StateDict } from '../torch/stateDict.ts';
import { ganDissection } from './ganDissection.ts';
import { ganZoo } from './ganZoo.ts';
import { genforce } from './genforce.ts';
import type { GeneratorPlan, Layout } from './layout.ts';
import { nvidiaStyleGan2, rosinalityStyleGan2 } from './styleGan2.ts';

export const LAYOUTS: readonly Layout[] = [ganDissection, genforce, ganZoo, nvidiaStyleGan2, rosinalityStyleGan2];

/**
 * The plan of the generator among a checkpoint's state dictionaries, averaged weights first; undefined when there is
 * no sign of one.
 * @throws ModelFormatError when there is one, but not a whole one; it lists what there is and what is expected
 */
export async function planGenerator(
  dicts: ReadonlyMap<string, StateDict>,
  what: string,
): Promise<GeneratorPlan | undefined> {
  for (const layout of LAYOUTS) {
    for (const found of locate(dicts, layout.anchor)) {
      const { path, state } = found;
      if (!layout.detect(state)) continue;
      try {
        return await layout.plan(found, what);
      } catch (error) {
        if (!(error instanceof ModelFormatError)) throw error;
        const { title, marks } = layout;
        throw new ModelFormatError(
          `${error.message} It was read as ${title} (${marks}) and holds ${contents(path, state)}.`,
          { cause: error },
        );
      }
    }
  }
  refuseOthers('generator', dicts, what);
  return undefined;
}

/** An error that lists what a checkpoint holds and what would have been recognised. */
export function unrecognised(dicts: ReadonlyMap<string, StateDict>, what: string): ModelFormatError {
  const found = [...dicts].filter(([, state]) => state.size > 0).map(([path, state]) => contents(path, state));
  const more = found.length > 4 ? `; and ${found.length - 4} more dictionaries` : '';
  const supported = [...LAYOUTS, ...FEED_FORWARD, ...NETWORKS].map(({ title, marks }) => `${title} (${marks})`);
  return new ModelFormatError(
    `${what} has no known layout. ` +
      `It holds ${found.slice(0, 4).join('; ') || 'no tensors'}${more}. ` +
      `Supported: ${supported.join('; ')}; or a generator as an ONNX file.`,
  );
}

/** The first parameters of a dictionary with their shapes, for a person. */
function contents(path: string, state: StateDict): string {
  const names = [...state].slice(0, 4).map(([name, { dims }]) => `${name} [${dims.join(', ')}]`);
  const more = state.size > 4 ? ` and ${state.size - 4} more` : '';
  return `${path === '' ? '' : `${path}: `}${names.join(', ')}${more}`;
}
