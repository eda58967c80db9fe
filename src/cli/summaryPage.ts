/** The summary of a batch as a page. */
import { linesOf, type Summary } from '../node/batch/summary.ts';
import { htmlPage, htmlTable } from '../node/report/htmlPage.ts';

export function pageOf(summary: Summary): string {
  const number = (value: number | null | undefined, digits: number): string =>
    value === null ? 'the original' : value === undefined ? '' : value.toFixed(digits);
  const cells = summary.rows.map(({ input, status, model, width, height, steps, seconds, psnr, ssim, error }) => [
    input,
    ...[error ?? status, model ?? '', width === undefined ? '' : `${width} × ${height}`, `${steps ?? ''}`],
    ...[number(seconds, 1), number(psnr, 2), number(ssim, 3)],
  ]);
  const head = ['picture', 'state', 'model', 'size', 'steps', 'seconds', 'PSNR, dB', 'SSIM'];
  return htmlPage('Restorations', linesOf(summary), htmlTable([head, ...cells]));
}
