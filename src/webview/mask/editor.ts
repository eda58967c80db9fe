/** Painting the mask: pointer, keys and toolbar on one side, the mask, its overlay and the host on the other. */
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { MaskEdit, Source } from '../../shared/documentState.ts';
import type { Region } from '../../engine/tasks/index.ts';
import { element, setAttributes, setText } from '../dom.ts';
import { isPlain, isTyping } from '../keys.ts';
import type { Size } from '../stage/zoom.ts';
import { strings } from '../strings.ts';
import type { Point } from './brush.ts';
import type { Corner } from './shapes.ts';
import { listenToKeys } from './keys.ts';
import { KeyStrokes, type KeyHand } from './keyStrokes.ts';
import { MaskModel } from './model.ts';
import { Overlay } from './overlay.ts';
import { PointerStrokes, type PointerHand } from './pointer.ts';
import { Strokes, type Stroke, type StrokeStart } from './strokes.ts';
import type { MaskWork } from './work.ts';
import { MaskToolbar } from './toolbar.ts';
import {
  commandOf,
  defaultSettings,
  isBrush,
  keyStep,
  type MaskAction,
  type MaskSettings,
  type Tool,
} from './tools.ts';

export interface MaskWishes {
  /** The person changed the mask. */
  edited(patch: MaskPatch, edit: MaskEdit): void;
  load(): void;
  save(): void;
  /** An edit could not be made. */
  failed(error: unknown): void;
  /** The settings, after each change. */
  remember(settings: MaskSettings): void;
  /** The person wants to paint: the pointer is the mask's. */
  activated(): void;
}

