/** The picture: the source, what has become of it so far or at last, the divider between them, and zoom. */
import type { Tensor } from '../engine/tensor.ts';
import type { Result, Source } from '../shared/protocol.ts';
import { Compare } from './compare.ts';
import { element, setAttributes, setText } from './dom.ts';
import { MaskEditor, type MaskWishes } from './mask/editor.ts';
import type { MaskSettings } from './mask/tools.ts';
import { Preview } from './preview.ts';
import type { PageState } from './state.ts';
import { isBusy } from './status.ts';
import { strings } from './strings.ts';
import { fitScale, neighbour, type Size, type Zoom } from './zoom.ts';

/** From this scale on a zoomed picture shows its pixels. */
const PIXELATED_FROM = 3;

export class Stage {
  readonly element: HTMLElement;
  readonly #source = element('img', { class: 'source', draggable: 'false' });
  readonly #result = element('img', { class: 'result', draggable: 'false', hidden: true });
  readonly #preview = new Preview();
  readonly #before = element('span', { class: 'badge before' }, strings.before());
  readonly #after = element('span', { class: 'badge after' }, strings.after());
  readonly #sheet = element('div', { class: 'sheet', hidden: true });
  readonly #compare = new Compare(this.#sheet);
  readonly #viewport = element('div', {
    class: 'viewport',
    tabindex: '0',
    role: 'region',
    'aria-label': strings.picture(),
  });
  readonly #message = element('p', { class: 'message' });
  readonly #level = element('span', { class: 'level' });
  readonly #fit = tool(strings.fit(), strings.fitTip(), () => this.setZoom('fit'));
  readonly #actual = tool(strings.actual(), strings.actualTip(), () => this.setZoom(1 / window.devicePixelRatio));
  readonly #toolbar: HTMLElement;
  readonly mask: MaskEditor;
  #state: PageState | undefined;
  /** A person looks at a snapshot. */
  #snapshot = false;
  #zoom: Zoom = 'fit';
  #scale = 1;

  constructor(maskSettings: MaskSettings | undefined, maskWishes: MaskWishes) {
    this.#sheet.append(
      this.#source,
      element('div', { class: 'layer before' }, this.#before),
      element('div', { class: 'layer after' }, this.#preview.element, this.#result, this.#after),
    );
    this.mask = new MaskEditor(this.#viewport, this.#sheet, maskSettings, maskWishes);
    this.#sheet.append(this.#compare.element);
    this.#viewport.append(this.#sheet);
    this.#toolbar = element(
      'div',
      { class: 'zoom', role: 'group', 'aria-label': strings.zoom() },
      tool('−', strings.zoomOut(), () => this.#step(-1)),
      this.#level,
      tool('+', strings.zoomIn(), () => this.#step(1)),
      this.#fit,
      this.#actual,
    );
    this.element = element(
      'section',
      { class: 'stage', 'aria-label': strings.picture() },
      this.mask.toolbar,
      this.mask.hint,
      this.#message,
      this.#viewport,
      this.#toolbar,
    );
    this.#source.addEventListener('error', () => this.#source.hasAttribute('src') && this.#say(strings.unreadable()));
    new ResizeObserver(() => this.#layout()).observe(this.#viewport);
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.#viewport.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
  }

  update(state: PageState): void {
    const previous = this.#state;
    this.#state = state;
    const { source, result, status } = state;
    if (!source) {
      this.#toolbar.hidden = true;
      this.#say(status === 'failed' ? (state.problem ?? '') : strings.opening());
      return;
    }
    if (source !== previous?.source) this.#showSource(source);
    if (result !== previous?.result) this.#showResult(result);
    const busy = isBusy(status);
    if (busy && !isBusy(previous?.status ?? 'loading')) this.#begin();
    if (!busy && !this.#snapshot) this.#preview.clear();
    if (!busy) this.mask.setAside(false);
    this.#place();
    this.#result.hidden = busy || !result || this.#snapshot;
    const comparable = !this.#result.hidden || !this.#preview.element.hidden;
    this.#compare.setVisible(comparable);
    this.#before.hidden = this.#after.hidden = !comparable;
    if (status === 'done' && previous?.status === 'finishing') this.#compare.settle(50);
    this.#layout();
  }

  preview(x: Tensor<'float32'>): void {
    if (!this.#state || !isBusy(this.#state.status) || this.#snapshot) return;
    this.#preview.show(x, () => this.#state && this.update(this.#state));
  }

  /** Shows an earlier x in place of the run's picture or its result; nothing: these again. @param latest of a run that goes */
  showSnapshot(x: Tensor<'float32'> | undefined, latest: Tensor<'float32'> | undefined): void {
    const state = this.#state;
    if (!state) return;
    this.#snapshot = x !== undefined;
    const shown = x ?? (isBusy(state.status) ? latest : undefined);
    if (shown) this.#preview.show(shown, () => this.#state && this.update(this.#state));
    this.update(state);
  }

  setZoom(zoom: Zoom, anchor?: { readonly x: number; readonly y: number }): void {
    const { width, height, left, top } = this.#viewport.getBoundingClientRect();
    const at = anchor ?? { x: left + width / 2, y: top + height / 2 };
    const before = this.#sheet.getBoundingClientRect();
    const share = { x: (at.x - before.left) / before.width, y: (at.y - before.top) / before.height };
    this.#zoom = zoom;
    this.#layout();
    const after = this.#sheet.getBoundingClientRect();
    this.#viewport.scrollBy(after.left + share.x * after.width - at.x, after.top + share.y * after.height - at.y);
  }

  #begin(): void {
    this.#preview.clear();
    this.#compare.set(0);
    this.mask.setAside(true);
  }

  #say(text: string): void {
    setText(this.#message, text);
    this.#message.hidden = text === '';
    this.#sheet.hidden = text !== '';
  }

  #showSource({ uri, name, width, height }: Source): void {
    this.#say('');
    this.#toolbar.hidden = false;
    setAttributes(this.#source, { src: uri, alt: strings.pictureAlt(name, width, height) });
  }

  #showResult(result: Result | undefined): void {
    URL.revokeObjectURL(this.#result.src);
    if (!result) return this.#result.removeAttribute('src');
    const url = URL.createObjectURL(new Blob([result.png as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
    const alt = strings.resultAlt(strings.task(result.task), result.width, result.height);
    setAttributes(this.#result, { src: url, alt });
  }

  /** Puts previews where the generator's output lies on the source. */
  #place(): void {
    const { source, run } = this.#state ?? {};
    if (!source || !run?.placement) return;
    const { left, top, width, height } = run.placement;
    const { style } = this.#preview.element;
    style.left = `${(100 * left) / source.width}%`;
    style.top = `${(100 * top) / source.height}%`;
    style.width = `${(100 * width) / source.width}%`;
    style.height = `${(100 * height) / source.height}%`;
  }

  /** The picture whose pixels 1:1 means: the result where there is one. */
  #natural(): Size | undefined {
    return this.#result.hidden ? this.#state?.source : this.#state?.result;
  }

  #layout(): void {
    const natural = this.#natural();
    if (!natural) return;
    const style = getComputedStyle(this.#viewport);
    const space = {
      width: this.#viewport.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight),
      height: this.#viewport.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom),
    };
    this.#scale = this.#zoom === 'fit' ? fitScale(natural, space) : this.#zoom;
    this.#sheet.style.width = `${natural.width * this.#scale}px`;
    this.#sheet.style.height = `${natural.height * this.#scale}px`;
    this.#sheet.classList.toggle('enlarged', this.#scale > 1);
    this.#sheet.classList.toggle('pixelated', this.#zoom !== 'fit' && this.#scale >= PIXELATED_FROM);
    const percent = Math.round(100 * this.#scale * window.devicePixelRatio);
    setText(this.#level, strings.zoomLevel(percent));
    this.#fit.setAttribute('aria-pressed', String(this.#zoom === 'fit'));
    this.#actual.setAttribute('aria-pressed', String(this.#zoom !== 'fit' && percent === 100));
  }

  #step(direction: 1 | -1, anchor?: { x: number; y: number }): void {
    const ratio = window.devicePixelRatio;
    this.setZoom(neighbour(this.#scale * ratio, direction) / ratio, anchor);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = {
      '+': () => this.#step(1),
      '=': () => this.#step(1),
      '-': () => this.#step(-1),
      '0': () => this.setZoom('fit'),
      '1': () => this.setZoom(1 / window.devicePixelRatio),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  #wheel(event: WheelEvent): void {
    // Pinching on a touchpad arrives as a wheel with the control key.
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.#step(event.deltaY < 0 ? 1 : -1, { x: event.clientX, y: event.clientY });
  }
}

function tool(label: string, tip: string, press: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool', title: tip, 'aria-label': tip }, label);
  node.addEventListener('click', press);
  return node;
}
