/** What results are measured by, in tables and under pictures. */
import type { Likeness } from '../../engine/metrics/likeness.ts';

export type Measured = Partial<Likeness> & { readonly seconds?: number };

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string | undefined;
}

export const MEASURES: readonly Column<Measured>[] = [
  { title: 'PSNR dB', cell: ({ psnr }) => psnr?.toFixed(2) },
  { title: 'SSIM', cell: ({ ssim }) => ssim?.toFixed(3) },
  { title: 'LPIPS', cell: ({ lpips }) => lpips?.toFixed(3) },
  { title: 'seconds', cell: ({ seconds }) => seconds?.toFixed(1) },
];

/** "25.31 dB, 0.912", "LPIPS 0.104", "3.1 s": what is known of them. */
export const measureLines = ({ psnr, ssim, lpips, seconds }: Measured): string[] => [
  ...(psnr === undefined || ssim === undefined ? [] : [`${psnr.toFixed(2)} dB, ${ssim.toFixed(3)}`]),
  ...(lpips === undefined ? [] : [`LPIPS ${lpips.toFixed(3)}`]),
  ...(seconds === undefined ? [] : [`${seconds.toFixed(1)} s`]),
];

/** The first column is what the others are of. Columns that no row has anything in are left out. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const filled = columns
    .map(({ title, cell }) => [title, ...rows.map((row) => cell(row) ?? '-')])
    .filter((cells) => cells.slice(1).some((cell) => cell !== '-'));
  const padded = filled.map((cells, i) => {
    const width = Math.max(...cells.map((cell) => cell.length));
    return cells.map((cell) => (i === 0 ? cell.padEnd(width) : cell.padStart(width)));
  });
  return padded[0]!.map((_, row) => padded.map((cells) => cells[row]).join('  ')).join('\n');
}
