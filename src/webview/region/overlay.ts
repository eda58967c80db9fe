/** What the region looks like on the picture: its surroundings dimmed, its size, and what it can be grabbed at. */
import { isTurned, type Size } from '../../engine/tasks/index.ts';
import type { ChosenRegion } from '../../shared/chosenRegion.ts';
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

  show(region: ChosenRegion, picture: Size): void {
    placeBox(this.#box, region, picture);
    const [width, height] = isTurned(region)
      ? [Math.round(region.side), Math.round(region.side)]
      : [region.width, region.height];
    setText(this.#size, strings.regionSize(width, height));
  }
}

/** Lays an element over a region, in shares of the picture that it lies on. */
export function placeBox({ style, classList }: HTMLElement, region: ChosenRegion, picture: Size): void {
  const turned = isTurned(region);
  const { left, top, width, height } = turned
    ? { left: region.x - region.side / 2, top: region.y - region.side / 2, width: region.side, height: region.side }
    : region;
  style.left = `${(100 * left) / picture.width}%`;
  style.top = `${(100 * top) / picture.height}%`;
  style.width = `${(100 * width) / picture.width}%`;
  style.height = `${(100 * height) / picture.height}%`;
  style.rotate = turned ? `${region.angle}deg` : '';
  classList.toggle('turned', turned);
}
