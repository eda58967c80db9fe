/** Plain text tables. */

export type Cell = string | number | undefined;

/** Columns padded to their widest cell; numbers to the right, with three significant digits. */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = rows.map((row) => row.map(formatCell));
  const widths = header.map((title, column) => Math.max(title.length, ...text.map((row) => row[column]!.length)));
  const line = (cells: readonly string[], row?: readonly Cell[]) =>
    cells
      .map((cell, i) => (row && typeof row[i] === 'string' ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [
    line(header, header),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...text.map((cells, i) => line(cells, rows[i])),
  ].join('\n');
}

function formatCell(cell: Cell): string {
  if (cell === undefined) return '-';
  if (typeof cell === 'string') return cell;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(1e-3, Math.abs(cell)))));
  return Number.isInteger(cell) ? String(cell) : cell.toFixed(Math.min(3, digits));
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
