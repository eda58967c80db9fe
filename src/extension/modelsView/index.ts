/** The models view, its commands, and the same in quick picks. */
import * as vscode from 'vscode';
import type { ModelRow } from '../../node/store/inventory.ts';
import { ModelActions } from './actions.ts';
import type { ModelManager } from './manager.ts';
import { showActivities } from './statusItem.ts';
import { defaultModel, ModelTree, RowNode, VIEW, type Node } from './tree.ts';
import { detailsOf, titleOf } from './words.ts';

/** A command on one model: which models it can be asked of, and what it does. */
interface RowCommand {
  readonly title: string;
  readonly fits: (row: ModelRow) => boolean;
  readonly run: (row: ModelRow) => Promise<void> | void;
}

export function showModels(manager: ModelManager): vscode.Disposable {
  const tree = new ModelTree(manager);
  const actions = new ModelActions(manager);
  const commands = rowCommands(manager, actions);
  const told = (work: () => Promise<void> | void) => async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  };
  const register = (id: string, run: (node: Node | undefined) => Promise<void> | void): vscode.Disposable =>
    vscode.commands.registerCommand(id, (node: unknown) =>
      told(() => run(node instanceof RowNode ? node : undefined))(),
    );

  return vscode.Disposable.from(
    tree,
    vscode.window.registerTreeDataProvider(VIEW, tree),
    showActivities(manager),
    vscode.workspace.onDidGrantWorkspaceTrust(() => manager.refresh()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const concerns = ['ganPrior.catalogs', 'ganPrior.modelFolder'].some((key) => change.affectsConfiguration(key));
      if (concerns) manager.refresh();
    }),
    register('ganPrior.refreshModels', () => manager.refresh()),
    register('ganPrior.importModel', () => actions.importFile()),
    register('ganPrior.manageModels', () => manage(manager, actions, commands)),
    ...Object.entries(commands).map(([id, { fits, run, title }]) =>
      register(id, async (node) => {
        const row = node instanceof RowNode ? node.row : await pickRow(manager, title, fits);
        if (row) await run(row);
      }),
    ),
  );
}

function rowCommands(manager: ModelManager, actions: ModelActions): Readonly<Record<string, RowCommand>> {
  const idle = ({ id }: ModelRow): boolean => !manager.activity(id);
  const here = (row: ModelRow): boolean => row.state !== 'available';
  const embedded = (row: ModelRow): boolean => row.state === 'installed' && row.embedded;
  return {
    'ganPrior.downloadModel': {
      title: vscode.l10n.t('Download'),
      fits: (row) => idle(row) && row.state !== 'installed' && row.entry !== undefined,
      run: (row) => actions.download(row),
    },
    'ganPrior.setDefaultModel': {
      title: vscode.l10n.t('Use by Default'),
      fits: (row) => row.state === 'installed' && row.package.generator !== undefined && row.id !== defaultModel(),
      run: (row) => actions.setDefault(row.id),
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
  placeHolder: string,
  fits: (row: ModelRow) => boolean,
): Promise<ModelRow | undefined> {
  const items = (await manager.rows()).filter(fits).map((row) => ({
    label: titleOf(row),
    description: detailsOf(row, row.id === defaultModel()),
    row,
  }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no model this can be done to.'));
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.row;
}

/** First the model, then what to do to it. */
async function manage(
  manager: ModelManager,
  actions: ModelActions,
  commands: Readonly<Record<string, RowCommand>>,
): Promise<void> {
  const rows = (await manager.rows()).map((row) => ({
    label: titleOf(row),
    description: detailsOf(row, row.id === defaultModel()),
    run: () => chooseCommand(row, commands),
  }));
  const importing = {
    label: `$(add) ${vscode.l10n.t('Import from a File...')}`,
    description: '',
    run: () => actions.importFile(),
  };
  const placeHolder = vscode.l10n.t('A model of GAN Prior');
  await (await vscode.window.showQuickPick([...rows, importing], { placeHolder, matchOnDescription: true }))?.run();
}

async function chooseCommand(row: ModelRow, commands: Readonly<Record<string, RowCommand>>): Promise<void> {
  const fitting = Object.values(commands).filter(({ fits }) => fits(row));
  const items = fitting.map(({ title, run }) => ({ label: title, run }));
  await (await vscode.window.showQuickPick(items, { placeHolder: titleOf(row) }))?.run(row);
}
