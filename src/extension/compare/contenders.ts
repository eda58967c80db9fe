/** From what a page chose to what is run, and what it is called in tables. */
import { t } from '@vscode/l10n';
import type { TaskId } from '../../engine/generator/manifest.ts';
import { methodsFor, paramsOf } from '../../shared/comparison/methods.ts';
import { titleOf } from '../../shared/comparison/titles.ts';
import type { Params, Setup } from '../../shared/documentState.ts';
import type { Contender } from '../document/comparer.ts';

/**
 * @param params what is chosen in the form
 * @param ids in any order; each counts once
 * @throws Error naming a method that is not to be had for the task, or whose model is not here any more
 */
export function contendersOf(setup: Setup, task: TaskId, params: Params, ids: readonly string[]): Contender[] {
  const offered = methodsFor(setup, task, params);
  const missing = ids.find((id) => !offered.some((method) => method.id === id));
  if (missing !== undefined) {
    throw new Error(t('{0} cannot be compared here: its model is not there any more, or cannot do the task.', missing));
  }
  const formModel = params.model ?? setup.modelFor[task];
  return offered
    .filter(({ id }) => ids.includes(id))
    .map((method) => ({
      id: method.id,
      title: titleOf(method, task),
      params: method.kind === 'plain' ? undefined : paramsOf(method, params, formModel),
    }));
}
