/**
 * Hashes of files whose authors publish none: that of the first download is written down, and every later one has to be the same file.
 * A pin outlives its model, and belongs to one address: what another address sends is another file.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { makeFolder } from '../files.ts';

const pinSchema = v.object({ url: v.string(), sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) });

/** The hash that was first seen of this address; undefined where nothing has come from it yet. */
export async function readPin(file: string, url: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), pinSchema), text);
  return parsed.success && parsed.output.url === url ? parsed.output.sha256 : undefined;
}

export async function writePin(file: string, url: string, sha256: string): Promise<void> {
  await makeFolder(dirname(file));
  await writeFile(file, `${JSON.stringify({ url, sha256 })}\n`);
}
