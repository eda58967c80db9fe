/** The record that a person names: a result's, or a file of its own. */
import { readFile } from 'node:fs/promises';
import { embeddedRecord } from '../node/codecs/encode.ts';
import { readBytes } from '../node/codecs/index.ts';
import { FileError } from '../node/errors.ts';
import { parseRecord, type MadeRecord } from '../node/record.ts';
import { besideResult } from '../node/recordPlace.ts';

/** The record in a result's file, in the file beside it, or in a file of its own. */
export async function readRecord(file: string): Promise<MadeRecord> {
  const bytes = await readBytes(file);
  const text = embeddedRecord(bytes) ?? (await readFile(besideResult(file), 'utf8').catch(() => undefined));
  const record = parseRecord(text ?? new TextDecoder().decode(bytes));
  if (!record) {
    throw new FileError(file, 'holds no record of how it was made that this version can read, and none is beside it.');
  }
  if (record.unrepeatable !== undefined) throw new FileError(file, `cannot be made again: ${record.unrepeatable}`);
  return record;
}
