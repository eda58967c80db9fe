/** The models in the Explorer: installed, broken, available. */
import * as vscode from 'vscode';
import type { ModelRow } from '../../node/store/inventory.ts';
import type { ModelManager } from './manager.ts';
import type { ModelChoice } from './choice.ts';
import type { Samples } from './samples.ts';
import { detailsOf, factsOf, progressOf, titleOf, usesAll, usesOf } from './words.ts';

export const VIEW = 'ganPrior.models';

export class GroupNode {
  constructor(
    readonly state: ModelRow['state'],
    readonly rows: readonly RowNode[],
  ) {}
}

export class RowNode {
  constructor(readonly row: ModelRow) {}
}

export type Node = GroupNode | RowNode;

export class ModelTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #nodes = new Map<string, RowNode>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    private readonly manager: ModelManager,
    private readonly choice: ModelChoice,
    private readonly samples: Samples,
  ) {
    this.#subscriptions = [
      this.#changed,
      manager.onDidChange(() => this.#changed.fire(undefined)),
      manager.onDidProgress(({ id }) => {
        const node = this.#nodes.get(id);
        if (node) this.#changed.fire(node);
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        const concerns = ['ganPrior.model', 'ganPrior.models'].some((key) => change.affectsConfiguration(key));
        if (concerns) this.#changed.fire(undefined);
      }),
    ];
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node instanceof GroupNode) return [...node.rows];
    if (node) return [];
    const rows = await this.manager.rows();
    this.#nodes.clear();
    const groups = (['broken', 'installed', 'available'] as const).map((state) => {
      const members = rows.filter((row) => row.state === state).map((row) => new RowNode(row));
      for (const member of members) this.#nodes.set(member.row.id, member);
      return new GroupNode(state, members);
    });
    return groups.filter((group) => group.rows.length > 0);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node instanceof GroupNode ? groupItem(node) : this.#rowItem(node.row);
  }

  async resolveTreeItem(item: vscode.TreeItem, node: Node): Promise<vscode.TreeItem> {
    if (!(node instanceof RowNode) || item.tooltip !== undefined) return item;
    const { row } = node;
    item.tooltip = tooltipOf(row, row.state === 'installed' ? await this.samples.of(row.package) : undefined);
    return item;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #rowItem(row: ModelRow): vscode.TreeItem {
    const activity = this.manager.activity(row.id);
    const item = new vscode.TreeItem(titleOf(row));
    const choice = this.choice.current();
    const used = usesOf(row.id, choice) !== '';
    item.id = `${row.state}/${row.id}`;
    // That of a model that draws shows what it draws, which is looked up only where somebody looks: `resolveTreeItem`.
    if (!drawsPictures(row)) item.tooltip = tooltipOf(row);
    item.description = activity ? progressOf(activity.event) : detailsOf(row, choice);
    item.iconPath = activity ? new vscode.ThemeIcon('loading~spin') : iconOf(row, used);
    item.contextValue = activity ? 'busy' : contextOf(row, usesAll(row.id, choice));
    return item;
  }
}

const drawsPictures = (row: ModelRow): boolean => row.state === 'installed' && row.package.generator !== undefined;

/** @param samples a JPEG file of what it draws */
function tooltipOf(row: ModelRow, samples?: Uint8Array): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  if (samples) {
    const alternative = vscode.l10n.t('Pictures that {0} draws at random', titleOf(row)).replace(/[[\]\\]/g, '');
    text.appendMarkdown(`![${alternative}](data:image/jpeg;base64,${Buffer.from(samples).toString('base64')})\n\n`);
    text.appendText(`${alternative}\n\n`);
  }
  if (row.entry) text.appendText(`${row.entry.goodFor}\n\n`);
  for (const [name, value] of factsOf(row)) text.appendMarkdown(`**${name}:** `).appendText(`${value}\n\n`);
  return text;
}

function groupItem({ state, rows }: GroupNode): vscode.TreeItem {
  const title = {
    installed: vscode.l10n.t('Installed'),
    broken: vscode.l10n.t('Broken'),
    available: vscode.l10n.t('Available'),
  }[state];
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Expanded);
  item.id = state;
  item.description = `${rows.length}`;
  return item;
}

function iconOf(row: ModelRow, used: boolean): vscode.ThemeIcon {
  switch (row.state) {
    case 'installed':
      return new vscode.ThemeIcon(used ? 'star-full' : row.package.model ? 'package' : 'eye');
    case 'broken':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('errorForeground'));
    case 'available':
      return new vscode.ThemeIcon('cloud');
  }
}

/** What the menus of package.json go by: "installed model removable", for example. */
function contextOf(row: ModelRow, usedByAll: boolean): string {
  switch (row.state) {
    case 'installed': {
      const { generator, model } = row.package;
      // What was trained for some tasks is no default for all of them.
      const choosable = generator && !usedByAll ? ' choosable' : '';
      return `installed${model ? ' model' : ''}${choosable}${row.embedded ? '' : ' removable'}`;
    }
    case 'broken':
      return `broken removable${row.entry ? ' downloadable' : ''}`;
    case 'available':
      return `available downloadable${row.received > 0 ? ' removable' : ''}`;
  }
}
