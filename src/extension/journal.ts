/** Writes down what happens to a document, and tells of failures that nobody would see in an editor. */
import * as vscode from 'vscode';
import type { DocumentEvent } from './document/events.ts';
import type { EditorProvider } from './editor/provider.ts';
import type { OpenImage } from './editor/openImage.ts';

export function keepJournal(editors: EditorProvider, log: vscode.LogOutputChannel): vscode.Disposable {
  return editors.onDidOpen((image) => {
    log.debug(`${image.name}: opened.`);
    let phase = '';
    image.document.listen((event) => {
      if (event.kind === 'event' && event.event.kind === 'phase') {
        // A phase reports its progress too; its beginning is worth a line.
        const now = `${event.run.id} ${event.event.phase}`;
        if (now === phase) return;
        phase = now;
      }
      record(image, event, log);
      if (event.kind === 'failed' && !editors.isVisible(image)) void announce(image, event.message, log);
    });
  });
}

function record({ name, document }: OpenImage, event: DocumentEvent, log: vscode.LogOutputChannel): void {
  switch (event.kind) {
    case 'event': {
      const { run, event: happened } = event;
      if (happened.kind === 'phase') {
        const where = run.host ? 'the extension host' : 'the editor page';
        log.info(`${name}: ${run.task}, ${happened.phase} on ${happened.backend} in ${where}.`);
      } else if (happened.kind === 'refused') {
        log.warn(`${name}: ${run.task} goes on as it was. ${happened.reason}`);
      } else if (happened.kind === 'done') {
        const { steps, milliseconds, backend, stopped } = happened.outcome;
        const how = stopped ? 'stopped' : 'finished';
        log.info(`${name}: ${run.task} ${how} after ${steps} steps in ${Math.round(milliseconds)} ms on ${backend}.`);
      }
      return;
    }
    case 'failed':
      return log.error(`${name}: ${event.run.task} failed: ${event.message}`);
    case 'interrupted':
      return log.info(`${name}: the page of a run is gone; the last checkpoint is kept.`);
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
    case 'changed':
      return log.info(`${name}: ${event.run.task} goes on changed: ${JSON.stringify(event.change)}.`);
    case 'notice':
      return log.warn(`${name}: ${event.message}`);
    case 'maskAside':
      return log.warn(`${name}: the mask for ${event.size.width} x ${event.size.height} pixels is put aside.`);
    case 'unsaved':
      return log.warn(`${name}: the file with its mask and settings was deleted; they are unsaved now.`);
    case 'truth':
    case 'choices':
    case 'amend':
    case 'control':
    case 'mask':
    case 'regionEdit':
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
