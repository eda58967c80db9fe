/** A study as a page of its own: chart, table and pictures in one file that asks for no other. */
import type { Picture } from '../../engine/image/picture.ts';
import { encodePng } from '../codecs/index.ts';
import { escaped, htmlPage } from '../report/htmlPage.ts';
import { MEASURES } from '../report/measures.ts';
import type { Row } from '../../shared/study/row.ts';
import { grouped } from './rows.ts';

export interface Report {
  readonly title: string;
  /** Sentences under the title. */
  readonly lines: readonly string[];
  readonly rows: readonly Row[];
  /** Of a row, in the order of `rows`; absent where it has a problem. */
  readonly pictures: readonly (Picture | undefined)[];
  /** What the rows are compared with. */
  readonly shown: readonly { readonly label: string; readonly picture: Picture }[];
}

export function writeReport({ title, lines, rows, pictures, shown }: Report): string {
  const figures = [
    ...shown.map(({ label, picture }) => figure(picture, label)),
    ...rows.flatMap((row, i) => (pictures[i] ? [figure(pictures[i], nameOf(row))] : [])),
  ];
  const body = `${chart(rows)}
${tableOf(rows)}
<div class="pictures">
${figures.join('\n')}
</div>`;
  return htmlPage(title, lines, body);
}

/** "fruit128, layer 4, 10 codes" */
export const nameOf = ({ model, layer, codes }: Row): string =>
  layer === null ? model : `${model}, layer ${layer}, ${codes} ${codes === 1 ? 'code' : 'codes'}`;

function figure(picture: Picture, label: string): string {
  const data = Buffer.from(encodePng(picture)).toString('base64');
  const text = escaped(label);
  return `<figure><img alt="${text}" src="data:image/png;base64,${data}"><figcaption>${text}</figcaption></figure>`;
}

function tableOf(rows: readonly Row[]): string {
  const columns = MEASURES.filter(({ cell }) => rows.some((row) => cell(row) !== undefined));
  const head = ['model', 'layer', 'codes', ...columns.map(({ title }) => title)];
  const body = rows.map((row) => {
    const measured = row.problem === undefined ? columns.map(({ cell }) => cell(row) ?? '-') : [row.problem];
    const cells = [row.model, String(row.layer ?? '-'), String(row.codes ?? '-'), ...measured].map(escaped);
    const last = row.problem === undefined ? '' : ` colspan="${columns.length}"`;
    return `<tr>${cells.map((cell, i) => `<td${i === 3 ? last : ''}>${cell}</td>`).join('')}</tr>`;
  });
  return `<table>
<thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>`;
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 320, 50, 200, 16, 40];
/** Told apart by colour, and by dashes where colour does not help. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];

/** PSNR against the layer, a line for each model and number of codes; what has no layers is a level line. */
function chart(rows: readonly Row[]): string {
  const points = rows.flatMap(({ psnr, ...row }) =>
    psnr !== undefined && Number.isFinite(psnr) ? [{ ...row, psnr }] : [],
  );
  const layers = [...new Set(points.flatMap(({ layer }) => (layer === null ? [] : [layer])))].sort((a, b) => a - b);
  if (layers.length === 0) return '';
  const values = points.map(({ psnr }) => psnr);
  const [low, high] = [Math.floor(Math.min(...values) - 0.5), Math.ceil(Math.max(...values) + 0.5)];
  const x = (layer: number): number => {
    const [first, last] = [layers[0]!, layers.at(-1)!];
    return LEFT + (first === last ? 0.5 : (layer - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  };
  const y = (psnr: number): number => TOP + ((high - psnr) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const several = new Set(points.map(({ codes }) => codes)).size > 1;
  const series = grouped(points, ({ model, codes }) =>
    several && codes !== null ? `${model}, ${codes} codes` : model,
  );
  const lines = [...series].map(([name, of], i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const dash = DASHES[Math.floor(i / COLOURS.length) % DASHES.length]!;
    const at = of
      .flatMap(({ layer, psnr }) =>
        layer === null
          ? [layers[0]!, layers.at(-1)!].map((end) => [x(end), y(psnr)] as const)
          : [[x(layer), y(psnr)] as const],
      )
      .sort(([a], [b]) => a - b);
    const marks = at.map(([cx, cy]) => `<circle cx="${px(cx)}" cy="${px(cy)}" r="3.5" fill="${colour}"/>`);
    const legend = TOP + 8 + 18 * i;
    return `<polyline points="${at.map(([a, b]) => `${px(a)},${px(b)}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>${marks.join('')}
<line x1="${WIDTH - RIGHT + 20}" x2="${WIDTH - RIGHT + 44}" y1="${legend}" y2="${legend}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/><text x="${WIDTH - RIGHT + 50}" y="${legend + 4}">${escaped(name)}</text>`;
  });
  const step = Math.max(1, Math.ceil((high - low) / 6));
  const levels = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step);
  const grid = levels.map(
    (level) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(level))}" y2="${px(y(level))}" stroke="currentColor" stroke-opacity=".15"/><text x="${LEFT - 8}" y="${px(y(level) + 4)}" text-anchor="end">${level}</text>`,
  );
  const ticks = layers.map(
    (layer) => `<text x="${px(x(layer))}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${layer}</text>`,
  );
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="PSNR in dB against the composing layer; the table below has the numbers">
${[...grid, ...ticks, ...lines].join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">composing layer</text><text x="${LEFT - 40}" y="12">dB</text>
</svg>`;
}

const px = (value: number): string => value.toFixed(1);
