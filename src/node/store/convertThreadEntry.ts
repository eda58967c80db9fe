/** Entry of the thread that `convertThread.ts` starts. */
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { ModelFormatError } from '../../engine/errors.ts';
import { RangeUnknownError } from '../../importers/index.ts';
import { conversionSchema, convert } from './convert.ts';
import type { ThreadReport } from './convertThread.ts';

const tell = (report: ThreadReport): void => parentPort?.postMessage(report);

async function main(): Promise<void> {
  try {
    const conversion = v.parse(conversionSchema, workerData);
    const result = await convert(
      conversion,
      (fraction, doing) => tell({ kind: 'progress', fraction, doing }),
      undefined,
    );
    tell({ kind: 'done', result });
  } catch (error) {
    if (error instanceof RangeUnknownError) return tell({ kind: 'range', seen: error.seen && [...error.seen] });
    const message = error instanceof Error ? error.message : String(error);
    tell({ kind: 'failed', message, format: error instanceof ModelFormatError });
  }
}

void main();
