/** One picture of a comparison: what it is called, how it stands, and the picture itself in a pane of its own. */
import type { Pane } from '../stage/view.ts';
import { PixelGrid } from '../stage/pixelGrid.ts';
import { element, setAttributes, setText } from '../dom.ts';
import { sentences } from './sentences.ts';

export class Tile {
  readonly element: HTMLElement;
  readonly pane: Pane;
  readonly grid: PixelGrid;
  readonly #name = element('span', { class: 'name' });
  readonly #standing = element('span', { class: 'standing' });
  readonly #save = element('button', { type: 'button', class: 'tool', hidden: true }, sentences.save());
  readonly #image = element('img', { draggable: 'false', hidden: true });
  #title = '';

  /** @param loaded told when the picture's size is known @param save absent: it is in a file anyway */
  constructor(loaded: (image: HTMLImageElement) => void, save?: () => void) {
    const sheet = element('div', { class: 'sheet' }, this.#image);
    const viewport = element('div', { class: 'viewport', tabindex: '0', role: 'group' }, sheet);
    this.pane = { viewport, sheet };
    this.grid = new PixelGrid(this.pane);
    this.#image.addEventListener('load', () => loaded(this.#image));
    if (save) this.#save.addEventListener('click', save);
    else this.#save.remove();
    this.element = element(
      'figure',
      { class: 'tile' },
      element('figcaption', {}, this.#name, this.#standing, ...(save ? [this.#save] : [])),
      element('div', { class: 'pane' }, viewport, this.grid.element),
    );
  }

  /** @param url of the picture; nothing: there is none yet */
  show(title: string, standing: string, url: string | undefined): void {
    setText(this.#name, title);
    this.#name.title = title;
    setText(this.#standing, standing);
    this.#standing.title = standing;
    if (title !== this.#title) {
      this.#title = title;
      setAttributes(this.#save, { title: sentences.saveOne(title), 'aria-label': sentences.saveOne(title) });
      setAttributes(this.pane.viewport, { 'aria-label': sentences.alt(title) });
      setAttributes(this.#image, { alt: sentences.alt(title) });
    }
    this.#image.hidden = url === undefined;
    this.#save.hidden = url === undefined;
    this.pane.sheet.classList.toggle('empty', url === undefined);
    if (url !== undefined && this.#image.getAttribute('src') !== url) this.#image.src = url;
  }
}
