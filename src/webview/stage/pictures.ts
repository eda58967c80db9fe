/** The two pictures that are compared: the source, and what has become of it so far or at last. */
import { quadOfRegion, type Preview as Shown, type Region } from '../../engine/tasks/index.ts';
import type { Result, Source } from '../../shared/documentState.ts';
import { element, setAttributes } from '../dom.ts';
import { Preview } from '../preview.ts';
import { strings } from '../strings.ts';

export class Pictures {
  readonly #source = element('img', { class: 'source', draggable: 'false' });
  /** Under a preview, which need not cover all of it. */
  readonly #base = element('img', { class: 'base', draggable: 'false', alt: '', 'aria-hidden': 'true' });
  readonly #result = element('img', { class: 'result', draggable: 'false', hidden: true });
  readonly #preview = new Preview();
  readonly #badges = [
    element('span', { class: 'badge' }, strings.before()),
    element('span', { class: 'badge' }, strings.after()),
  ] as const;
  /** Each fills its sheet. */
  readonly before = element('div', { class: 'face before' }, this.#source, this.#badges[0]);
  readonly after = element(
    'div',
    { class: 'face after', hidden: true },
    this.#base,
    this.#preview.element,
    this.#result,
    this.#badges[1],
  );
  #resultShown: Result | undefined;
  /** What the same run made of other parts. */
  readonly #kept: HTMLElement[] = [];
  /** Where the preview lies. */
  #at: Shown['at'] | undefined;

  /** @param unreadable told when the browser cannot show the source */
  constructor(unreadable: () => void) {
    this.#source.addEventListener('error', () => this.#source.hasAttribute('src') && unreadable());
  }

  /** Whether there is anything to compare the source with. */
  get comparable(): boolean {
    return !this.after.hidden;
  }

  /** Whether the result is what is seen. */
  get hasResult(): boolean {
    return !this.#result.hidden;
  }

  showSource({ uri, name, width, height }: Source): void {
    setAttributes(this.#source, { src: uri, alt: strings.pictureAlt(name, width, height) });
  }

  showResult(result: Result | undefined): void {
    if (result === this.#resultShown) return;
    this.#resultShown = result;
    URL.revokeObjectURL(this.#result.src);
    if (!result) return this.#result.removeAttribute('src');
    const url = URL.createObjectURL(new Blob([result.png as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
    const alt = strings.resultAlt(strings.task(result.task), result.width, result.height);
    setAttributes(this.#result, { src: url, alt });
  }

  /** Shows what would be saved of a run, where it lies on the source. @param appeared called when the first one is there */
  preview(shown: Shown, source: Source, appeared: () => void): void {
    this.#preview.show(shown, ({ picture, at }) => {
      this.#place(at, source, isOpaque(picture));
      if (this.after.hidden) appeared();
    });
  }

  #place(at: Shown['at'], source: Source, opaque: boolean): void {
    this.#at = at;
    const { left, top, width, height } = at;
    const [across, down] = [
      (x: number) => `${(100 * x) / source.width}%`,
      (y: number) => `${(100 * y) / source.height}%`,
    ];
    const { style } = this.#preview.element;
    style.left = across(left);
    style.top = down(top);
    style.width = across(width);
    style.height = down(height);
    // Nothing of the source may show through what is transparent.
    const corners = [
      [left, top],
      [left, top + height],
      [left + width, top + height],
      [left + width, top],
      [left, top],
    ] as const;
    const hole = corners.map(([x, y]) => `${across(x)} ${down(y)}`).join(', ');
    this.#base.style.clipPath = opaque ? '' : `polygon(evenodd, 0% 0%, 100% 0%, 100% 100%, 0% 100%, 0% 0%, ${hole})`;
  }

  clearPreview(): void {
    this.#preview.clear();
  }

  /** Forgets what `keepPreview` kept. */
  clearKept(): void {
    for (const kept of this.#kept.splice(0)) kept.remove();
  }

  /** What is shown of a run stays, as far as it lies in the region: the run goes on with another part. */
  keepPreview(region: Region): void {
    const at = this.#at;
    if (!at) return;
    const kept = this.#preview.copy();
    setAttributes(kept, { role: undefined, 'aria-label': undefined, 'aria-hidden': 'true' });
    const inside = quadOfRegion(region).map(
      ({ x, y }) => `${(100 * (x - at.left)) / at.width}% ${(100 * (y - at.top)) / at.height}%`,
    );
    kept.style.clipPath = `polygon(${inside.join(', ')})`;
    this.#preview.element.before(kept);
    this.#kept.push(kept);
  }

  /** @param finished the result, if any, is what is to be seen */
  update(finished: boolean): void {
    this.#result.hidden = !finished || !this.#resultShown;
    // A result is the whole picture; under transparent parts of it nothing must show through.
    this.#base.hidden = !this.#result.hidden;
    for (const kept of this.#kept) kept.hidden = !this.#result.hidden;
    this.after.hidden = this.#result.hidden && this.#preview.element.hidden;
    if (!this.#base.hidden && !this.after.hidden) setAttributes(this.#base, { src: this.#source.src });
  }
}

function isOpaque({ data }: Shown['picture']): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}
