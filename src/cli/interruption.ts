/** Ctrl-C: the first one stops the run and keeps what there is, a second one gives up. */
import { RunControl } from '../engine/inversion/run.ts';
import { EXIT } from './errors.ts';

export class Interruption {
  #requested = false;
  #control: RunControl | undefined;

  readonly #onSignal = (): void => {
    if (this.#requested) process.exit(EXIT.interrupted);
    this.#requested = true;
    this.#control?.stop();
  };

  constructor() {
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  get requested(): boolean {
    return this.#requested;
  }

  /** The control of the next run. */
  control(): RunControl {
    this.#control = new RunControl();
    if (this.#requested) this.#control.stop();
    return this.#control;
  }

  dispose(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}
