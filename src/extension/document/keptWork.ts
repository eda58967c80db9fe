/**
 * What a person made of a picture that belongs in the file beside it: the mask, the region, and what is chosen in the form. The
 * same in all editors of the picture.
 */
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { Job } from '../../engine/inversion/job.ts';
import type { Size } from '../../engine/tasks/index.ts';
import type { MaskAlpha, MaskQuestion } from '../../node/maskMeaning.ts';
import type { ChosenRegion } from '../../shared/chosenRegion.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { Choices, MaskEdit } from '../../shared/documentState.ts';
import { ChoicesDocument } from './choicesDocument.ts';
import { DocumentError } from './documentError.ts';
import type { DocumentEvent } from './events.ts';
import type { Kept, OnDisk, Unsaved } from './kept.ts';
import type { Pack } from './maskDocument.ts';
import { Masks } from './masks.ts';
import { RegionDocument } from './regionDocument.ts';
import type { Page } from './page.ts';
import type { Workshop } from './workshop.ts';

export class KeptWork {
  readonly #masks: Masks;
  readonly #region: RegionDocument;
  readonly #choices: ChoicesDocument;

  constructor(
    private readonly workshop: Workshop,
    private readonly tell: (event: DocumentEvent) => void,
    onDisk: OnDisk,
    unsaved: Unsaved,
  ) {
    this.#region = new RegionDocument(onDisk.region, unsaved.region);
    this.#masks = new Masks(onDisk.masks, unsaved.masks);
    this.#choices = new ChoicesDocument(onDisk.choices, unsaved.choices);
  }

  /** The whole mask as it is now, or nothing while nothing is painted. */
  mask(): Promise<MaskPatch | undefined> {
    return this.#masks.current?.packed(this.#pack) ?? Promise.resolve(undefined);
  }

  /** What there is to fill. @throws DocumentError when there is nothing */
  async maskToFill(): Promise<MaskPatch> {
    const mask = this.#masks.current?.marked ? await this.mask() : undefined;
    if (!mask) throw new DocumentError('Nothing is painted yet: paint over what is to be filled, then start.');
    return mask;
  }

  /** Whether something that belongs on disk is not there. */
  get changed(): boolean {
    return this.#masks.changed || this.#region.changed || this.#choices.changed;
  }

  /** Whether there is anything that belongs on disk. */
  get any(): boolean {
    return (this.region ?? this.choices) !== undefined || this.#masks.current?.empty === false;
  }

