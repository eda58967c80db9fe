/** The buttons that start, pause, stop and save. Which of them there are follows from the status. */
import type { RunAction } from '../shared/run/control.ts';
import { element } from './dom.ts';
import type { PageState } from './state.ts';
import { isBusy, type Status } from './status.ts';
import { strings } from './strings.ts';
import { button } from './toolkit.ts';

export interface TransportActions {
  start(): void;
  control(action: RunAction): void;
  save(as: boolean): void;
}

export class Transport {
  readonly element: HTMLElement;
  readonly #main;
  readonly #stop;
  readonly #save;
  readonly #saveAs;
  #status: Status = 'loading';

  /** @param runKeys the shortcut of the main button, for its tooltip */
  constructor(
    private readonly actions: TransportActions,
    private readonly runKeys: string,
  ) {
    this.#main = button(() => this.pressMain());
    this.#stop = button(() => actions.control('stop'));
    this.#save = button(() => actions.save(false));
    this.#saveAs = button(() => actions.save(true));
    const buttons = [this.#main, this.#stop, this.#save, this.#saveAs].map((part) => part.element);
    this.element = element('div', { class: 'transport', role: 'group', 'aria-label': strings.controls() }, ...buttons);
  }

  /** Start, pause or resume, whatever is next. */
  pressMain(): void {
    if (this.#status === 'running') this.actions.control('pause');
    else if (this.#status === 'paused') this.actions.control('resume');
    else if (!isBusy(this.#status)) this.actions.start();
  }

  /** Gives the keyboard to the main button, which is always there. */
  focus(): void {
    this.#main.element.focus();
  }

  update(state: PageState): void {
    const { status, setup, result } = state;
    this.#status = status;
    const busy = isBusy(status);
    const unsaved = status === 'done' && result !== undefined && result.savedAs === undefined;
    this.#main.set({
      ...this.#mainLook(status),
      primary: !unsaved,
      disabled: status === 'preparing' || status === 'finishing' || !setup?.models.length,
    });
    const { label, tip } = stopLook(state);
    this.#stop.set({ label, tip, icon: 'stop' });
    this.#save.set({ label: strings.save(), tip: strings.saveTip(), icon: 'save', primary: unsaved });
    this.#saveAs.set({ label: strings.saveAs(), tip: strings.saveAsTip() });
    this.#show(this.#stop.element, busy);
    const savable = !busy && result !== undefined;
    this.#show(this.#save.element, savable);
    this.#show(this.#saveAs.element, savable);
    this.element.classList.toggle('savable', savable);
  }

  #mainLook(status: Status): { label: string; tip: string; icon: 'play' | 'pause' } {
    const keys = this.runKeys;
    switch (status) {
      case 'running':
        return { label: strings.pause(), tip: strings.pauseTip(keys), icon: 'pause' };
      case 'paused':
        return { label: strings.resume(), tip: strings.resumeTip(keys), icon: 'play' };
      case 'done':
        return { label: strings.startAgain(), tip: strings.startTip(keys), icon: 'play' };
      case 'failed':
        return { label: strings.tryAgain(), tip: strings.startTip(keys), icon: 'play' };
      case 'loading':
      case 'idle':
      case 'preparing':
      case 'finishing':
        return { label: strings.start(), tip: strings.startTip(keys), icon: 'play' };
    }
  }

  /** A button that disappears hands its focus on: keyboard users would be thrown back to the top of the page. */
  #show(part: HTMLElement, visible: boolean): void {
    const focused = !visible && part.contains(document.activeElement);
    part.hidden = !visible;
    if (focused) this.focus();
  }
}

/** Before the first step, and once the last one is made, there is nothing to stop that would leave anything. */
function stopLook({ status }: PageState): { label: string; tip: string } {
  switch (status) {
    case 'preparing':
      return { label: strings.cancel(), tip: strings.cancelTip() };
    case 'finishing':
      return { label: strings.cancel(), tip: strings.cancelResultTip() };
    default:
      return { label: strings.stop(), tip: strings.stopTip() };
  }
}
