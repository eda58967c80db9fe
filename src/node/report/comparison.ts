/** Several methods on one picture: their table, their contact sheet, and a page that needs no other file. */
import type { Picture } from '../../engine/image/picture.ts';
import { encodePng } from '../codecs/index.ts';
import { escaped, htmlPage, htmlTable } from './htmlPage.ts';
import { measureLines, MEASURES, type Column, type Measured } from './measures.ts';
import { drawGrid, type Tile } from './sheet.ts';

/** What is known of one method's result. */
export interface Compared extends Measured {
  /** What it is called: "multi-code". */
  readonly method: string;
  readonly steps?: number;
  /** Why there is no result; the others hold. */
  readonly problem?: string;
}

export const COLUMNS: readonly Column<Compared>[] = [
  { title: 'method', cell: ({ method }) => method },
  ...MEASURES,
  { title: 'steps', cell: ({ steps }) => steps?.toString() },
  { title: 'problem', cell: ({ problem }) => problem },
];

export interface Comparison {
  readonly title: string;
  /** Sentences under the title of the page. */
  readonly lines: readonly string[];
  /** The picture is there unless the row has a problem. */
  readonly entries: readonly { readonly row: Compared; readonly picture?: Picture }[];
  /** Further pictures to be seen beside them, such as the original. */
  readonly others: readonly { readonly label: string; readonly picture: Picture }[];
}

/** So many beside each other, so that a sheet of many methods stays readable on a screen. */
const ABREAST = 6;

export function comparisonSheet(comparison: Comparison): Picture {
  const tiles = pictures(comparison).map(({ picture, lines }): Tile => ({ picture, lines }));
  const rows = Math.ceil(tiles.length / ABREAST);
  const each = Math.ceil(tiles.length / rows);
  return drawGrid(Array.from({ length: rows }, (_, i) => tiles.slice(i * each, (i + 1) * each)));
}

export function comparisonPage(comparison: Comparison): string {
  const { title, lines, entries } = comparison;
  const rows = entries.map(({ row }) => row);
  const columns = COLUMNS.filter(({ cell }) => rows.some((row) => cell(row) !== undefined));
  const table = htmlTable([
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row) ?? '-')),
  ]);
  const shown = pictures(comparison);
  const figures = shown.map(({ picture, lines }) => {
    const data = Buffer.from(encodePng(picture)).toString('base64');
    const caption = lines.map(escaped).join('<br>');
    return `<figure><img alt="${escaped(lines[0]!)}" src="data:image/png;base64,${data}"><figcaption>${caption}</figcaption></figure>`;
  });
  const body = `${table}
${divider(shown.map(({ lines }) => lines[0]!))}
<div class="pictures">
${figures.join('\n')}
</div>`;
  return htmlPage(title, lines, body);
}

/** What has a picture, in order. */
const pictures = ({ entries, others }: Comparison): { picture: Picture; lines: readonly string[] }[] => [
  ...entries.flatMap(({ row, picture }) => (picture ? [{ picture, lines: [row.method, ...measureLines(row)] }] : [])),
  ...others.map(({ label, picture }) => ({ picture, lines: [label] })),
];

/** Two of the figures under one divider. Without scripts, the figures are all there is. */
function divider(names: readonly string[]): string {
  if (names.length < 2) return '';
  const list = (chosen: number): string =>
    names.map((name, i) => `<option value="${i}"${i === chosen ? ' selected' : ''}>${escaped(name)}</option>`).join('');
  return `<style>
.divided { margin: 1.5rem 0; } .divided label { margin-right: 1rem; }
.divided .both { position: relative; max-width: 44rem; margin-top: .5rem; }
.divided img { display: block; width: 100%; image-rendering: pixelated; }
.divided .both img + img { position: absolute; inset: 0; height: 100%; clip-path: inset(0 0 0 var(--at)); }
.divided .both::after { content: ''; position: absolute; top: 0; bottom: 0; left: var(--at); border-left: 2px solid #fff; box-shadow: 0 0 0 1px #000; }
.divided input { width: 100%; max-width: 44rem; margin: .5rem 0; }
</style>
<div class="divided" hidden>
<label>A <select>${list(0)}</select></label><label>B <select>${list(1)}</select></label>
<div class="both" style="--at: 50%"><img alt=""><img alt=""></div>
<input type="range" min="0" max="100" value="50" aria-label="Divider between A and B">
</div>
<script>
addEventListener('DOMContentLoaded', () => {
  const part = document.querySelector('.divided');
  const [a, b] = part.querySelectorAll('select');
  const both = part.querySelector('.both');
  const figures = document.querySelectorAll('.pictures img');
  const show = () => [a, b].forEach((list, i) => {
    both.children[i].src = figures[list.value].src;
    both.children[i].alt = figures[list.value].alt;
  });
  a.onchange = b.onchange = show;
  part.querySelector('input').oninput = (event) => both.style.setProperty('--at', event.target.value + '%');
  show();
  part.hidden = false;
});
</script>`;
}
