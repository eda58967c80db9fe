/** What goes on, in the status bar: the runs with their progress, a list of them, and a way to stop each. */
import * as vscode from 'vscode';
import type { Run } from './document/run.ts';
import { imageInEditor } from './editor/activeImage.ts';
import type { OpenImage } from './editor/openImage.ts';
import type { EditorProvider } from './editor/provider.ts';

/** Shows the list; the status bar's own. */
const SHOW_RUNS = 'ganPrior.showRuns';

interface Running extends Pick<OpenImage, 'uri' | 'name'> {
  readonly run: Run;
}

export function showRuns(editors: EditorProvider): vscode.Disposable {
  const progress = vscode.window.createStatusBarItem('ganPrior.progress', vscode.StatusBarAlignment.Left, 1);
  const stop = vscode.window.createStatusBarItem('ganPrior.stop', vscode.StatusBarAlignment.Left, 0.9);
  progress.name = vscode.l10n.t('GAN Prior: Progress');
  progress.command = SHOW_RUNS;
  stop.name = vscode.l10n.t('GAN Prior: Stop');
  stop.text = '$(debug-stop)';
  let stoppable = false;
  let list: RunList | undefined;

  const running = (): Running[] =>
    editors.images.flatMap(({ uri, name, document: { run } }) => (run?.active ? [{ uri, name, run }] : []));

  const update = (): void => {
    const runs = running();
    list?.refresh();
    const shown = imageInEditor()?.toString();
    const inFront = runs.some(({ uri }) => uri.toString() === shown);
    if (stoppable !== inFront) {
      stoppable = inFront;
      void vscode.commands.executeCommand('setContext', 'ganPrior.running', inFront);
    }
    const [first, ...others] = runs;
    if (!first) {
      progress.hide();
      stop.hide();
      return;
    }
    const done = runs.reduce((sum, { run }) => sum + run.fraction, 0) / runs.length;
    const paused = runs.every(({ run }) => run.state.status === 'paused');
    progress.text = `$(${paused ? 'debug-pause' : 'loading~spin'}) GAN Prior ${Math.floor(100 * done)} %`;
    progress.tooltip = runs.map(({ name, run }) => `${name}: ${describe(run)}`).join('\n');
    progress.show();
    // Which of several is meant, the list asks.
    if (others.length > 0) return stop.hide();
    stop.tooltip = vscode.l10n.t('Stop {0} and keep what there is', first.name);
    stop.command = { command: 'ganPrior.cancel', title: '', arguments: [first.uri] };
    stop.accessibilityInformation = { label: vscode.l10n.t('Stop the run of {0}', first.name), role: 'button' };
    stop.show();
  };

  const onRun = ({ document }: OpenImage) =>
    document.listen(({ kind }) => {
      if (kind === 'run') update();
    });
  return vscode.Disposable.from(
    progress,
    stop,
    editors.onDidOpen(onRun),
    editors.onDidClose(update),
    vscode.window.tabGroups.onDidChangeTabs(update),
    vscode.window.tabGroups.onDidChangeTabGroups(update),
    vscode.commands.registerCommand(SHOW_RUNS, () => {
      if (running().length > 0) list = new RunList(running, () => (list = undefined));
    }),
  );
}

/** Lists what runs: one that is picked is shown, its button stops it. */
class RunList {
  readonly #list = vscode.window.createQuickPick<vscode.QuickPickItem & Running>();
  /** What is listed and in which state; a list that is drawn anew with every step nobody could use. */
  #listed = '';

  /** @param closed called once */
  constructor(
    private readonly running: () => readonly Running[],
    closed: () => void,
  ) {
    const list = this.#list;
    list.title = vscode.l10n.t('Runs of GAN Prior');
    list.placeholder = vscode.l10n.t('Choose a picture to show its run');
    list.onDidTriggerItemButton(({ item }) => void vscode.commands.executeCommand('ganPrior.cancel', item.uri));
    list.onDidAccept(() => {
      const [picked] = list.selectedItems;
      list.hide();
      if (picked) void vscode.commands.executeCommand('ganPrior.openEditor', picked.uri);
    });
    list.onDidHide(() => {
      list.dispose();
      closed();
    });
    this.refresh();
    list.show();
  }

  refresh(): void {
    const list = this.#list;
    const runs = this.running();
    if (runs.length === 0) return list.hide();
    const listed = runs.map(({ uri, run }) => `${uri.toString()} ${run.state.status}`).join();
    if (listed === this.#listed) return;
    this.#listed = listed;
    const tooltip = vscode.l10n.t('Stop and keep what there is');
    const buttons = [{ iconPath: new vscode.ThemeIcon('debug-stop'), tooltip }];
    list.items = runs.map((item) => ({ ...item, label: item.name, description: describe(item.run), buttons }));
  }
}

function describe({ state }: Run): string {
  const { step, iterations, backend, status } = state;
  switch (status) {
    case 'preparing':
    case 'starting':
      return vscode.l10n.t('begins');
    case 'composing':
      return vscode.l10n.t('the picture is put together');
    case 'stopping':
      return vscode.l10n.t('stops');
    default:
      return vscode.l10n.t('step {0} of {1} on {2}', step, iterations, backend);
  }
}
