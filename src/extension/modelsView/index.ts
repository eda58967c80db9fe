/** The models view, its commands, and the same in quick picks. */
import * as vscode from 'vscode';
import type { ModelRow } from '../../node/store/inventory.ts';
import { formatBytes } from '../../node/store/sizes.ts';
import { ModelActions } from './actions.ts';
import type { ModelManager } from './manager.ts';
import type { Samples } from './samples.ts';
import { showActivities } from './statusItem.ts';
import { ModelTree, RowNode, VIEW } from './tree.ts';
import { configuredChoice as choice } from './choice.ts';
import type { Dialogs, Item } from './dialogs.ts';
import { detailsOf, titleOf, usesAll } from './words.ts';

/** A command on one model: which models it can be asked of, and what it does. */
interface RowCommand {
  readonly title: string;
  readonly fits: (row: ModelRow) => boolean;
  readonly run: (row: ModelRow) => Promise<void> | void;
}

/** Brings the view to the front. */
const showView = async (): Promise<void> => {
  await vscode.commands.executeCommand(`${VIEW}.focus`);
};

export function showModels(manager: ModelManager, dialogs: Dialogs, samples: Samples): vscode.Disposable {
  const tree = new ModelTree(manager, choice, samples);
  const actions = new ModelActions(manager, choice, dialogs);
  const commands = rowCommands(manager, actions);
  const register = (id: string, run: (node: unknown) => Promise<void> | void): vscode.Disposable =>
    vscode.commands.registerCommand(id, (node: unknown) => actions.attempt(() => run(node)));

  const view = vscode.window.createTreeView(VIEW, { treeDataProvider: tree });
  const showDiskUse = async (): Promise<void> => {
    const { total } = await manager.diskUse();
    view.description = total > 0 ? vscode.l10n.t('{0} on disk', formatBytes(total)) : '';
  };
  void showDiskUse();

  return vscode.Disposable.from(
    tree,
    view,
    manager.onDidChange(() => void showDiskUse()),
    showActivities(manager),
    vscode.workspace.onDidGrantWorkspaceTrust(() => manager.refresh()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const concerns = ['ganPrior.catalogs', 'ganPrior.modelFolder'].some((key) => change.affectsConfiguration(key));
      if (concerns) manager.refresh();
    }),
    register('ganPrior.refreshModels', () => manager.refresh()),
    register('ganPrior.importModel', () => actions.importFile()),
    register('ganPrior.chooseModel', async () => actions.chooseDefault(await manager.rows(), showView)),
    register('ganPrior.manageModels', () => manage(manager, actions, commands, dialogs)),
    ...Object.entries(commands).map(([id, { fits, run, title }]) =>
      register(id, async (node) => {
        const row = node instanceof RowNode ? node.row : await pickRow(manager, title, fits, dialogs);
        if (row) await run(row);
      }),
    ),
  );
}

function rowCommands(manager: ModelManager, actions: ModelActions): Readonly<Record<string, RowCommand>> {
  const idle = ({ id }: ModelRow): boolean => !manager.activity(id);
  const here = (row: ModelRow): boolean => row.state !== 'available';
  const generator = (row: ModelRow): boolean => row.state === 'installed' && row.package.generator !== undefined;
  const embedded = (row: ModelRow): boolean => row.state === 'installed' && row.embedded;
  return {
    'ganPrior.downloadModel': {
      title: vscode.l10n.t('Download'),
      fits: (row) => idle(row) && row.state !== 'installed' && row.entry !== undefined,
      run: (row) => actions.download(row),
    },
    'ganPrior.setDefaultModel': {
      title: vscode.l10n.t('Use by Default'),
      fits: (row) => generator(row) && !usesAll(row.id, choice.current()),
      run: (row) => actions.setDefault(row.id),
    },
    'ganPrior.useModelFor': {
      title: vscode.l10n.t('Use for a Task...'),
      fits: (row) => row.state === 'installed' && row.package.model !== undefined,
      run: (row) => actions.useFor(row),
    },
    'ganPrior.verifyModel': {
      title: vscode.l10n.t('Verify'),
      fits: (row) => idle(row) && here(row),
      run: (row) => actions.verify(row),
    },
    'ganPrior.revealModel': {
      title: vscode.l10n.t('Show on Disk'),
      fits: here,
      run: (row) => actions.reveal(row),
    },
    'ganPrior.removeModel': {
      title: vscode.l10n.t('Remove'),
      fits: (row) => idle(row) && !embedded(row) && (here(row) || (row.state === 'available' && row.received > 0)),
      run: (row) => actions.remove(row),
    },
    'ganPrior.cancelModelDownload': {
      title: vscode.l10n.t('Cancel'),
      fits: (row) => !idle(row),
      run: (row) => actions.cancel(row.id),
    },
  };
}

async function pickRow(
  manager: ModelManager,
  title: string,
  fits: (row: ModelRow) => boolean,
  dialogs: Dialogs,
): Promise<ModelRow | undefined> {
  const rows = (await manager.rows()).filter(fits);
  if (rows.length > 0) return dialogs.pick(title, rows.map(itemOf));
  void dialogs.tell('news', vscode.l10n.t('There is no model this can be done to.'));
  return undefined;
}

const itemOf = (row: ModelRow) => ({
  label: titleOf(row),
  description: detailsOf(row, choice.current()),
  value: row,
});

/** First the model, then what to do to it. */
async function manage(
  manager: ModelManager,
  actions: ModelActions,
  commands: Readonly<Record<string, RowCommand>>,
  dialogs: Dialogs,
): Promise<void> {
  const importing = { label: `$(add) ${vscode.l10n.t('Import from a File...')}`, value: 'import' as const };
  const items: Item<ModelRow | 'import'>[] = [...(await manager.rows()).map(itemOf), importing];
  const row = await dialogs.pick(vscode.l10n.t('Models'), items);
  if (row === undefined) return;
  if (row === 'import') return actions.importFile();
  const fitting = Object.values(commands).filter(({ fits }) => fits(row));
  const command = await dialogs.pick(
    titleOf(row),
    fitting.map((each) => ({ label: each.title, value: each })),
  );
  await command?.run(row);
}
