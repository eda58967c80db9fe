/** What is said of restorations. */
import { t } from '@vscode/l10n';
import { basename, dirname } from 'node:path';
import type { Restoration } from './picture.ts';

/** "0:07", "1:02:03". */
export function clock(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function stateOf({ status, found, fraction, etaMs, error }: Restoration): string {
  switch (status) {
    case 'waiting':
      return t('waits');
    case 'running':
      return etaMs === undefined ? t('begins') : t('{0} %, {1} left', String(Math.floor(100 * fraction)), clock(etaMs));
    case 'done':
      return found ? t('was there already') : t('done');
    case 'failed':
      return t('failed: {0}', error ?? '');
    case 'elsewhere':
      return t('another process makes it');
  }
}

/** "12 of 30 done, 1 failed, 2:10 left". */
export function sumOf(jobs: readonly Restoration[], etaMs: number | undefined): string {
  const count = (status: Restoration['status']): number => jobs.filter((job) => job.status === status).length;
  const [done, failed] = [count('done'), count('failed')];
  const left = jobs.length - done - failed;
  return [
    t('{0} of {1} done', String(done), String(jobs.length)),
    ...(failed > 0 ? [t('{0} failed', String(failed))] : []),
    ...(left > 0 && etaMs !== undefined ? [t('{0} left', clock(etaMs))] : []),
  ].join(', ');
}

/** Name and folder of the picture. */
export const partsOf = ({ item: { name } }: Restoration): { name: string; folder: string } => ({
  name: basename(name),
  folder: basename(dirname(name)),
});
