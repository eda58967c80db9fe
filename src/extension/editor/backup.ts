/** What is not saved and outlives a closed window (hot exit): the result, the mask and the region, as Node serialises them. */
import { deserialize, serialize } from 'node:v8';
import * as v from 'valibot';
import { resultSchema } from '../../shared/protocol.ts';
import { maskPatchSchema, regionSchema } from '../../shared/schemas.ts';

const backupSchema = v.object({
  format: v.literal(2),
  result: v.exactOptional(resultSchema),
  /** The mask, if it differs from the one in the file beside the picture; null: nothing is painted. */
  mask: v.exactOptional(v.nullable(maskPatchSchema)),
  region: v.exactOptional(regionSchema),
});
export type Backup = Omit<v.InferOutput<typeof backupSchema>, 'format'>;

export const encodeBackup = (backup: Backup): Uint8Array => serialize({ format: 2, ...backup });

/** @returns nothing for bytes that are no backup of this version: the picture opens as it is on disk then */
export function decodeBackup(bytes: Uint8Array): Backup | undefined {
  try {
    const backup = v.safeParse(backupSchema, deserialize(bytes));
    if (!backup.success) return undefined;
    const { result, mask, region } = backup.output;
    return { ...(result && { result }), ...(mask !== undefined && { mask }), ...(region && { region }) };
  } catch {
    return undefined;
  }
}
