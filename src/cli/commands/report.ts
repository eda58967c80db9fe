/** `ganprior report ROWS.jsonl...`: what became of a batch, from the rows of all who worked on it. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { FileError } from '../../node/errors.ts';
import { writeFiles } from '../../node/files.ts';
import { readRows } from '../../node/batch/report.ts';
import { linesOf, summarise } from '../../node/batch/summary.ts';
import { EXIT } from '../errors.ts';
import { toJson } from '../../node/report/json.ts';
import { checkPlaces } from '../places.ts';
import { pageOf } from '../summaryPage.ts';
import { say } from '../thread.ts';

interface ReportOptions {
  readonly html?: string;
  readonly json?: string;
  readonly force?: boolean;
}

const HELP = `
Rows are merged by picture: of several for one, that which says it is done counts.

Exit status: 0 all pictures are done, 1 one failed (or a file cannot be read), 2 wrong usage.`;

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .summary('sum up the rows of a batch')
    .description('Sum up the rows that --report wrote, of one process or of many.')
    .argument('<rows...>', 'files of rows')
    .option('--html <file>', 'write it as a page of its own, with a table')
    .option('--json <file>', 'write the sums and the merged rows as JSON')
    .option('--force', 'replace existing files')
    .addHelpText('after', HELP)
    .action(async (files: string[], { html, json, force = false }: ReportOptions) => {
      await checkPlaces(
        [
          ['--html', html],
          ['--json', json],
        ],
        { inputs: files, force },
      );
      const missing = files.find((file) => !existsSync(file));
      if (missing !== undefined) throw new FileError(missing, 'is not there.');
      const summary = summarise(files.flatMap(readRows));
      for (const line of linesOf(summary)) say(line);
      const text = (content: string): Uint8Array => new TextEncoder().encode(content);
      await writeFiles(
        [
          ...(html === undefined ? [] : [[html, text(pageOf(summary))] as const]),
          ...(json === undefined ? [] : [[json, text(`${toJson(summary)}\n`)] as const]),
        ],
        force,
      );
      if (summary.failed > 0) process.exitCode = EXIT.failed;
    });
}