export class MaskEditor implements PointerHand, KeyHand {
  readonly toolbar: HTMLElement;
  readonly #toolbar: MaskToolbar;
  readonly #overlay: Overlay;
  readonly #spoken = element('div', { class: 'visually-hidden', role: 'status' });
  /** Lies over the picture and says what to do as long as nothing is painted. */
  readonly hint = element('p', { class: 'mask-hint', hidden: true }, strings.nothingPainted());
  readonly #help = element('p', { id: 'mask-keys', hidden: true }, strings.maskKeys());
  readonly #keys: KeyStrokes;
  #model = new MaskModel(1, 1);
  #settings: MaskSettings;
  #settingsKnown: boolean;
  #loaded = false;
  #shown = false;
  #visible = true;
  #aside = false;
  /** The whole mask is being changed. */
  #working = false;
  readonly #strokes = new Strokes({
    begin: () => {
      this.#model.begin();
      this.#setVisible(true);
    },
    change: (make) => this.#overlay.redraw(this.#model.change(make)),
    outline: (path) => this.#overlay.setOutline(path),
    commit: (edit) => this.#commit(edit),
    cancel: () => {
      this.#overlay.redraw(this.#model.cancel());
      this.#refresh();
    },
  });
  /** Where the brush is shown. */
  #brush: Corner | undefined;
  /** Whether pointer and keys paint; another tool may have them. */
  #active = true;

  constructor(
    private readonly viewport: HTMLElement,
    private readonly sheet: HTMLElement,
    remembered: MaskSettings | undefined,
    private readonly work: MaskWork,
    private readonly wishes: MaskWishes,
  ) {
    this.#overlay = new Overlay({ viewport, sheet });
    this.#settings = remembered ?? defaultSettings(1);
    this.#settingsKnown = remembered !== undefined;
    this.#toolbar = new MaskToolbar({
      tool: (tool) => this.#choose(tool),
      action: (action) => this.#act(action),
      set: (settings) => this.#set(settings),
      toggle: () => this.#setVisible(!this.#visible),
      load: () => wishes.load(),
      save: () => wishes.save(),
    });
    this.toolbar = this.#toolbar.element;
    this.toolbar.append(this.#spoken, this.#help);
    sheet.append(this.#overlay.element);
    this.#keys = new KeyStrokes(this);
    new PointerStrokes({ viewport, sheet }, this);
    viewport.addEventListener('pointercancel', () => this.cancel());
    listenToKeys(viewport, this.#keys, (text) => setText(this.#spoken, text));
    document.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Whether there is anything to fill. */
  get marked(): boolean {
    return this.#model.marked;
  }

  /** The same for the part of the picture that a run works on; nothing: all of it. */
  markedIn(region: Region | undefined): boolean {
    return this.marked && (!region || this.#model.markedIn(region));
  }

  /** Where the first column that is marked lies, as a share of the picture's width; nothing while nothing is painted. */
  get leftEdge(): number | undefined {
    const left = this.#model.leftEdge;
    return left === undefined ? undefined : left / this.size.width;
  }

  /** To be called when the picture is drawn in another size or at another place. */
  arrange(): void {
    this.#overlay.arrange();
  }

  /** Whether pointer and keys paint. */
  get painting(): boolean {
    return this.#shown && this.#active;
  }

  get size(): Size {
    return this.#model.plane;
  }

  get step(): number {
    return keyStep(this.#settings, this.#side);
  }

  get last(): Point | undefined {
    return this.#strokes.last;
  }

  get #side(): number {
    return Math.max(this.size.width, this.size.height);
  }

  /** The picture and its mask as the host has them; a mask this page has already keeps what is painted meanwhile. */
  load({ width, height }: Source, mask: MaskPatch | undefined): void {
    const { plane } = this.#model;
    if (this.#loaded && plane.width === width && plane.height === height) return;
    this.#loaded = true;
    this.cancel();
    this.#model = new MaskModel(width, height);
    if (mask) this.#model.apply(mask);
    this.#strokes.forget();
    this.#keys.forget();
    if (!this.#settingsKnown) this.#settings = defaultSettings(this.#side);
    this.#overlay.show(this.#model.plane);
    this.#refresh();
  }

  /** Somebody else changed the mask, or it was undone. */
  apply(patch: MaskPatch): void {
    this.#overlay.redraw(this.#model.apply(patch));
    if (!this.#aside) this.#setVisible(true);
  }

  /** The tools are there for one task only. */
  setShown(shown: boolean): void {
    if (shown === this.#shown) return;
    this.#keys.leave();
    this.cancel();
    this.#shown = shown;
    this.toolbar.hidden = !shown;
    this.#overlay.setShown(shown);
    this.#refresh();
  }

  /** Gives pointer and keys to another tool, or takes them back. */
  setActive(active: boolean): void {
    if (active === this.#active) return;
    this.#keys.leave();
    this.cancel();
    this.#active = active;
    this.#refresh();
  }

  /** During a run the mask shows itself only while somebody paints: what develops lies under it. */
  setAside(aside: boolean): void {
    this.#aside = aside;
    if (aside && !this.#strokes.going) this.#setVisible(false);
  }

  /** The person wants to start, and nothing is painted. */
  remind(): void {
    // Clearing first makes a screen reader say the same sentence again.
    setText(this.#spoken, '');
    requestAnimationFrame(() => setText(this.#spoken, strings.nothingPainted()));
    this.hint.classList.remove('urgent');
    void this.hint.offsetWidth;
    this.hint.classList.add('urgent');
    this.viewport.focus({ preventScroll: true });
  }

  #choose(tool: Tool): void {
    this.lift();
    this.cancel();
    this.wishes.activated();
    this.#set({ tool });
    setText(this.#spoken, strings.maskTool(tool));
  }

  #set(settings: Partial<MaskSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.#settingsKnown = true;
    this.wishes.remember(this.#settings);
    this.#refresh();
  }

  #setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#overlay.setVisible(visible);
    this.#refresh();
  }

  #refresh(): void {
    const { colour, opacity, tool } = this.#settings;
    this.#overlay.setLook(colour, opacity);
    this.#toolbar.update(this.#settings, this.#side, this.#active);
    this.#toolbar.setState(this.#visible, this.marked);
    this.hint.hidden = !this.painting || this.marked || this.#strokes.going;
    setText(this.hint, this.#keys.at ? strings.nothingPaintedByKeys() : strings.nothingPainted());
    this.viewport.classList.toggle('painting', this.painting);
    this.viewport.classList.toggle('brushing', this.painting && isBrush(tool));
    setAttributes(this.viewport, { 'aria-describedby': this.painting ? this.#help.id : undefined });
    this.#showBrush();
  }

  #act(action: MaskAction): void {
    if (this.#working) return;
    this.lift();
    this.cancel();
    this.#changeAll(action).catch((error: unknown) => {
      this.#model.cancel();
      this.wishes.failed(error);
    });
  }

  /** Changes the whole mask. What comes from elsewhere meanwhile waits, and so does painting. */
  async #changeAll(action: MaskAction): Promise<void> {
    const model = this.#model;
    this.#setWorking(true);
    try {
      const { data, patch } = await this.work.change(action, model.plane, model.lend(), this.#settings.edge);
      if (model !== this.#model) return;
      this.#overlay.redraw(model.replace(data));
      this.#setVisible(!this.#aside);
      if (patch) this.wishes.edited(patch, action);
      setText(this.#spoken, strings.maskDone(action));
    } finally {
      this.#setWorking(false);
    }
  }

  #setWorking(working: boolean): void {
    this.#working = working;
    this.viewport.classList.toggle('working', working);
  }

  #commit(edit: MaskEdit): void {
    const { delta, redraw } = this.#model.commit();
    this.#overlay.redraw(redraw);
    this.#setVisible(!this.#aside);
    if (!delta) return;
    this.work.pack(delta).then(
      (patch) => this.wishes.edited(patch, edit),
      (error: unknown) => this.wishes.failed(error),
    );
  }

  /** Gives up the stroke that is going on. */
  cancel(): void {
    this.#strokes.cancel();
  }

  /** What is painted so far is to count: the person wants to start. */
  lift(): void {
    this.#keys.lift();
  }

  /* Strokes */

  begin(start: Point, how: StrokeStart): Stroke | undefined {
    if (!this.painting || this.#working || this.#strokes.going) return undefined;
    return this.#strokes.begin(this.#settings, start, how);
  }

  pointAt(at: Point | undefined): void {
    // A mouse that is pushed by accident ends no stroke of the keys, and one that goes does not take their brush along.
    if (this.#keys.down || (!at && this.#keys.at)) return;
    this.#keys.forget();
    this.#brush = at;
    this.#showBrush();
  }

  brushAt(at: Point | undefined): void {
    this.#brush = at;
    this.#refresh();
    if (at) this.#overlay.revealBrush();
  }

  #showBrush(): void {
    const { tool, size, hardness } = this.#settings;
    const { at, down } = this.#keys;
    const shown = this.painting && (at !== undefined || isBrush(tool));
    const keys = at && (down ? 'down' : 'up');
    this.#overlay.setRing(shown ? this.#brush : undefined, isBrush(tool) ? size / 2 : 0, hardness, keys);
  }

  /* Keyboard */

  #key(event: KeyboardEvent): void {
    if (!this.#shown || isTyping(event.target)) return;
    if (event.key === 'Escape' && this.#strokes.going) {
      event.preventDefault();
      return this.cancel();
    }
    const command = isPlain(event) ? commandOf(event, this.#settings, this.#side) : undefined;
    if (!command) return;
    event.preventDefault();
    switch (command.kind) {
      case 'tool':
        return this.#choose(command.tool);
      case 'action':
        return this.#act(command.action);
      case 'set':
        return this.#set(command.settings);
      case 'toggle':
        return this.#setVisible(!this.#visible);
    }
  }
}
