/** What of a document belongs in the file beside the picture, and what of it is not there yet. */
import type { ChosenRegion } from '../../shared/chosenRegion.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { Choices } from '../../shared/documentState.ts';
import type { MaskVersions } from './masks.ts';

/** What the file beside the picture says. */
export interface OnDisk {
  /** One for each size that the picture has had. */
  readonly masks?: readonly MaskPatch[] | undefined;
  readonly region?: ChosenRegion | undefined;
  readonly choices?: Choices | undefined;
}

/** What was not saved when an earlier session ended. What is absent was as it was on disk. */
export interface Unsaved {
  /** Without tiles: nothing was painted. */
  readonly masks?: MaskPatch[];
  /** Null: all of the picture. */
  readonly region?: ChosenRegion | null;
  readonly choices?: Choices;
}

/** What belongs on disk, as it was at one moment. */
export interface Kept {
  readonly masks: MaskVersions;
  readonly region: ChosenRegion | undefined;
  readonly choices: Choices | undefined;
}
