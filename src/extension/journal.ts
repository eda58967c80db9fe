/** Writes down what happens to a document, and tells of failures that nobody would see in an editor. */
import * as vscode from 'vscode';
import type { DocumentEvent } from './document/events.ts';
import type { RunHappening } from '../shared/run/reduce.ts';
import type { Run } from './document/run.ts';
import type { EditorProvider } from './editor/provider.ts';
import type { OpenImage } from './editor/openImage.ts';

export function keepJournal(editors: EditorProvider, log: vscode.LogOutputChannel): vscode.Disposable {
  return editors.onDidOpen((image) => {
    log.debug(`${image.name}: opened.`);
    let phase = '';
    image.document.listen((event) => {
      if (event.kind === 'run' && event.event.kind === 'phase') {
        // A phase reports its progress too; its beginning is worth a line.
        const now = `${event.run.id} ${event.event.phase}`;
        if (now === phase) return;
        phase = now;
      }
      record(image, event, log);
      if (event.kind === 'run' && event.event.kind === 'failed' && !editors.isVisible(image))
        void announce(image, event.event.message, log);
    });
  });
}

function record({ name, document }: OpenImage, event: DocumentEvent, log: vscode.LogOutputChannel): void {
  switch (event.kind) {
    case 'run':
      return recordRun(name, event.run, event.event, log);
    case 'saved':
      return log.info(`${name}: saved as ${event.name}.`);
    case 'result':
      return log.debug(`${name}: result ${document.result?.run ?? 'none'}.`);
    case 'sourceChanged':
      return log.info(`${name}: the file changed on disk.`);
    case 'maskEdit':
      return log.debug(`${name}: mask, ${event.edit}.`);
    case 'region':
      return log.debug(`${name}: region ${event.region ? Object.values(event.region).join(',') : 'none'}.`);
    case 'notice':
      return log.warn(`${name}: ${event.message}`);
    case 'maskAside':
      return log.warn(`${name}: the mask for ${event.size.width} x ${event.size.height} pixels is put aside.`);
    case 'unsaved':
      return log.warn(`${name}: the file with its mask and settings was deleted; they are unsaved now.`);
    case 'faces':
      return log.debug(`${name}: ${event.faces?.length ?? 'no'} faces.`);
    case 'comparison':
      return log.debug(
        `${name}: compared: ${event.comparison?.methods.map(({ method, status }) => `${method} ${status}`).join(', ') ?? 'nothing'}.`,
      );
    case 'compared':
    case 'truth':
    case 'choices':
    case 'preview':
    case 'mask':
    case 'regionEdit':
      return;
  }
}

function recordRun(name: string, run: Run, event: RunHappening, log: vscode.LogOutputChannel): void {
  const { state, task } = run;
  switch (event.kind) {
    case 'begun':
      return log.info(`${name}: ${task} is prepared.`);
    case 'assigned': {
      const where = event.on === 'host' ? 'the extension host' : 'the editor page';
      const why = event.because ? ` (${event.because.why})` : '';
      return log.info(`${name}: ${task} is made in ${where}${why}, from step ${run.checkpoint?.step ?? 0}.`);
    }
    case 'phase':
      return log.info(`${name}: ${task}, ${event.phase} on ${event.backend}.`);
    case 'refused':
      return log.warn(`${name}: ${task} goes on as it was. ${event.reason}`);
    case 'changed':
      return log.info(`${name}: ${task} goes on changed: ${JSON.stringify(event.change)}.`);
    case 'next':
      return log.info(`${name}: ${task} goes on with face ${state.part?.at ?? 1} of ${state.part?.of ?? 1}.`);
    case 'ended':
      return log.info(`${name}: ${task} ended after ${event.step} of ${state.iterations} steps on ${event.backend}.`);
    case 'lost':
      return log.info(`${name}: the page of a run is gone; the last checkpoint is kept.`);
    case 'cancelled':
      return log.info(`${name}: ${task} is cancelled.`);
    case 'failed':
      return log.error(`${name}: ${task} failed: ${event.message}`);
    case 'prepared':
    case 'progress':
    case 'note':
    case 'stopped':
    case 'composing':
    case 'composed':
      return;
  }
}

async function announce({ uri, name }: OpenImage, message: string, log: vscode.LogOutputChannel): Promise<void> {
  const showEditor = vscode.l10n.t('Show Editor');
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(`${name}: ${message}`, showEditor, showLog);
  if (chosen === showEditor) await vscode.commands.executeCommand('ganPrior.openEditor', uri);
  if (chosen === showLog) log.show();
}
