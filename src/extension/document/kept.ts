/** What of a document belongs in the file beside the picture, and what of it is not there yet. */
import type { Region } from '../../engine/tasks/index.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { Choices } from '../../shared/documentState.ts';
import type { MaskVersion } from './maskDocument.ts';

/** What the file beside the picture says. */
export interface OnDisk {
  readonly mask?: MaskPatch | undefined;
  readonly region?: Region | undefined;
  readonly choices?: Choices | undefined;
}

/** What was not saved when an earlier session ended. What is absent was as it was on disk. */
export interface Unsaved {
  /** Null: nothing was painted. */
  readonly mask?: MaskPatch | null;
  /** Null: all of the picture. */
  readonly region?: Region | null;
  readonly choices?: Choices;
}

/** What belongs on disk, as it was at one moment. */
export interface Kept {
  readonly mask: MaskVersion;
  readonly region: Region | undefined;
  readonly choices: Choices | undefined;
}
