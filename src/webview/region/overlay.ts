/** What the region looks like on the picture: its surroundings dimmed, its size, and what it can be grabbed at. */
import type { UprightRegion as Region, Size } from '../../engine/tasks/index.ts';
import { element, setText } from '../dom.ts';
import { strings } from '../strings.ts';
import { HANDLES } from './geometry.ts';

export class RegionOverlay {
  readonly #size = element('span', { class: 'size' });
  /** Its handles carry their names as `data-handle`. */
  readonly #box = element(
    'div',
    { class: 'box' },
    ...HANDLES.map((handle) => element('span', { class: 'handle', 'data-handle': handle })),
    this.#size,
  );
  readonly element = element('div', { class: 'layer region', 'aria-hidden': 'true', hidden: true }, this.#box);

  show({ left, top, width, height }: Region, picture: Size): void {
    const { style } = this.#box;
    style.left = `${(100 * left) / picture.width}%`;
    style.top = `${(100 * top) / picture.height}%`;
    style.width = `${(100 * width) / picture.width}%`;
    style.height = `${(100 * height) / picture.height}%`;
    setText(this.#size, strings.regionSize(width, height));
  }
}
