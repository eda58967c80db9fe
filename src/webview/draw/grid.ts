/** The pictures, each of which can be chosen; the order in which they are chosen counts. */
import type { DrawItem } from '../../shared/draw/protocol.ts';
import { element, setText } from '../dom.ts';
import { showPng } from '../panelPage.ts';
import { texts } from './strings.ts';

interface Shown {
  readonly item: DrawItem;
  readonly label: string;
  readonly element: HTMLButtonElement;
  readonly image: HTMLImageElement;
  readonly order: HTMLElement;
}

export class Grid {
  readonly element = element('div', { class: 'pictures', role: 'group', 'aria-label': texts.pictures() });
  readonly #shown = new Map<number, Shown>();
  #chosen: number[] = [];

  /** @param changed other ones are chosen */
  constructor(private readonly changed: () => void) {}

  /** In the order in which they were chosen. */
  get chosen(): readonly number[] {
    return this.#chosen;
  }

  update(items: readonly DrawItem[]): void {
    const there = new Set(items.map(({ id }) => id));
    for (const [id, { element: node, image }] of this.#shown) {
      if (there.has(id)) continue;
      if (image.src.startsWith('blob:')) URL.revokeObjectURL(image.src);
      node.remove();
      this.#shown.delete(id);
    }
    for (const item of items) if (!this.#shown.has(item.id)) this.#add(item);
    this.#choose(this.#chosen.filter((id) => there.has(id)));
  }

  show(id: number, png: Uint8Array): void {
    const shown = this.#shown.get(id);
    if (!shown) return;
    showPng(shown.image, png);
    shown.image.hidden = false;
  }

  chooseNone(): void {
    this.#choose([]);
    this.changed();
  }

  #add(item: DrawItem): void {
    const label = texts.item(item, (id) => this.#shown.get(id)?.label ?? '?');
    const image = element('img', { alt: '', hidden: true });
    const order = element('span', { class: 'order', 'aria-hidden': 'true', hidden: true });
    const node = element(
      'button',
      { type: 'button', class: 'picture', 'aria-pressed': 'false' },
      element('span', { class: 'frame' }, image, order),
      element('span', { class: 'label' }, label),
    );
    node.addEventListener('click', () => this.#toggle(item.id));
    this.#shown.set(item.id, { item, label, element: node, image, order });
    this.element.append(node);
  }

  #toggle(id: number): void {
    const chosen = this.#chosen;
    this.#choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
    this.changed();
  }

  #choose(ids: number[]): void {
    this.#chosen = ids;
    for (const [id, { element: node, order }] of this.#shown) {
      const at = ids.indexOf(id);
      node.setAttribute('aria-pressed', String(at >= 0));
      order.hidden = at < 0;
      setText(order, String(at + 1));
    }
  }
}
