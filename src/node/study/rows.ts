/** The table of a study. */
import type { Row } from '../../shared/study/row.ts';
import { MEASURES, type Column } from '../report/measures.ts';

export const COLUMNS: readonly Column<Row>[] = [
  { title: 'model', cell: ({ model }) => model },
  { title: 'layer', cell: ({ layer }) => layer?.toString() },
  { title: 'codes', cell: ({ codes }) => codes?.toString() },
  ...MEASURES,
  { title: 'steps', cell: ({ steps }) => steps?.toString() },
  { title: 'problem', cell: ({ problem }) => problem },
];

const FIELDS = ['model', 'layer', 'codes', 'psnr', 'ssim', 'lpips', 'seconds', 'steps', 'problem'] as const;

/** Comma-separated values with a line of titles, as RFC 4180 has them. */
export function toCsv(rows: readonly Row[]): string {
  const quoted = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = rows.map((row) => FIELDS.map((field) => quoted(String(row[field] ?? ''))).join(','));
  return [FIELDS.join(','), ...lines, ''].join('\r\n');
}

/** Items by a key, in the order in which the keys come up. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
