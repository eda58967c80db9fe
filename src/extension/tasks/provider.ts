/** Tasks of the type `ganPrior`: those that tasks.json has, and one for each folder of pictures and what can be done to them. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { ALL_TASKS } from '../../engine/tasks/index.ts';
import { READABLE_EXTENSIONS } from '../../node/codecs/formats.ts';
import { start, type CommandLine } from '../commandLine.ts';
import type { Settings } from '../settings.ts';
import { argumentsOf, parseDefinition, TYPE, type Configured, type Definition } from './definition.ts';
import { TaskTerminal } from './terminal.ts';

/** Pictures that are looked at to know which folders have some, and folders that are offered. */
const LOOKED_AT = 1000;
const OFFERED = 10;

export class PictureTasks implements vscode.TaskProvider {
  constructor(
    private readonly line: () => CommandLine,
    private readonly settings: (folder: vscode.Uri) => Settings,
  ) {}

  async provideTasks(): Promise<vscode.Task[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    return (await Promise.all(folders.map((folder) => this.#offered(folder)))).flat();
  }

  resolveTask({ definition, scope, name }: vscode.Task): vscode.Task | undefined {
    const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
    // What is wrong with a definition is said in the terminal of its task.
    return folder && this.#task(definition, folder, name);
  }

  async #offered(folder: vscode.WorkspaceFolder): Promise<vscode.Task[]> {
    const pattern = `**/*.{${READABLE_EXTENSIONS.join(',')}}`;
    const pictures = await vscode.workspace.findFiles(
      new vscode.RelativePattern(folder, pattern),
      '**/{node_modules,.*}/**',
      LOOKED_AT,
    );
    const below = (uri: vscode.Uri): string => posix.relative(folder.uri.path, posix.dirname(uri.path)) || '.';
    const places = [...new Set(pictures.map(below))].sort().slice(0, OFFERED);
    // Which part is to be filled, nobody knows before it is painted.
    const tasks = ALL_TASKS.filter(({ id }) => id !== 'inpaint');
    return places.flatMap((files) =>
      tasks.map(({ id, title }) => {
        const where = files === '.' ? folder.name : files;
        return this.#task({ type: TYPE, task: id, files }, folder, vscode.l10n.t('{0}: pictures in {1}', title, where));
      }),
    );
  }

  #task(definition: vscode.TaskDefinition, folder: vscode.WorkspaceFolder, name: string): vscode.Task {
    const execution = new vscode.CustomExecution(() =>
      Promise.resolve(
        new TaskTerminal((columns) => {
          const parsed = parseDefinition(definition);
          const args = argumentsOf(parsed, this.#configured(parsed, folder.uri));
          return start(this.line(), args, folder.uri.fsPath, columns);
        }),
      ),
    );
    const task = new vscode.Task(definition, folder, name, 'GAN Prior', execution, ['$ganPrior']);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, showReuseMessage: false };
    return task;
  }

  #configured({ task }: Definition, folder: vscode.Uri): Configured {
    const { model, models, device, layer, codes, iterations } = this.settings(folder);
    return { model: models[task] ?? model, device, layer, codes, iterations };
  }
}
