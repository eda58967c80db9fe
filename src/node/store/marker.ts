/**
 * Files that say "a process is at this": their content says which one, their time that it still lives. A marker is
 * stale when its process is gone, which only whoever counts processes together with it can tell, or when nobody has
 * touched it for a while (another machine or container that shares the folder, a process number that was given out again).
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as v from 'valibot';

/** How often a holder touches its marker, and after how long without that it counts as stale; milliseconds. */
export interface Freshness {
  readonly beatMs: number;
  readonly staleMs: number;
}
export const FRESHNESS: Freshness = { beatMs: 10_000, staleMs: 120_000 };

const markerSchema = v.object({
  token: v.string(),
  pid: v.pipe(v.number(), v.integer()),
  /** Where `pid` means something: see `processSpace`. Earlier versions wrote the host's name, which is nobody's space. */
  host: v.string(),
  /** What it is doing, for the sentence that somebody else is shown: "downloading". */
  purpose: v.string(),
});
export type Marker = v.InferOutput<typeof markerSchema>;

export const newMarker = (purpose: string): Marker => ({
  token: randomUUID(),
  pid: process.pid,
  host: processSpace(),
  purpose,
});

export interface FoundMarker {
  /** Absent when it cannot be read: its writer is not done with it, or died while at it. */
  readonly marker: Marker | undefined;
  readonly stale: boolean;
}

/** The marker in a file; undefined when there is no such file. */
export async function readMarker(file: string, { staleMs }: Freshness): Promise<FoundMarker | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), markerSchema), text);
    const marker = parsed.success ? parsed.output : undefined;
    const silent = Date.now() - mtimeMs > staleMs;
    return { marker, stale: silent || (marker?.host === processSpace() && !isAlive(marker.pid)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Keeps a marker fresh. @returns a function that stops */
export function keepFresh(file: string, { beatMs }: Freshness): () => void {
  const beat = (): void => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  };
  const timer = setInterval(beat, beatMs);
  // A marker does not keep its process alive.
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * The same for two processes that see each other by their numbers, and for no others. A host's name is not enough: Windows
 * and the Linux inside it share theirs, and so may containers and a machine before and after it was started anew.
 */
export function processSpace(): string {
  return (space ??= [process.platform, hostname(), ...linuxSpace()].join(' '));
}
let space: string | undefined;

/** The start of the kernel and the namespace of process numbers; nothing on other systems, or where /proc is not there. */
function linuxSpace(): string[] {
  try {
    return [readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), readlinkSync('/proc/self/ns/pid')];
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is such a process, of somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
