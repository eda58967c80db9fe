/** Which model each task uses where a picture's folder says nothing else: `ganPrior.model` and `ganPrior.models`. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { TASKS, type TaskId } from '../../engine/generator/manifest.ts';
import { AUTO } from '../../node/familiarPriors.ts';
import { EDITOR_TASKS } from '../models.ts';

export interface ModelChoice {
  /** The id (or path) of the model of each task, in the order of the editor; AUTO where the picture chooses. */
  current(): ReadonlyMap<TaskId, string>;
  /** Makes a model the one of a task, or of every task that has none of its own. */
  use(id: string, task?: TaskId): Promise<void>;
}

const ownModels = v.record(v.picklist(TASKS), v.string());

export const configuredChoice: ModelChoice = {
  current() {
    const configuration = vscode.workspace.getConfiguration('ganPrior');
    const model = configuration.get<unknown>('model');
    const own = configuration.get<unknown>('models');
    const ofTask = v.is(ownModels, own) ? own : {};
    const name = (value: unknown): string => (typeof value === 'string' ? value : AUTO);
    return new Map(EDITOR_TASKS.map((task) => [task, name(ofTask[task] ?? model)]));
  },

  async use(id, task) {
    if (!task) return write('model', id);
    const { globalValue, workspaceValue } = vscode.workspace.getConfiguration('ganPrior').inspect('models') ?? {};
    const own = workspaceValue ?? globalValue;
    return write('models', { ...(v.is(ownModels, own) ? own : {}), [task]: id });
  },
};

/** Writes a setting where it is set now: in the workspace if it is set there, else for the person. */
async function write(key: 'model' | 'models', value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('ganPrior');
  const inWorkspace = configuration.inspect(key)?.workspaceValue !== undefined;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  await configuration.update(key, value, inWorkspace ? Workspace : Global);
}
