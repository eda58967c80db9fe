/** Painting the mask: pointer, keyboard and toolbar on one side, the mask, its overlay and the host on the other. */
import type { MaskPatch } from '../../shared/mask/patch.ts';
import type { MaskEdit, Source } from '../../shared/documentState.ts';
import { element, setText } from '../dom.ts';
import { isPlain, isTyping } from '../keys.ts';
import { isOnScrollbar } from '../stage/pan.ts';
import type { Size } from '../stage/zoom.ts';
import { strings } from '../strings.ts';
import type { Point } from './brush.ts';
import { startGesture, type Gesture } from './gesture.ts';
import { MaskModel } from './model.ts';
import { Overlay } from './overlay.ts';
import type { MaskWork } from './work.ts';
import { MaskToolbar } from './toolbar.ts';
import { commandOf, defaultSettings, type MaskAction, type MaskSettings, type Tool } from './tools.ts';

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

/** A mouse has no pressure to speak of, and a pen that barely touches still leaves a mark. */
const LEAST_PRESSURE = 0.1;

export class MaskEditor {
  readonly toolbar: HTMLElement;
  readonly #toolbar: MaskToolbar;
  readonly #overlay: Overlay;
  readonly #spoken = element('div', { class: 'visually-hidden', role: 'status' });
  /** Lies over the picture and says what to do as long as nothing is painted. */
  readonly hint = element('p', { class: 'mask-hint', hidden: true }, strings.nothingPainted());
  #model = new MaskModel(1, 1);
  #settings: MaskSettings;
  #settingsKnown: boolean;
  #loaded = false;
  #shown = false;
  #visible = true;
  #aside = false;
  /** The whole mask is being changed. */
  #working = false;
  #gesture: { readonly pointer: number; readonly steps: Gesture; readonly edit: MaskEdit } | undefined;
  /** Where the last stroke ended: a shift-click goes on from there. */
  #last: Point | undefined;
  /** Whether the pointer paints; another tool may have it. */
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
    this.toolbar.append(this.#spoken);
    sheet.append(this.#overlay.element);
    viewport.addEventListener('pointerdown', (event) => this.#press(event));
    viewport.addEventListener('pointermove', (event) => this.#move(event));
    viewport.addEventListener('pointerup', (event) => this.#release(event));
    viewport.addEventListener('pointercancel', () => this.cancel());
    viewport.addEventListener('pointerleave', () => this.#ring(undefined));
    viewport.addEventListener('contextmenu', (event) => this.painting && event.preventDefault());
    document.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Whether there is anything to fill. */
  get marked(): boolean {
    return this.#model.marked;
  }

  /** The mask as a picture of this size: as opaque as it is marked. */
  picture = (size: Size): HTMLCanvasElement => this.#overlay.picture(size);

  /** To be called when the picture is drawn in another size or at another place. */
  arrange(): void {
    this.#overlay.arrange();
  }

  /** Whether the pointer paints. */
  get painting(): boolean {
    return this.#shown && this.#active;
  }

  get #side(): number {
    return Math.max(this.#model.plane.width, this.#model.plane.height);
  }

  /** The picture and its mask as the host has them; a mask this page has already keeps what is painted meanwhile. */
  load({ width, height }: Source, mask: MaskPatch | undefined): void {
    const { plane } = this.#model;
    if (this.#loaded && plane.width === width && plane.height === height) return;
    this.#loaded = true;
    this.cancel();
    this.#model = new MaskModel(width, height);
    if (mask) this.#model.apply(mask);
    this.#last = undefined;
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
    this.#shown = shown;
    this.cancel();
    this.toolbar.hidden = !shown;
    this.#overlay.setShown(shown);
    this.#refresh();
  }

  /** Gives the pointer to another tool, or takes it back. */
  setActive(active: boolean): void {
    if (active === this.#active) return;
    this.cancel();
    this.#active = active;
    this.#refresh();
  }

  /** During a run the mask shows itself only while somebody paints: what develops lies under it. */
  setAside(aside: boolean): void {
    this.#aside = aside;
    if (aside && !this.#gesture) this.#setVisible(false);
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
    this.hint.hidden = !this.painting || this.marked || this.#gesture !== undefined;
    this.viewport.classList.toggle('painting', this.painting);
    this.viewport.classList.toggle('brushing', this.painting && (tool === 'brush' || tool === 'erase'));
    this.#ring(this.#pointer);
  }

  #act(action: MaskAction): void {
    if (this.#working) return;
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

  /** Gives up what the pointer is doing. */
  cancel(): void {
    if (!this.#gesture) return;
    this.#gesture = undefined;
    this.#overlay.setOutline('');
    this.#overlay.redraw(this.#model.cancel());
  }

  /* Pointer */

  #pointer: { readonly x: number; readonly y: number } | undefined;

  #press(event: PointerEvent): void {
    if (!this.painting || this.#working || this.#gesture || (event.target as Element).closest('.divider')) return;
    if ((event.button !== 0 && event.button !== 2 && event.button !== 5) || isOnScrollbar(this.viewport, event)) return;
    event.preventDefault();
    this.viewport.focus({ preventScroll: true });
    this.viewport.setPointerCapture(event.pointerId);
    const start = this.#ruler()(event);
    // Button 5 is a pen's own eraser.
    const erase = event.altKey || event.button !== 0;
    const { tool } = this.#settings;
    const straight = event.shiftKey ? this.#last : undefined;
    const edit = erase && tool === 'brush' ? 'erase' : tool;
    this.#gesture = { pointer: event.pointerId, steps: startGesture(this.#settings, start, straight, erase), edit };
    this.#model.begin();
    this.#setVisible(true);
    this.#step(start);
  }

  #move(event: PointerEvent): void {
    if (!this.painting) return;
    const pointOf = this.#ruler();
    this.#ring(pointOf(event));
    if (event.pointerId !== this.#gesture?.pointer) return;
    // A pen reports many points between two frames; a fast stroke is round only with all of them.
    const events = event.getCoalescedEvents();
    for (const part of events.length > 0 ? events : [event]) this.#step(pointOf(part));
  }

  #step(point: Point): void {
    const { steps } = this.#gesture!;
    this.#overlay.redraw(this.#model.change((plane) => steps.move(plane, point)));
    this.#overlay.setOutline(steps.outline());
    this.#last = point;
  }

  #release(event: PointerEvent): void {
    if (event.pointerId !== this.#gesture?.pointer) return;
    const { steps, edit } = this.#gesture;
    this.#overlay.redraw(this.#model.change((plane) => steps.end(plane)));
    this.#overlay.setOutline('');
    this.#gesture = undefined;
    this.#commit(edit);
  }

  /** Measures events in pixels of the picture. The layout is asked once, before anything is changed. */
  #ruler(): (event: PointerEvent) => Point {
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    const { plane } = this.#model;
    return ({ clientX, clientY, pointerType, pressure }) => ({
      x: ((clientX - left) / width) * plane.width,
      y: ((clientY - top) / height) * plane.height,
      pressure: pointerType === 'pen' ? Math.max(LEAST_PRESSURE, pressure) : 1,
    });
  }

  #ring(at: { readonly x: number; readonly y: number } | undefined): void {
    this.#pointer = at;
    const { tool, size, hardness } = this.#settings;
    const painting = this.painting && (tool === 'brush' || tool === 'erase');
    this.#overlay.setRing(painting ? at : undefined, size / 2, hardness);
  }

  /* Keyboard */

  #key(event: KeyboardEvent): void {
    if (!this.#shown || isTyping(event.target)) return;
    if (event.key === 'Escape' && this.#gesture) {
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
