/** Remembers how long runs took on this computer, so that the next comparison can say how long it will take. */
import type * as vscode from 'vscode';
import * as v from 'valibot';
import { parseRecord } from '../../node/record.ts';
import { paceKey, type Paces } from '../../shared/comparison/paces.ts';
import type { Result } from '../../shared/documentState.ts';
import type { EditorProvider } from '../editor/provider.ts';

const KEY = 'ganPrior.paces';
const schema = v.record(v.string(), v.pipe(v.number(), v.minValue(0)));

export class PaceMemory {
  constructor(private readonly memory: vscode.Memento) {}

  get paces(): Paces {
    const read = v.safeParse(schema, this.memory.get(KEY));
    return read.success ? read.output : {};
  }

  /** Learns from every run of every picture. */
  learnFrom(editors: EditorProvider): vscode.Disposable {
    return editors.onDidOpen(({ document }) => {
      document.listen((event) => {
        if (event.kind !== 'result' || !event.result) return;
        const { run } = document;
        const learned = paceOf(event.result, run?.id === event.result.run ? run.state.msPerStep : 0);
        if (!learned) return;
        void this.memory.update(KEY, { ...this.paces, ...learned });
        editors.pacesChanged(this.paces);
      });
    });
  }
}

/**
 * @param msPerStep as the run's own progress had it, without what went before its first step; 0: nobody knows
 * @returns nothing of what says nothing: results of earlier sessions, snapshots, and what was stopped before its first step
 */
export function paceOf(result: Result, msPerStep: number): Paces | undefined {
  const { model, task, steps, milliseconds, width, height, codes, restored, kept } = result;
  if (restored || kept || steps < 1) return undefined;
  const method = parseRecord(result.record)?.options.method;
  if (!method) return undefined;
  const perStep = msPerStep > 0 ? msPerStep : milliseconds / steps;
  return { [paceKey(model, method, task)]: codes > 0 ? perStep : perStep / (width * height) };
}
