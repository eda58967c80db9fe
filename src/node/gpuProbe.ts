/**
 * Whether a GPU is worth using, measured rather than guessed: a software adapter looks like a GPU but is slower than
 * the CPU. The measurement runs in a process of its own (`gpuProbeProcess.ts`), because drivers print to the terminal,
 * and a broken one would take the extension host or the command line down with it.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { bundle } from './assets.ts';

/** A software adapter needs longer than this for what a GPU does in milliseconds. */
const PATIENCE_MS = 10_000;

/** What the probe prints: milliseconds for the same work, or null where there is no GPU. */
export interface GpuProbe {
  readonly webgpu: number;
  readonly cpu: number;
}

let measured: Promise<boolean> | undefined;

/** Measures once a process; false whenever the measurement fails, and when running from sources. */
export const gpuIsFaster = (): Promise<boolean> => (measured ??= measure());

function measure(): Promise<boolean> {
  const script = bundle('gpuProbe.mjs');
  if (!existsSync(script)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE_MS, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } };
    execFile(process.execPath, [script], options, (error, stdout) => {
      if (error) return resolve(false);
      const probe = JSON.parse(stdout) as GpuProbe | null;
      resolve(probe !== null && probe.webgpu < probe.cpu);
    });
  });
}
