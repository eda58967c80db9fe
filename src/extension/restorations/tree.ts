/** The Restorations view: a task a group, a picture a row. */
import * as vscode from 'vscode';
import type { TaskId } from '../../engine/generator/manifest.ts';
import { taskById } from '../../engine/tasks/index.ts';
import type { Restoration } from './picture.ts';
import type { Restorations } from './restorations.ts';
import type { Thumbnails } from './thumbnails.ts';
import { partsOf, stateOf, sumOf } from './words.ts';

export const VIEW = 'ganPrior.restorations';
/** A row that is drawn anew with every step nobody could click. In milliseconds. */
const DRAW_MS = 500;

export class TaskNode {
  constructor(
    readonly task: TaskId,
    readonly jobs: readonly Restoration[],
  ) {}
}

export class PictureNode {
  constructor(readonly job: Restoration) {}
}

export type Node = TaskNode | PictureNode;

export class RestorationTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #nodes = new WeakMap<Restoration, PictureNode>();
  readonly #subscriptions: vscode.Disposable[];
  #drawing: NodeJS.Timeout | undefined;

  constructor(
    private readonly restorations: Restorations,
    private readonly thumbnails: Thumbnails,
  ) {
    this.#subscriptions = [
      this.#changed,
      restorations.onDidChange(() => this.#drawSoon()),
      thumbnails.onDidChange(() => this.#drawSoon()),
    ];
  }

  getChildren(node?: Node): Node[] {
    if (node instanceof TaskNode) return node.jobs.map((job) => this.#nodeOf(job));
    if (node) return [];
    const tasks = [...new Set(this.restorations.all.map(({ item }) => item.task))];
    return tasks.map(
      (task) =>
        new TaskNode(
          task,
          this.restorations.all.filter(({ item }) => item.task === task),
        ),
    );
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node instanceof TaskNode ? this.#taskItem(node) : this.#pictureItem(node.job);
  }

  dispose(): void {
    clearTimeout(this.#drawing);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #taskItem({ task, jobs }: TaskNode): vscode.TreeItem {
    const item = new vscode.TreeItem(taskById(task).title, vscode.TreeItemCollapsibleState.Expanded);
    item.id = task;
    item.description = sumOf(jobs, undefined);
    item.contextValue = 'task';
    return item;
  }

  #pictureItem(job: Restoration): vscode.TreeItem {
    const { name, folder } = partsOf(job);
    const item = new vscode.TreeItem(name);
    item.id = `${job.item.task}/${job.item.name}`;
    item.description = `${stateOf(job)} · ${folder}`;
    item.tooltip = [job.item.name, stateOf(job), ...(job.status === 'done' && job.output ? [job.output] : [])].join(
      '\n',
    );
    item.iconPath = this.#iconOf(job);
    item.contextValue = job.status;
    item.accessibilityInformation = { label: `${name}, ${stateOf(job)}` };
    item.command = { command: 'ganPrior.showRestoration', title: '', arguments: [this.#nodeOf(job)] };
    return item;
  }

  #iconOf(job: Restoration): vscode.ThemeIcon | vscode.Uri {
    if (job.status === 'failed') return new vscode.ThemeIcon('error', new vscode.ThemeColor('errorForeground'));
    if (job.status === 'running') return new vscode.ThemeIcon('loading~spin');
    const made = job.status === 'done' ? job.output : undefined;
    const other = new vscode.ThemeIcon(job.status === 'done' ? 'check' : 'clock');
    return this.thumbnails.of(made ?? job.item.name) ?? other;
  }

  /** The same for one picture, so that the view knows it again. */
  #nodeOf(job: Restoration): PictureNode {
    const node = this.#nodes.get(job) ?? new PictureNode(job);
    this.#nodes.set(job, node);
    return node;
  }

  #drawSoon(): void {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      this.#changed.fire(undefined);
    }, DRAW_MS);
  }
}
