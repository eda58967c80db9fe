/** Names of pictures and folders from a file, or from standard input. */
import { createReadStream } from 'node:fs';
import { reason, shown } from '../node/errors.ts';
import { readWhole } from '../node/files.ts';
import { UsageError } from './errors.ts';

/** @param list a file with one name a line, or ended by NUL as `find -print0` does; "-" is standard input @throws UsageError */
export async function readList(list: string): Promise<string[]> {
  let text: string;
  try {
    text = new TextDecoder().decode(await (list === '-' ? standardInput() : readWhole(list)));
  } catch (error) {
    const what = list === '-' ? 'The list on standard input' : `The list ${shown(list)}`;
    throw new UsageError(`${what} cannot be read: ${reason(error)}.`);
  }
  return text.split(text.includes('\0') ? '\0' : /\r?\n/).filter((line) => line !== '');
}

/** By its number: in a thread, Node's own stream of it is empty. */
async function standardInput(): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of createReadStream('', { fd: 0, autoClose: false })) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
