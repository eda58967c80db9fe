/** The snapshots of a run below the picture: scrubbed with the mouse or the arrow keys, kept, exported. */
import { element, setAttributes, setText } from '../dom.ts';
import { loss as lossText } from '../format.ts';
import { thumbnail } from '../paint.ts';
import { press } from '../press.ts';
import type { PageState } from '../state.ts';
import { isBusy } from '../status.ts';
import { strings } from '../strings.ts';
import { History, type Snapshot } from './history.ts';

export interface StripWishes {
  /** Show this one in place of the run's picture; nothing: the run's picture again. */
  show(snapshot: Snapshot | undefined): void;
  /** Make it the document's result. */
  keep(snapshot: Snapshot): void;
  /** Write all of them as an animation, or give up the one that is being made. */
  animate(): void;
}

/** Side of a thumbnail in device-independent pixels; drawn at twice that. */
const SIDE = 36;

export class HistoryStrip {
  readonly element: HTMLElement;
  readonly #history = new History();
  readonly #thumbnails = new Map<Snapshot, HTMLCanvasElement>();
  readonly #track = element('div', {
    class: 'frames',
    role: 'slider',
    tabindex: '0',
    'aria-label': strings.history(),
    'aria-orientation': 'horizontal',
    'aria-valuemin': '0',
  });
  readonly #caption = element('span', { class: 'caption' });
  readonly #keep = press(strings.keep(), () => this.#chosen && this.wishes.keep(this.#chosen), strings.keepTip());
  readonly #back = press(strings.latest(), () => this.#choose(undefined), strings.latestTip());
  readonly #animate = press(strings.animate(), () => this.wishes.animate(), strings.animateTip());
  #chosen: Snapshot | undefined;
  /** The run, and which face of it. */
  #run: string | undefined;
  #exporting: number | undefined;
  #state: PageState | undefined;

  constructor(private readonly wishes: StripWishes) {
    this.element = element(
      'section',
      { class: 'history', 'aria-label': strings.history(), hidden: true },
      this.#track,
      element('div', { class: 'actions' }, this.#caption, this.#back, this.#keep, this.#animate),
    );
    this.#track.addEventListener('keydown', (event) => this.#key(event));
    this.#track.addEventListener('pointerdown', (event) => this.#drag(event));
  }

  get snapshots(): readonly Snapshot[] {
    return this.#history.snapshots;
  }

  get chosen(): Snapshot | undefined {
    return this.#chosen;
  }

  update(state: PageState): void {
    this.#state = state;
    // Another run, another face, or none: these pictures belong to nothing any more.
    const run = state.run && `${state.run.id}.${state.run.part?.at ?? 1}`;
    if (run !== this.#run) {
      this.#run = run;
      this.#history.clear();
      this.#choose(undefined);
    }
    this.#draw();
  }

  add(snapshot: Snapshot): void {
    this.#history.add(snapshot);
    if (this.#chosen && !this.snapshots.includes(this.#chosen)) {
      // It was thinned out under the person's eyes: its neighbour is the nearest thing left.
      const { step: wanted } = this.#chosen;
      this.#choose(this.snapshots.findLast((snapshot) => snapshot.step <= wanted));
    }
    this.#draw();
  }

  /** @param share of the animation that is made, 0 to 1; nothing: none is being made */
  setExport(share: number | undefined): void {
    this.#exporting = share;
    this.#draw();
  }

  /** Back to what the run shows. */
  release(): void {
    this.#choose(undefined);
  }

  #draw(): void {
    const { snapshots } = this;
    this.element.hidden = snapshots.length < 2;
    for (const snapshot of [...this.#thumbnails.keys()]) {
      if (!snapshots.includes(snapshot)) this.#thumbnails.delete(snapshot);
    }
    const frames = snapshots.map((snapshot) => {
      const known = this.#thumbnails.get(snapshot);
      const frame = known ?? drawn(snapshot);
      this.#thumbnails.set(snapshot, frame);
      frame.classList.toggle('chosen', snapshot === this.#chosen);
      return frame;
    });
    if (frames.some((frame, i) => this.#track.children[i] !== frame) || frames.length !== this.#track.childElementCount)
      this.#track.replaceChildren(...frames);
    const shown = this.#chosen ?? this.#kept ?? snapshots.at(-1);
    const text = shown ? this.#describe(shown) : '';
    setText(this.#caption, text);
    setAttributes(this.#track, {
      'aria-valuemax': String(Math.max(0, snapshots.length - 1)),
      'aria-valuenow': String(shown ? snapshots.indexOf(shown) : 0),
      'aria-valuetext': this.#chosen || this.#kept ? text : strings.latestOf(text),
    });
    const share = this.#exporting;
    setText(this.#animate, share === undefined ? strings.animate() : strings.animating(Math.round(100 * share)));
    this.#animate.title = share === undefined ? strings.animateTip() : strings.animatingTip();
    this.#keep.disabled = this.#chosen === undefined;
    this.#back.hidden = this.#chosen === undefined;
    setText(this.#back, this.#state && isBusy(this.#state.status) ? strings.latest() : strings.toResult());
  }

  /** The one that was made the result, while that is what is seen. */
  get #kept(): Snapshot | undefined {
    const { status, result } = this.#state ?? {};
    if (!result?.kept || (status !== undefined && isBusy(status))) return undefined;
    return this.snapshots.find(({ step }) => step === result.steps);
  }

  #describe({ step }: Snapshot): string {
    const loss = this.#state?.run?.losses[step];
    return loss === undefined ? strings.snapshot(step) : strings.snapshotAt(step, lossText(loss));
  }

  #choose(snapshot: Snapshot | undefined): void {
    if (snapshot === this.#chosen) return;
    this.#chosen = snapshot;
    // These two can be pressed no more, and would lose the keyboard to the top of the page.
    if (!snapshot && [this.#keep, this.#back].some((part) => part === document.activeElement)) this.#track.focus();
    this.#draw();
    this.wishes.show(snapshot);
    if (snapshot) this.#thumbnails.get(snapshot)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #key(event: KeyboardEvent): void {
    const { snapshots } = this;
    const last = snapshots.length - 1;
    const at = this.#chosen ? snapshots.indexOf(this.#chosen) : last;
    const target = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageDown: at - 5,
      PageUp: at + 5,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === 'Enter' && this.#chosen && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      return this.wishes.keep(this.#chosen);
    }
    if (event.key === 'Escape' && this.#chosen) {
      event.preventDefault();
      return this.#choose(undefined);
    }
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#choose(snapshots[Math.min(last, Math.max(0, target))]);
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#track.focus({ preventScroll: true });
    this.#track.setPointerCapture(event.pointerId);
    const move = ({ clientX }: PointerEvent) => this.#choose(this.#under(clientX));
    move(event);
    this.#track.addEventListener('pointermove', move);
    this.#track.addEventListener('lostpointercapture', () => this.#track.removeEventListener('pointermove', move), {
      once: true,
    });
  }

  #under(clientX: number): Snapshot | undefined {
    return this.snapshots.findLast((snapshot, i) => {
      const frame = this.#thumbnails.get(snapshot);
      return i === 0 || (frame !== undefined && frame.getBoundingClientRect().left <= clientX);
    });
  }
}

function drawn({ shown }: Snapshot): HTMLCanvasElement {
  const side = 2 * SIDE;
  const canvas = element('canvas', { width: String(side), height: String(side), 'aria-hidden': 'true' });
  const pixels = new ImageData(side, side);
  thumbnail(shown.picture, pixels.data, side);
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  return canvas;
}
