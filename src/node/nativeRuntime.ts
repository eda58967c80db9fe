/**
 * The one place that loads ONNX Runtime's native library, and keeps it to itself: from 1.29 on Microsoft's builds for Linux and macOS
 * write an id of the computer into the home folder and report sessions, models and times to Microsoft, unless this variable is set
 * before the library is loaded. (The builds for Windows hand such events to the system's own tracing, which has no such switch.)
 */
import { SHARE_ENV, type WorkerOptions } from 'node:worker_threads';
import type { OrtModule } from '../engine/backends/onnxruntime.ts';

/** What a thread that may load the library is started with: a variable that a thread sets in a copy, the library does not see. */
export const NATIVE_THREAD: Pick<WorkerOptions, 'env'> = { env: SHARE_ENV };

/** The native module is a separate, optional part of an installation, so it is looked for only when it is needed. */
export async function nativeRuntime(): Promise<OrtModule | undefined> {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  try {
    const module = (await import('onnxruntime-node')) as OrtModule & { readonly default?: OrtModule };
    return module.default ?? module;
  } catch {
    return undefined;
  }
}
