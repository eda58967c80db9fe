/** Work that ends in an orderly way when somebody asks for it (Ctrl-C, `kill`): a run keeps what there is. */
import { RunControl } from '../engine/inversion/run.ts';
import { EngineError } from '../engine/errors.ts';
import { answerSignals } from './thread.ts';

export class Interruption {
  readonly #controller = new AbortController();
  readonly #end = answerSignals(() => {
    this.#controller.abort(new EngineError('It was stopped.'));
    this.#control?.stop();
  });
  #control: RunControl | undefined;

  get requested(): boolean {
    return this.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The control of the next run. */
  control(): RunControl {
    this.#control = new RunControl();
    if (this.requested) this.#control.stop();
    return this.#control;
  }

  dispose(): void {
    this.#end();
  }
}
