/** What a document tells those who listen: VS Code's side of it, the pages, the journal. */
import type { Amendment } from '../../engine/inversion/amendment.ts';
import type { RunEvent } from '../../engine/inversion/job.ts';
import type { Region, Size } from '../../engine/tasks/index.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { Choices, MaskEdit, Result, RunChange, Truth } from '../../shared/documentState.ts';
import type { RunAction } from '../../shared/protocol.ts';
import type { Page, Run } from './run.ts';

export type DocumentEvent =
  /** `from`: the page the event came from, which knows it already. */
  | { readonly kind: 'event'; readonly run: Run; readonly event: RunEvent; readonly from: Page | undefined }
  | { readonly kind: 'failed'; readonly run: Run; readonly message: string; readonly from: Page | undefined }
  | { readonly kind: 'interrupted'; readonly run: Run }
  /** For the page that makes the run's steps. */
  | { readonly kind: 'control'; readonly run: Run; readonly action: RunAction }
  /** For the page that makes the run's steps. */
  | { readonly kind: 'amend'; readonly run: Run; readonly amendment: Amendment }
  | { readonly kind: 'changed'; readonly run: Run; readonly change: RunChange }
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'result'; readonly result: Result | undefined }
  /** The mask changed. `from`: the page that painted, which has it already. */
  | { readonly kind: 'mask'; readonly patch: MaskPatch; readonly from: Page | undefined }
  /** A change of the mask that can be undone. */
  | { readonly kind: 'maskEdit'; readonly edit: MaskEdit; undo(): void; redo(): void }
  /** The region is this now. `from`: the page that chose it, which knows. */
  | { readonly kind: 'region'; readonly region: Region | undefined; readonly from: Page | undefined }
  /** A change of the region that can be undone. */
  | { readonly kind: 'regionEdit'; undo(): void; redo(): void }
  /** Something was chosen. `from`: the page it was chosen in. `unsaved`: a person chose what is not on disk. */
  | { readonly kind: 'choices'; readonly choices: Choices; readonly from: Page | undefined; readonly unsaved: boolean }
  /** An original was chosen or taken back, or the result was compared with it. */
  | { readonly kind: 'truth'; readonly truth: Truth | undefined }
  /** What was on disk is there no more. */
  | { readonly kind: 'unsaved' }
  /** The picture has got another size: what was painted on it is put aside until it has this one again. */
  | { readonly kind: 'maskAside'; readonly size: Size }
  | { readonly kind: 'saved'; readonly run: number; readonly name: string }
  | { readonly kind: 'sourceChanged' };
