/** The sheet of a study, as in the paper's Fig. 10: a row for each model (and number of codes), a column for each layer. */
import type { StudyCell, StudyState } from '../../shared/study/state.ts';
import { element, setText } from '../dom.ts';
import { texts } from './strings.ts';

type Row = StudyCell['row'];

interface Shown {
  readonly element: HTMLElement;
  readonly image: HTMLImageElement;
  readonly lines: HTMLElement;
}

export class Sheet {
  readonly element: HTMLElement;
  readonly #table = element('table', {}, element('caption', { class: 'visually-hidden' }, texts.results()));
  #cells: Shown[] = [];
  /** The plan that the table is of. */
  #planned = '';

  constructor() {
    // What is wider than the page is scrolled to by keys, too.
    this.element = element(
      'div',
      { class: 'sheet', role: 'region', tabindex: '0', 'aria-label': texts.results(), hidden: true },
      this.#table,
    );
  }

  update({ cells, plan, models }: StudyState): void {
    this.element.hidden = cells.length === 0;
    if (!plan || cells.length === 0) {
      this.#planned = '';
      return;
    }
    const planned = JSON.stringify([plan, cells.map(({ row: { model, layer, codes } }) => [model, layer, codes])]);
    if (planned !== this.#planned) {
      this.#planned = planned;
      const names = new Map(models.map(({ id, name }) => [id, name]));
      this.#build(cells, plan.layers, (id) => names.get(id) ?? id);
    }
    cells.forEach((cell, i) => {
      const { element: place, image, lines } = this.#cells[i]!;
      place.dataset['state'] = cell.row.problem === undefined ? cell.state : 'absent';
      setText(lines, linesOf(cell).join('\n'));
      image.hidden = image.src === '';
    });
  }

  /** The picture of a cell. */
  image(index: number): HTMLImageElement | undefined {
    const shown = this.#cells[index];
    if (shown) shown.image.hidden = false;
    return shown?.image;
  }

  #build(cells: readonly StudyCell[], layers: readonly number[], nameOf: (id: string) => string): void {
    this.#cells = cells.map(({ row }) => shown(labelOf(row, nameOf(row.model))));
    const groups = new Map<string, number[]>();
    cells.forEach(({ row }, i) => {
      const key = `${row.model} ${row.codes}`;
      groups.set(key, [...(groups.get(key) ?? []), i]);
    });
    const head = element('tr', {}, element('th', { scope: 'col' }, texts.model()));
    for (const layer of layers) head.append(element('th', { scope: 'col' }, texts.layer(layer)));
    const body = [...groups.values()].map((of) => {
      const first = cells[of[0]!]!.row;
      const name = nameOf(first.model);
      const title = first.codes === null ? name : texts.withCodes(name, first.codes);
      const row = element('tr', {}, element('th', { scope: 'row' }, title));
      // What has no layers has one cell, as wide as all of them.
      if (first.layer === null)
        row.append(element('td', { colspan: String(layers.length || 1) }, this.#cells[of[0]!]!.element));
      else for (const i of of) row.append(element('td', {}, this.#cells[i]!.element));
      return row;
    });
    const caption = this.#table.firstElementChild!;
    this.#table.replaceChildren(caption, element('thead', {}, head), element('tbody', {}, ...body));
  }
}

const labelOf = ({ layer }: Row, name: string): string => (layer === null ? name : texts.cell(name, layer));

function shown(label: string): Shown {
  const image = element('img', { alt: label, hidden: true });
  const lines = element('div', { class: 'lines' });
  return { element: element('div', { class: 'cell' }, image, lines), image, lines };
}

function linesOf({ row, state }: StudyCell): string[] {
  const { psnr, ssim, lpips, seconds, problem } = row;
  if (problem !== undefined) return [state === 'done' ? problem : texts.absent()];
  if (state === 'waiting') return [texts.waiting()];
  if (state === 'running') return ['…'];
  return [
    ...(psnr === undefined ? [] : [texts.psnr(psnr)]),
    ...(ssim === undefined ? [] : [texts.ssim(ssim)]),
    ...(lpips === undefined ? [] : [texts.lpips(lpips)]),
    ...(seconds === undefined ? [] : [texts.seconds(seconds)]),
  ];
}
