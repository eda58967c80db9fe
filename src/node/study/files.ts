/** What a study comes to, as files. */
import type { Picture } from '../../engine/image/picture.ts';
import { toPicture, toPlanes } from '../../engine/image/planes.ts';
import { resample } from '../../engine/image/resample.ts';
import type { Compared } from '../../shared/study/row.ts';
import { encodePng } from '../codecs/index.ts';
import { toJson } from '../report/json.ts';
import { measureLines } from '../report/measures.ts';
import { drawGrid, type Tile } from '../report/sheet.ts';
import type { StudyWish, Subject } from './plan.ts';
import { writeReport } from './report.ts';
import { grouped, toCsv } from './rows.ts';
import type { Done } from './study.ts';

/** What it was of, and what came of it. */
export interface Studied {
  readonly subject: Subject;
  readonly wish: Pick<StudyWish, 'task' | 'layers'>;
  /** The name of the backend. */
  readonly backend: string;
  readonly done: readonly Done[];
}

/** By the ending of the file: sheet, table twice, page. */
export const STUDY_FILES: Readonly<Record<'png' | 'json' | 'csv' | 'html', (studied: Studied) => Uint8Array>> = {
  png: (studied) => encodePng(drawGrid(grid(studied))),
  json: ({ subject, wish: { task }, backend, done }) => {
    const rows = done.map(({ row }) => row);
    const record = { task, image: subject.name, degraded: subject.description, backend, rows };
    return text(`${toJson(record, 2)}\n`);
  },
  csv: ({ done }) => text(toCsv(done.map(({ row }) => row))),
  html: (studied) => {
    const { subject, wish, backend, done } = studied;
    return text(
      writeReport({
        title: `${subject.name}: ${wish.task}, by model and layer`,
        lines: [`Degraded: ${subject.description}. Measured against the original, on ${backend}.`],
        rows: done.map(({ row }) => row),
        pictures: done.map(({ picture }) => picture),
        shown: comparedWith(studied),
      }),
    );
  },
};
export type StudyFile = keyof typeof STUDY_FILES;

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

interface Labelled {
  readonly label: Compared;
  readonly picture: Picture;
}

/** The original, and what every model was given. */
export function comparedWith({
  subject: { source, truth },
  wish: { task },
}: Pick<Studied, 'subject' | 'wish'>): Labelled[] {
  const original = { label: 'original', picture: truth } as const;
  if (task === 'reconstruct') return [original];
  const given = toPicture(resample(toPlanes(source), truth.width, truth.height, 'bicubic'));
  return [original, { label: task === 'super-resolve' ? 'bicubic' : 'given', picture: given }];
}

/** As in the paper's Fig. 10: a row for each prior (and number of codes), a column for each layer. */
function grid(studied: Studied): (Tile | undefined)[][] {
  const { done, wish } = studied;
  const byPrior = grouped(done, ({ row: { model, codes } }) => `${model} ${codes}`);
  const tile = ({ row, picture }: Done): Tile | undefined => {
    const { model, layer, codes } = row;
    const cut = layer === null ? 'no layers' : `layer ${layer}, ${codes} ${codes === 1 ? 'code' : 'codes'}`;
    return picture && { picture, lines: [model, cut, ...measureLines(row)] };
  };
  return [
    comparedWith(studied).map(({ label, picture }) => ({ picture, lines: [label] })),
    ...[...byPrior.values()].map((of) =>
      of[0]!.row.layer === null
        ? of.map(tile)
        : wish.layers.map((layer) => of.flatMap((one) => (one.row.layer === layer ? [tile(one)] : []))[0]),
    ),
  ];
}
