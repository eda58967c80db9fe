/**
 * Whether a GPU is worth using, measured rather than guessed: a software adapter looks like a GPU but is slower than
 * the CPU. The measurement runs in a process of its own (`gpuProbeProcess.ts`), because drivers print to the terminal,
 * and a broken one would take the extension host or the command line down with it.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { bundle } from './assets.ts';

/** A software adapter needs longer than this for what a GPU does in milliseconds. */
const PATIENCE_MS = 10_000;

const probeSchema = v.object({ webgpu: v.number(), cpu: v.number() });
/** What the probe prints: milliseconds for the same work, or null where there is no GPU. */
export type GpuProbe = Readonly<v.InferOutput<typeof probeSchema>>;

/** The last line that the probe printed: what comes before it is a driver's. @returns nothing where it says that there is no GPU */
export function readProbe(stdout: string): GpuProbe | undefined {
  const line = stdout.trimEnd().split('\n').at(-1);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), probeSchema), line);
  return parsed.success ? parsed.output : undefined;
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
      const probe = error ? undefined : readProbe(stdout);
      resolve(probe !== undefined && probe.webgpu < probe.cpu);
    });
  });
}
