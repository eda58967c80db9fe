/** Bytes and free space, for people. */
import { statfs } from 'node:fs/promises';

/** "7 bytes", "4.7 MB", "92 MB": decimal units, two digits where it matters. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${['kB', 'MB', 'GB', 'TB'][power - 1]}`;
}

/** Bytes a folder's disk has room for; infinite where the system does not say. */
export async function freeSpace(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    // Some network file systems answer with zeros.
    return bavail * bsize || Infinity;
  } catch {
    return Infinity;
  }
}
