/** The Restorations view and its commands. */
import * as vscode from 'vscode';
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { EditorProvider } from '../editor/provider.ts';
import type { Restoration } from './picture.ts';
import type { Restorations } from './restorations.ts';
import { picturesOf } from './selection.ts';
import type { Thumbnails } from './thumbnails.ts';
import { PictureNode, RestorationTree, TaskNode, VIEW } from './tree.ts';
import { partsOf, sumOf } from './words.ts';

export interface RestorationsView extends vscode.Disposable {
  /** Restores pictures and folders together. */
  start(task: TaskId, uris: readonly vscode.Uri[]): Promise<void>;
}

export function showRestorations(
  restorations: Restorations,
  thumbnails: Thumbnails,
  editors: EditorProvider,
): RestorationsView {
  const tree = new RestorationTree(restorations, thumbnails);
  const view = vscode.window.createTreeView(VIEW, { treeDataProvider: tree, canSelectMany: true });
  const show = async (): Promise<void> => vscode.commands.executeCommand(`${VIEW}.focus`);

  const update = (): void => {
    const { all, paused, halted, etaMs, waitsForEditor } = restorations;
    view.description = all.length > 0 ? sumOf(all, etaMs) : '';
    const left = all.filter(({ status }) => status === 'waiting' || status === 'running').length;
    view.badge = left > 0 ? { value: left, tooltip: vscode.l10n.t('{0} pictures are left', left) } : undefined;
    view.message =
      halted !== undefined
        ? vscode.l10n.t('{0} Make room, then go on.', halted)
        : waitsForEditor && left > 0
          ? vscode.l10n.t('A run in an editor comes first.')
          : '';
    const contexts = {
      'ganPrior.restorations': all.length > 0,
      'ganPrior.restorations.left': left > 0,
      'ganPrior.restorations.paused': paused,
      'ganPrior.restorations.failed': all.some(({ status }) => status === 'failed'),
    };
    for (const [key, value] of Object.entries(contexts)) {
      if (told.get(key) === value) continue;
      told.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
  const told = new Map<string, boolean>();

  /** Those that a command is about: what is selected, where the one that was clicked is among it. */
  const meant = (node: unknown, nodes: unknown): readonly Restoration[] => {
    const chosen = Array.isArray(nodes) && nodes.length > 0 ? nodes : [node];
    return chosen.flatMap((one) => (one instanceof PictureNode ? [one.job] : one instanceof TaskNode ? one.jobs : []));
  };
  const register = (id: string, run: (node: unknown, nodes: unknown) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(id, run);
  const failed = (jobs: readonly Restoration[]) => jobs.filter(({ status }) => status === 'failed');

  const disposable = vscode.Disposable.from(
    tree,
    view,
    restorations.onDidChange(update),
    giveWayTo(editors, restorations),
    register('ganPrior.pauseRestorations', () => restorations.pause()),
    register('ganPrior.resumeRestorations', () => restorations.resume()),
    register('ganPrior.retryRestorations', (node, nodes) => {
      const jobs = meant(node, nodes);
      restorations.retry(failed(jobs.length > 0 ? jobs : restorations.all));
    }),
    register('ganPrior.removeRestorations', (node, nodes) => restorations.remove(meant(node, nodes))),
    register('ganPrior.clearRestorations', () => {
      restorations.remove(restorations.all.filter(({ status }) => status === 'done' || status === 'failed'));
    }),
    register('ganPrior.showRestoration', (node) =>
      node instanceof PictureNode ? compare(node.job, restorations) : undefined,
    ),
    register('ganPrior.editRestoration', (node) =>
      node instanceof PictureNode ? editors.open(vscode.Uri.file(node.job.item.name)) : undefined,
    ),
  );
  const left = restorations.restore();
  update();
  if (left > 0) void offer(left, restorations, show);
  return {
    async start(task, uris) {
      try {
        const pictures = await picturesOf(task, uris);
        if (!pictures) return;
        restorations.add(pictures);
        update();
        await show();
      } catch (error) {
        void vscode.window.showErrorMessage((error as Error).message);
      }
    },
    dispose: () => void disposable.dispose(),
  };
}

/** Before and after beside each other where there is an after; why there is none where it failed. */
async function compare(job: Restoration, restorations: Restorations): Promise<void> {
  const before = vscode.Uri.file(job.item.name);
  const { name } = partsOf(job);
  if (job.status === 'failed') {
    const retry = vscode.l10n.t('Try Again');
    const chosen = await vscode.window.showErrorMessage(job.error ?? '', retry);
    if (chosen === retry) restorations.retry([job]);
  } else if (job.status === 'done' && job.output !== undefined) {
    const title = vscode.l10n.t('{0}: before and after', name);
    await vscode.commands.executeCommand('vscode.diff', before, vscode.Uri.file(job.output), title);
  } else await vscode.commands.executeCommand('vscode.open', before);
}

/** What an earlier window left, and nobody said for long whether it is still wanted. */
async function offer(left: number, restorations: Restorations, show: () => Promise<void>): Promise<void> {
  const goOn = vscode.l10n.t('Go On');
  const look = vscode.l10n.t('Show');
  const said = vscode.l10n.t('{0} pictures are left to be restored from before.', left);
  const chosen = await vscode.window.showInformationMessage(said, goOn, look);
  if (chosen === goOn) restorations.resume();
  if (chosen !== undefined) await show();
}

/** Two runs on one processor take turns: the one that somebody looks at comes first. */
function giveWayTo(editors: EditorProvider, restorations: Restorations): vscode.Disposable {
  const update = (): void => {
    const going = editors.images.some(({ document: { run } }) => {
      const status = run?.state.status;
      return (
        run &&
        'on' in run.state &&
        run.state.on === 'host' &&
        (status === 'starting' || status === 'running' || status === 'stopping')
      );
    });
    restorations.giveWay(going);
  };
  return vscode.Disposable.from(
    editors.onDidOpen(({ document }) => document.listen(({ kind }) => kind === 'run' && update())),
    editors.onDidClose(update),
  );
}
