/** The models in the Explorer: installed, broken, available. */
import * as vscode from 'vscode';
import { DEFAULT_MODEL } from '../../node/models.ts';
import type { ModelRow } from '../../node/store/inventory.ts';
import type { ModelManager } from './manager.ts';
import { detailsOf, progressOf, titleOf, tooltipOf } from './words.ts';

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

  constructor(private readonly manager: ModelManager) {
    this.#subscriptions = [
      this.#changed,
      manager.onDidChange(() => this.#changed.fire(undefined)),
      manager.onDidProgress(({ id }) => {
        const node = this.#nodes.get(id);
        if (node) this.#changed.fire(node);
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('ganPrior.model')) this.#changed.fire(undefined);
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

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #rowItem(row: ModelRow): vscode.TreeItem {
    const activity = this.manager.activity(row.id);
    const item = new vscode.TreeItem(titleOf(row));
    const isDefault = row.id === defaultModel();
    item.id = `${row.state}/${row.id}`;
    item.tooltip = tooltipOf(row);
    item.description = activity ? progressOf(activity.event) : detailsOf(row, isDefault);
    item.iconPath = activity ? new vscode.ThemeIcon('loading~spin') : iconOf(row, isDefault);
    item.contextValue = activity ? 'busy' : contextOf(row, isDefault);
    return item;
  }
}

/** The id that the settings name, outside any picture's folder. */
export function defaultModel(): string {
  const model = vscode.workspace.getConfiguration('ganPrior').get<unknown>('model');
  return typeof model === 'string' && model !== 'auto' ? model : DEFAULT_MODEL;
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

function iconOf(row: ModelRow, isDefault: boolean): vscode.ThemeIcon {
  switch (row.state) {
    case 'installed':
      return new vscode.ThemeIcon(isDefault ? 'star-full' : row.package.generator ? 'package' : 'eye');
    case 'broken':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('errorForeground'));
    case 'available':
      return new vscode.ThemeIcon('cloud');
  }
}

/** What the menus of package.json go by: "installed generator removable", for example. */
function contextOf(row: ModelRow, isDefault: boolean): string {
  switch (row.state) {
    case 'installed': {
      const choosable = row.package.generator && !isDefault ? ' choosable' : '';
      return `installed${choosable}${row.embedded ? '' : ' removable'}`;
    }
    case 'broken':
      return `broken removable${row.entry ? ' downloadable' : ''}`;
    case 'available':
      return `available downloadable${row.received > 0 ? ' removable' : ''}`;
  }
}
