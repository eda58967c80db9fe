/** What became of all pictures of a batch, from the rows of all who worked on it. */
import type { Row } from './report.ts';

export interface Summary {
  /** One a picture, by its name: the first that says it is done, else the last one. */
  readonly rows: readonly Row[];
  readonly done: number;
  readonly failed: number;
  /** Of the runs together, as far as their rows say. */
  readonly seconds: number;
  /** Over the pictures whose original is known, in dB; absent where none is. */
  readonly psnr?: { readonly mean: number; readonly least: number; readonly of: number };
}

export function summarise(all: readonly Row[]): Summary {
  const byInput = new Map<string, Row>();
  for (const row of all) if (byInput.get(row.input)?.status !== 'done') byInput.set(row.input, row);
  const rows = [...byInput.values()].sort((a, b) => (a.input < b.input ? -1 : 1));
  const done = rows.filter(({ status }) => status === 'done').length;
  const known = rows.flatMap(({ psnr }) => (typeof psnr === 'number' ? [psnr] : []));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    ...{ rows, done, failed: rows.length - done, seconds: sum(rows.map(({ seconds = 0 }) => seconds)) },
    ...(known.length > 0 && {
      psnr: { mean: sum(known) / known.length, least: Math.min(...known), of: known.length },
    }),
  };
}

/** Sentences for people, the failures last, each with its reason. */
export function linesOf({ rows, done, failed, seconds, psnr }: Summary): string[] {
  const pictures = (count: number): string => `${count} ${count === 1 ? 'picture' : 'pictures'}`;
  return [
    `${pictures(rows.length)}: ${done} done, ${failed} failed, ${seconds.toFixed(1)} s of runs.`,
    ...(psnr
      ? [`PSNR of ${pictures(psnr.of)}: ${psnr.mean.toFixed(2)} dB mean, ${psnr.least.toFixed(2)} dB least.`]
      : []),
    ...rows.flatMap(({ input, status, error }) => (status === 'failed' ? [error ?? `${input} failed.`] : [])),
  ];
}
