/** What is not saved and outlives a closed window (hot exit), as Node serialises it. */
import { deserialize, serialize } from 'node:v8';
import * as v from 'valibot';
import { chosenRegionSchema } from '../../shared/chosenRegion.ts';
import { choicesSchema } from '../../shared/documentState.ts';
import { maskPatchSchema } from '../../shared/schemas.ts';

const backupSchema = v.object({
  format: v.literal(4),
  /** The masks that differ from those in the file beside the picture; without tiles: nothing is painted. */
  masks: v.exactOptional(v.array(maskPatchSchema)),
  /** The region, if it differs from the one in the file beside the picture; null: all of the picture. */
  region: v.exactOptional(v.nullable(chosenRegionSchema)),
  /** What is chosen, if it differs from the file beside the picture. */
  choices: v.exactOptional(choicesSchema),
  /** SHA-256 of the file beside the picture that this is based on; absent: there was none. */
  sidecar: v.exactOptional(v.string()),
});
export type Backup = Omit<v.InferOutput<typeof backupSchema>, 'format'>;

export const encodeBackup = (backup: Backup): Uint8Array => serialize({ format: 4, ...backup });

/** @returns nothing for bytes that are no backup of this version: the picture opens as it is on disk then */
export function decodeBackup(bytes: Uint8Array): Backup | undefined {
  try {
    const read = v.safeParse(backupSchema, deserialize(bytes));
    if (!read.success) return undefined;
    const { masks, region, choices, sidecar } = read.output;
    return {
      ...(masks && { masks }),
      ...(region !== undefined && { region }),
      ...(choices && { choices }),
      ...(sidecar !== undefined && { sidecar }),
    };
  } catch {
    return undefined;
  }
}
