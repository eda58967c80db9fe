/** Unsaved results that outlive a closed window (hot exit): one result, as Node serialises it. */
import { deserialize, serialize } from 'node:v8';
import * as v from 'valibot';
import { resultSchema, type Result } from '../../shared/protocol.ts';

const backupSchema = v.object({ format: v.literal(1), result: resultSchema });

export const encodeBackup = (result: Result): Uint8Array => serialize({ format: 1, result });

/** @returns nothing for bytes that are no backup of this version: the picture opens without a result then */
export function decodeBackup(bytes: Uint8Array): Result | undefined {
  try {
    const backup = v.safeParse(backupSchema, deserialize(bytes));
    return backup.success ? backup.output.result : undefined;
  } catch {
    return undefined;
  }
}
