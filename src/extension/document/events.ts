/** What a document tells those who listen: VS Code's side of it, the pages, the journal. */
import type { Tensor } from '../../engine/tensor.ts';
import type { Preview, Size } from '../../engine/tasks/index.ts';
import type { ChosenRegion } from '../../shared/chosenRegion.ts';
import type { Comparison } from '../../shared/comparison/state.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { Choices, Faces, MaskEdit, Result, Truth } from '../../shared/documentState.ts';
import type { RunHappening } from '../../shared/run/reduce.ts';
import type { Page } from './page.ts';
import type { Run } from './run.ts';

export type DocumentEvent =
  /** Something happened to the run, whose state is new by it. */
  | { readonly kind: 'run'; readonly run: Run; readonly event: RunHappening }
  /** A run that the host makes after this many steps: what would be saved of it, and x of what is remembered. */
  | {
      readonly kind: 'preview';
      readonly run: Run;
      readonly step: number;
      readonly shown: Preview;
      readonly x?: Tensor<'float32'>;
    }
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'result'; readonly result: Result | undefined }
  /** The mask changed. `from`: the page that painted, which has it already. */
  | { readonly kind: 'mask'; readonly patch: MaskPatch; readonly from: Page | undefined }
  /** A change of the mask that can be undone. */
  | { readonly kind: 'maskEdit'; readonly edit: MaskEdit; undo(): void; redo(): void }
  /** The region is this now. `from`: the page that chose it, which knows. */
  | { readonly kind: 'region'; readonly region: ChosenRegion | undefined; readonly from: Page | undefined }
  /** A change of the region that can be undone. */
  | { readonly kind: 'regionEdit'; undo(): void; redo(): void }
  /** Faces were found, or others are chosen. `from`: as above. */
  | { readonly kind: 'faces'; readonly faces: Faces | undefined; readonly from: Page | undefined }
  /** Something was chosen. `from`: the page it was chosen in. `unsaved`: a person chose what is not on disk. */
  | { readonly kind: 'choices'; readonly choices: Choices; readonly from: Page | undefined; readonly unsaved: boolean }
  /** An original was chosen or taken back, or the result was compared with it. */
  | { readonly kind: 'truth'; readonly truth: Truth | undefined }
  /** How a comparison of methods stands, or that there is none. */
  | { readonly kind: 'comparison'; readonly comparison: Comparison | undefined }
  /** A picture of it is there: a method's, or the original. */
  | { readonly kind: 'compared'; readonly comparison: number; readonly method: string; readonly png: Uint8Array }
  /** What was on disk is there no more. */
  | { readonly kind: 'unsaved' }
  /** The picture has got another size: what was painted on it is put aside until it has this one again. */
  | { readonly kind: 'maskAside'; readonly size: Size }
  | { readonly kind: 'saved'; readonly run: number; readonly name: string }
  | { readonly kind: 'sourceChanged' };
