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
    this.#fit = tool(strings.fit(), strings.fitTip(), () => view.fit());
    this.#actual = tool(strings.actual(), strings.actualTip(), () => view.actual());
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

function tool(label: Node | string, tip: string, press: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool', title: tip, 'aria-label': tip }, label);
  node.addEventListener('click', press);
  return node;
}