  /** What would be lost if the window closed now. */
  async unsaved(): Promise<Unsaved> {
    const { choices } = this;
    const painted = this.#masks.all.filter((mask) => mask.changed);
    const masks = await Promise.all(
      painted.map(async (mask) => (await mask.packed(this.#pack)) ?? { ...mask.size, tiles: [], bits: NOTHING }),
    );
    return {
      ...(masks.length > 0 && { masks }),
      ...(this.#region.changed && { region: this.#region.kept ?? null }),
      // Whoever painted for the task that a command chose finds that task again, as the file beside the picture would say.
      ...(this.changed && this.#choices.differs && choices && { choices }),
    };
  }

  /** To be handed to `keptOnDisk` when it is written. */
  get toKeep(): Kept {
    return { masks: this.#masks.versions, region: this.#region.kept, choices: this.choices };
  }

  /** The part of the picture that runs work on; nothing: all of it. */
  get region(): ChosenRegion | undefined {
    return this.#region.region;
  }

  /** What is chosen in the form, or nothing while nobody has chosen anything. */
  get choices(): Choices | undefined {
    return this.#choices.value;
  }

  /** The size of the picture is known, maybe another than before. */
  resize(size: { readonly width: number; readonly height: number }): void {
    const aside = this.#masks.resize(size);
    if (aside) this.tell({ kind: 'maskAside', size: aside });
    if (this.#region.resize(size)) this.#tellRegion(undefined);
  }

  /** Somebody painted (in `page`, or a file was loaded). @throws MaskPatchError when the patch does not fit */
  editMask(patch: MaskPatch, edit: MaskEdit, page: Page | undefined): void {
    const mask = this.#masks.ofPicture(patch);
    const { undo, redo } = mask.edit(patch);
    this.#masked(patch, page);
    const again = (act: () => void) => () => {
      act();
      // Another picture may be shown by now.
      if (mask === this.#masks.current) this.#masked(patch, undefined);
    };
    this.tell({ kind: 'maskEdit', edit, undo: again(undo), redo: again(redo) });
  }

  /**
   * Somebody chose another region (in `page`), or none.
   * @throws ParameterError when it is not a part of the picture, or too small
   */
  editRegion(region: ChosenRegion | undefined, page: Page | undefined): void {
    const edit = this.#region.edit(region);
    if (!edit) return;
    this.#tellRegion(page);
    const again = (act: () => boolean) => () => {
      if (act()) this.#tellRegion(undefined);
    };
    this.tell({ kind: 'regionEdit', undo: again(edit.undo), redo: again(edit.redo) });
  }

  /** Somebody chose something in `page`. */
  choose(choices: Choices, page: Page | undefined): void {
    this.#choices.choose(choices);
    this.tell({ kind: 'choices', choices, from: page, unsaved: this.#choices.changed });
  }

  /** What was asked of a run is not to be had: where it is still chosen, what holds on instead is. */
  correct(asked: Pick<Job, 'layer' | 'codes'>, kept: Partial<Pick<Job, 'layer' | 'codes'>>): void {
    const { choices } = this;
    const refused = (['layer', 'codes'] as const).filter(
      (name) => kept[name] !== undefined && choices?.params[name] === asked[name],
    );
    if (!choices || refused.length === 0) return;
    const params = Object.fromEntries(refused.map((name) => [name, kept[name]]));
    this.choose({ ...choices, params: { ...choices.params, ...params } }, undefined);
  }

  /** A command chose a task: its defaults, and no change worth saving. */
  begin(task: TaskId): void {
    const choices = { task, params: {} };
    this.#choices.begin(choices);
    this.tell({ kind: 'choices', choices, from: undefined, unsaved: false });
  }

  /**
   * Puts a mask from a file in place of this one.
   * @param ask which way a mask is meant; nothing: neither, and this mask stays
   * @throws when it cannot be read or has another size
   */
  async loadMask(
    bytes: Uint8Array,
    name: string,
    ask: (question: MaskQuestion) => Promise<MaskAlpha | undefined>,
  ): Promise<void> {
    const [first, size] = await Promise.all([this.workshop.readMask(bytes, name), this.workshop.inspect()]);
    const alpha = 'shares' in first ? await ask(first) : undefined;
    if ('shares' in first && !alpha) return;
    const read = alpha ? await this.workshop.readMask(bytes, name, alpha) : first;
    if ('shares' in read) return;
    const { mask, note } = read;
    if (mask.width !== size.width || mask.height !== size.height) {
      throw new DocumentError(
        `${name} has ${mask.width} × ${mask.height} pixels but the picture has ${size.width} × ${size.height}: a mask must be of the same size.`,
      );
    }
    this.resize(size);
    const patch = this.#masks.of(size).editTo(mask);
    if (patch) this.editMask(patch, 'load', undefined);
    if (note !== undefined) this.tell({ kind: 'notice', message: note });
  }

  /** The mask as a PNG file; nothing while nothing is painted. */
  async encodeMask(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const mask = await this.mask();
    return mask && this.workshop.encodeMask(mask, signal);
  }

  /** The masks that the picture had at other sizes, likewise. */
  async encodeOtherMasks(): Promise<Uint8Array[]> {
    const packed = await Promise.all(this.#masks.others.map((mask) => mask.packed(this.#pack)));
    return Promise.all(packed.filter((mask) => mask !== undefined).map((mask) => this.workshop.encodeMask(mask)));
  }

  /** This is on disk now; it may have been edited meanwhile. */
  keptOnDisk({ masks, region, choices }: Kept): void {
    for (const [mask, version] of masks) mask.saved(version);
    this.#region.saved(region);
    this.#choices.saved(choices);
  }

  /** The file beside the picture was changed by somebody else, to this. Undo brings mask and region back. */
  adopt({ masks, region, choices }: OnDisk): void {
    const patch = this.#takeMasks(masks);
    if (patch) this.editMask(patch, 'reload', undefined);
    this.editRegion(region, undefined);
    this.#resetChoices(choices);
    this.keptOnDisk(this.toKeep);
  }

  /** Somebody deleted the file beside the picture. What it said lives on here. */
  gone(): void {
    for (const mask of this.#masks.all) mask.lost();
    this.#region.saved(undefined);
    this.#choices.saved(undefined);
    if (this.changed) this.tell({ kind: 'unsaved' });
  }

  /** Back to what is on disk; not an edit. */
  revert({ masks, region, choices }: OnDisk): void {
    if (this.#region.edit(region)) this.#tellRegion(undefined);
    const patch = this.#takeMasks(masks);
    if (patch) {
      this.#masks.current?.edit(patch);
      this.#masked(patch, undefined);
    }
    this.#resetChoices(choices);
    this.keptOnDisk(this.toKeep);
  }

  /** Takes the masks of other sizes at once. @returns what would make the current one what it is on disk */
  #takeMasks(masks: OnDisk['masks'] = []): MaskPatch | undefined {
    for (const mask of masks) this.#masks.of(mask);
    for (const mask of this.#masks.others) {
      const patch = mask.editTo(masks.find((one) => isSize(one, mask.size)));
      if (patch) mask.edit(patch);
    }
    const { current } = this.#masks;
    return current?.editTo(masks.find((one) => isSize(one, current.size)));
  }

  readonly #pack: Pack = (plane) => this.workshop.packMask(plane);

  #masked(patch: MaskPatch, from: Page | undefined): void {
    this.tell({ kind: 'mask', patch, from });
  }

  #tellRegion(from: Page | undefined): void {
    this.tell({ kind: 'region', region: this.region, from });
  }

  #resetChoices(choices: Choices | undefined): void {
    this.#choices.reset(choices);
    if (choices) this.tell({ kind: 'choices', choices, from: undefined, unsaved: false });
  }
}

const NOTHING = new Uint8Array();

const isSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
