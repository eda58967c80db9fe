/** The buttons under the picture: zoom, and the pixel grid. */
import { element, icon, setText } from '../dom.ts';
import { strings } from '../strings.ts';
import { GRID_FROM } from './pixelGrid.ts';
import type { View } from './view.ts';

export class ZoomBar {
  readonly element: HTMLElement;
  readonly #level = element('span', { class: 'level' });
  readonly #fit: HTMLButtonElement;
  readonly #actual: HTMLButtonElement;
  readonly #grid: HTMLButtonElement;

  constructor(
    private readonly view: View,
    toggleGrid: () => void,
  ) {
    this.#fit = tool(strings.fit(), strings.fitTip(), () => view.fit(), strings.fit());
    this.#actual = tool(strings.actual(), strings.actualTip(), () => view.actual(), strings.actual());
    this.#grid = tool(icon('grid'), strings.pixelGrid(), toggleGrid);
    this.element = element(
      'div',
      { class: 'zoom', role: 'group', 'aria-label': strings.zoom() },
      tool('−', strings.zoomOut(), () => view.step(-1)),
      this.#level,
      tool('+', strings.zoomIn(), () => view.step(1)),
      this.#fit,
      this.#actual,
      this.#grid,
    );
  }

  update(grid: boolean): void {
    const { percent, zoom } = this.view;
    setText(this.#level, strings.zoomLevel(percent));
    this.#fit.setAttribute('aria-pressed', String(zoom === 'fit'));
    this.#actual.setAttribute('aria-pressed', String(zoom !== 'fit' && percent === 100));
    this.#grid.setAttribute('aria-pressed', String(grid));
    this.#grid.hidden = zoom === 'fit' || percent < 100 * GRID_FROM;
  }
}

/** @param name what it is called aloud: what a button says, or the tip of one that shows a sign */
function tool(label: Node | string, tip: string, press: () => void, name = tip): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool', title: tip, 'aria-label': name }, label);
  node.addEventListener('click', press);
  return node;
}
