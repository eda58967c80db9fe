/** What `activate` returns in VS Code's extension tests, and only there. */
import * as vscode from 'vscode';
import type { Result } from '../shared/documentState.ts';
import type { RunState } from '../shared/run/state.ts';
import type { DocumentEvent } from './document/events.ts';
import type { EditorProvider } from './editor/provider.ts';
import type { ScriptedDialogs } from './modelsView/scriptedDialogs.ts';
import type { Answer } from './save/write.ts';

export interface TestApi {
  /** Everything that happens to any document. */
  readonly onEvent: vscode.Event<{ readonly uri: vscode.Uri; readonly event: DocumentEvent }>;
  readonly onSaved: vscode.Event<{ readonly source: vscode.Uri; readonly file: vscode.Uri }>;
  /** The document of a picture as it is now, while an editor shows it. */
  document(uri: vscode.Uri): { readonly run: RunState | undefined; readonly result: Result | undefined } | undefined;
  /** Stands in for the dialogs about models. */
  readonly dialogs: ScriptedDialogs;
  /** Answers "the file exists already", as VS Code shows no dialogs in tests. */
  answer: Answer;
}

export function createTestApi(editors: EditorProvider, dialogs: ScriptedDialogs, onSaved: TestApi['onSaved']): TestApi {
  const events = new vscode.EventEmitter<{ uri: vscode.Uri; event: DocumentEvent }>();
  editors.onDidOpen(({ uri, document }) => document.listen((event) => events.fire({ uri, event })));
  return {
    onEvent: events.event,
    onSaved,
    document(uri) {
      const image = editors.images.find((candidate) => candidate.uri.toString() === uri.toString());
      return image && { run: image.document.run?.state, result: image.document.result };
    },
    dialogs,
    answer: undefined,
  };
}
