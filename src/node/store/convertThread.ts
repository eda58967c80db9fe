/** Conversion in a thread of its own, so that a host stays responsive; it ends with its conversion. */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import * as v from 'valibot';
import { EngineError, ModelFormatError } from '../../engine/errors.ts';
import { RangeUnknownError } from '../../importers/index.ts';
import { bundle } from '../assets.ts';
import { NATIVE_THREAD } from '../nativeRuntime.ts';
import { convertedSchema, CONVERTING, type Conversion, type Converter } from './convert.ts';

/** What the thread says: any number of `progress`, then one of the others. */
export const reportSchema = v.variant('kind', [
  v.object({ kind: v.literal('progress'), fraction: v.number(), doing: v.picklist(CONVERTING) }),
  v.object({ kind: v.literal('done'), result: convertedSchema }),
  v.object({ kind: v.literal('failed'), message: v.string(), format: v.boolean() }),
  /** It is not known which values mean black and white. */
  v.object({ kind: v.literal('range'), seen: v.optional(v.tuple([v.number(), v.number()])) }),
]);
export type ThreadReport = v.InferInput<typeof reportSchema>;

/** @param entry the thread's script, with options for tests that run it from sources */
export function convertInThread(
  entry: string | URL = bundle('convertThread.cjs'),
  options: WorkerOptions = {},
): Converter {
  return (conversion: Conversion, progress, signal) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(entry, { ...NATIVE_THREAD, ...options, workerData: conversion });
      let ended = false;
      const cancel = (): void => end(() => reject(signal?.reason as Error));
      const end = (settle: () => void): void => {
        if (ended) return;
        ended = true;
        signal?.removeEventListener('abort', cancel);
        // Only a thread that has ended writes no more files.
        void worker.terminate().then(settle, settle);
      };
      worker.on('message', (message: unknown) => {
        const { success, output: report } = v.safeParse(reportSchema, message);
        if (!success) end(() => reject(new EngineError('The conversion answered with something unknown.')));
        else if (report.kind === 'progress') progress(report.fraction, report.doing);
        else if (report.kind === 'done') end(() => resolve(report.result));
        else if (report.kind === 'range') end(() => reject(new RangeUnknownError(conversion.checkpoint, report.seen)));
        else end(() => reject(new (report.format ? ModelFormatError : EngineError)(report.message)));
      });
      worker.once('error', (error) =>
        end(() => reject(new EngineError(`The conversion of ${conversion.checkpoint} stopped: ${error.message}`))),
      );
      worker.once('exit', () => end(() => reject(new EngineError('The conversion stopped before its end.'))));
      signal?.addEventListener('abort', cancel);
      if (signal?.aborted) cancel();
    });
}
