/** Choosing the part of the picture that runs work on, upright or turned as a face is: pointer, keyboard and buttons. */
import type { Alignment, Landmarks } from '../../engine/faces/alignment.ts';
import { isTurned, type Size } from '../../engine/tasks/index.ts';
import type { ChosenRegion } from '../../shared/chosenRegion.ts';
import { element, icon, setText, type Icon } from '../dom.ts';
import { isPlain, isTyping } from '../keys.ts';
import { isOnScrollbar } from '../stage/pan.ts';
import { strings } from '../strings.ts';
import { alignedBy, growTurned, moveTurned, placesIn, withPlace, type Place } from './aligning.ts';
import { draw, grow, middle, move, resize, type Handle, type Point } from './geometry.ts';
import { Handles, placeUnder } from './handles.ts';
import { RegionOverlay } from './overlay.ts';

export interface RegionWishes {
  /** The person chose another region, or none. */
  edited(region: ChosenRegion | undefined): void;
  /** Where the marks are to begin, if there is a face that is known. */
  marks(): Landmarks | undefined;
  /** A tool was taken up or put down. */
  activated(active: boolean): void;
  /** Whether regions are freely cropped rather than square, after each change. */
  remember(free: boolean): void;
}

/** How things stand for the region: being run, shown with a result over it, or neither. */
export type RegionMood = 'editing' | 'running' | 'comparing';

/** What is in hand: cutting out an upright part, or marking the eyes and the mouth of a face. */
export type RegionTool = 'crop' | 'align';

/** Shift moves a mark so many times as far. */
const FAR = 8;

export class RegionEditor {
  readonly #overlay = new RegionOverlay();
  readonly #marks = new Handles({
    step: (place, right, below, far) => this.#step(place, right, below, far),
    accept: () => this.#accept(),
  });
  readonly #crop = press('crop', strings.regionTool(), () => this.#toggle('crop'));
  readonly #align = press('align', strings.regionAlign(), () => this.#toggle('align'));
  readonly #freely = press('free', strings.regionFree(), () => this.#setFree(!this.#free));
  readonly #clear = press('close', strings.regionClear(), () => this.#commit(undefined));
  readonly #readout = element('span', { class: 'readout' });
  readonly #spoken = element('span', { class: 'visually-hidden', role: 'status' });
  readonly toolbar = element(
    'div',
    { class: 'region-tools', role: 'toolbar', 'aria-label': strings.region() },
    this.#crop,
    this.#align,
    this.#freely,
    this.#clear,
    this.#readout,
    this.#spoken,
  );
  /** How the marks are meant, while nobody has set them. */
  readonly hint = element('p', { class: 'region-hint', hidden: true }, strings.alignHow());
  #picture: Size | undefined;
  /** What everybody agrees on, and what it is while somebody drags or holds a key. */
  #settled: ChosenRegion | undefined;
  #region: ChosenRegion | undefined;
  /** The marks, while the tool for them is in hand; also where they mark nothing that can be cut out. */
  #landmarks: Landmarks | undefined;
  /** Something was changed that nobody knows of yet. */
  #changing = false;
  #mood: RegionMood = 'editing';
  #tool: RegionTool | undefined;
  /** How the model that is chosen wants faces cut out. */
  #alignment: Alignment = 'ffhq';
  /** What the pointer does as it goes on. */
  #drag: { readonly pointer: number; follow(to: Point, free: boolean): void } | undefined;

  constructor(
    private readonly viewport: HTMLElement,
    private readonly sheet: HTMLElement,
    free: boolean,
    private readonly wishes: RegionWishes,
  ) {
    this.#free = free;
    sheet.append(this.#overlay.element, this.#marks.element);
    viewport.addEventListener('pointerdown', (event) => this.#press(event));
    viewport.addEventListener('pointermove', (event) => this.#move(event));
    viewport.addEventListener('pointerup', (event) => this.#release(event));
    viewport.addEventListener('pointercancel', () => this.cancel());
    document.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('keyup', (event) => event.key.startsWith('Arrow') && this.#settle());
    window.addEventListener('blur', () => this.#settle());
    this.#refresh();
  }

  #free: boolean;

  get active(): boolean {
    return this.#tool !== undefined;
  }

  update(picture: Size, region: ChosenRegion | undefined, mood: RegionMood): void {
    this.#picture = picture;
    if (mood !== this.#mood && mood === 'running') this.take(undefined);
    this.#mood = mood;
    if (region !== this.#settled) {
      this.#settled = region;
      // What somebody is dragging is newer.
      if (!this.#drag) this.#reset();
    }
    this.#refresh();
  }

  /** Takes a tool in hand, or puts it down. Marks begin on the face that is known, in the region, or in the middle. */
  take(tool: RegionTool | undefined): void {
    if ((tool && this.#mood === 'running') || !this.#picture || tool === this.#tool) return;
    const from = tool === 'align' ? this.wishes.marks() : undefined;
    this.#tool = tool;
    this.cancel();
    if (from) this.#mark(from);
    this.#changing = false;
    this.wishes.activated(tool !== undefined);
    this.#refresh();
    if (tool === 'align') {
      this.#marks.focus();
      this.#say(strings.alignKeys());
    } else if (tool) {
      this.viewport.focus({ preventScroll: true });
      this.#say(this.#region ? this.#describe() : strings.regionHow());
    }
  }

  /** Another model cuts faces out otherwise: what was marked is kept, and cut out as it wants. @param chosen by a person, just now */
  setAlignment(alignment: Alignment, chosen: boolean): void {
    if (JSON.stringify(alignment) === JSON.stringify(this.#alignment)) return;
    this.#alignment = alignment;
    const region = this.#settled;
    if (!chosen || !region || !isTurned(region) || !region.landmarks) return this.cancel();
    this.#mark(region.landmarks);
    this.#settle();
  }

  /** Gives up what the pointer is doing. */
  cancel(): void {
    this.#drag = undefined;
    this.#reset();
    this.#refresh();
  }

  /** As everybody knows it; with the marks in hand, where they would begin. */
  #reset(): void {
    this.#changing = false;
    this.#region = this.#settled;
    this.#landmarks = undefined;
    if (this.#tool !== 'align' || !this.#picture) return;
    this.#landmarks = placesIn(this.#settled ?? middle(this.#picture), this.#alignment);
    this.#region = alignedBy(this.#landmarks, this.#alignment, this.#picture);
  }

  #toggle(tool: RegionTool): void {
    this.take(tool === this.#tool ? undefined : tool);
  }

  #setFree(free: boolean): void {
    this.#free = free;
    this.wishes.remember(free);
    this.#refresh();
  }

  #refresh(): void {
    const region = this.#region;
    const running = this.#mood === 'running';
    this.#overlay.element.hidden = !region || (this.#mood === 'comparing' && !this.active);
    this.#overlay.element.classList.toggle('active', this.active);
    this.#overlay.element.classList.toggle('quiet', running);
    if (region && this.#picture) this.#overlay.show(region, this.#picture);
    if (this.#picture) this.#marks.show(this.#landmarks, this.#picture);
    this.hint.hidden = this.#tool !== 'align' || this.#changing || this.#isMarked;
    this.viewport.classList.toggle('cropping', this.#tool === 'crop');
    this.#crop.setAttribute('aria-pressed', String(this.#tool === 'crop'));
    this.#align.setAttribute('aria-pressed', String(this.#tool === 'align'));
    this.#freely.setAttribute('aria-pressed', String(this.#free));
    this.#crop.disabled = this.#align.disabled = running;
    this.#freely.hidden = this.#tool !== 'crop';
    this.#clear.hidden = !this.#settled || running;
    setText(this.#readout, this.#describe());
  }

  /** Whether everybody knows where the face is. */
  get #isMarked(): boolean {
    return this.#settled !== undefined && isTurned(this.#settled) && this.#settled.landmarks !== undefined;
  }

  #describe(): string {
    const region = this.#region;
    if (!region) return strings.regionNone();
    if (isTurned(region)) return strings.regionTurned(Math.round(region.side), Math.round(region.angle) + 0);
    return strings.regionAt(region.width, region.height, region.left, region.top);
  }

  /** Where the mark is that has the keyboard. */
  #describeMark(): string {
    const place = this.#marks.focused;
    if (!place || !this.#landmarks) return '';
    const { x, y } = this.#landmarks[place];
    return strings.placeAt(strings.place(place), Math.round(x), Math.round(y));
  }

  #say(text: string): void {
    setText(this.#spoken, text);
  }

  #commit(region: ChosenRegion | undefined): void {
    this.#change(region);
    this.#settle();
  }

  /** For as long as the pointer or a key is down only here. */
  #change(region: ChosenRegion | undefined): void {
    this.#region = region;
    this.#changing = true;
    if (this.#tool === 'align' && region && isTurned(region)) this.#landmarks = region.landmarks;
    this.#refresh();
  }

  /** The marks are there. While they make nothing that can be cut out, the square stays as it was. */
  #mark(landmarks: Landmarks): void {
    this.#change(alignedBy(landmarks, this.#alignment, this.#picture!) ?? this.#region);
    if (this.#tool === 'align') this.#landmarks = landmarks;
    this.#refresh();
  }

  #accept(): void {
    this.#changing = true;
    this.#settle();
  }

  /** Tells the host what has been dragged or typed. */
  #settle(): void {
    if (this.#drag || !this.#changing) return;
    this.#changing = false;
    if (this.#region === this.#settled) return this.#refresh();
    this.#settled = this.#region;
    this.#refresh();
    if (!this.#settled) this.#reset();
    this.#say([this.#describeMark(), this.#describe()].filter(Boolean).join(', '));
    this.wishes.edited(this.#region);
  }

  /* Pointer */

  #press(event: PointerEvent): void {
    const target = event.target as Element;
    if (!this.#tool || this.#drag || event.button !== 0 || target.closest('.divider')) return;
    if (isOnScrollbar(this.viewport, event)) return;
    const picture = this.#picture;
    if (!picture) return;
    const follow = this.#tool === 'align' ? this.#pulled(event, picture) : this.#cropped(event, picture);
    if (!follow) return;
    event.preventDefault();
    const place = placeUnder(target);
    if (place) this.#marks.focus(place);
    else if (!this.#marks.focused) this.viewport.focus({ preventScroll: true });
    this.viewport.setPointerCapture(event.pointerId);
    this.#drag = { pointer: event.pointerId, follow };
  }

  /** A mark goes with the pointer, or all of them. */
  #pulled(event: PointerEvent, picture: Size): ((to: Point) => void) | undefined {
    const target = event.target as Element;
    const start = this.#pointOf(event);
    const [landmarks, region] = [this.#landmarks!, this.#region];
    const place = placeUnder(target);
    // It is not taken by its very middle.
    if (place)
      return ({ x, y }) => {
        const { x: left, y: top } = landmarks[place];
        this.#mark(withPlace(landmarks, place, { x: left + x - start.x, y: top + y - start.y }, picture));
      };
    if (!region || !isTurned(region) || !target.closest('.box')) return undefined;
    return ({ x, y }) => this.#change(moveTurned(region, x - start.x, y - start.y, picture));
  }

  #cropped(event: PointerEvent, picture: Size): (to: Point, free: boolean) => void {
    const target = event.target as Element;
    const start = this.#pointOf(event);
    const before = this.#region;
    const handle = target instanceof HTMLElement ? (target.dataset['handle'] as Handle | undefined) : undefined;
    const become = (to: Point, free: boolean): ChosenRegion | undefined => {
      const [dx, dy] = [to.x - start.x, to.y - start.y];
      if (before && handle && !isTurned(before)) return resize(before, handle, to, !free, picture);
      if (before && target.closest('.box')) return this.#moved(before, dx, dy, picture);
      return draw(start, to, !free, picture);
    };
    return (to, free) => this.#change(become(to, free) ?? this.#settled);
  }

  #moved = (region: ChosenRegion, dx: number, dy: number, picture: Size): ChosenRegion =>
    isTurned(region) ? moveTurned(region, dx, dy, picture) : move(region, dx, dy, picture);

  #move(event: PointerEvent): void {
    if (event.pointerId !== this.#drag?.pointer) return;
    // Shift is for the other way of cropping.
    this.#drag.follow(this.#pointOf(event), this.#free !== event.shiftKey);
  }

  #release(event: PointerEvent): void {
    if (event.pointerId !== this.#drag?.pointer) return;
    this.#drag = undefined;
    this.#settle();
  }

  #pointOf({ clientX, clientY }: PointerEvent): Point {
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    const picture = this.#picture!;
    return { x: ((clientX - left) / width) * picture.width, y: ((clientY - top) / height) * picture.height };
  }

  /* Keyboard */

  #key(event: KeyboardEvent): void {
    if (!this.#picture || isTyping(event.target) || !isPlain(event) || event.defaultPrevented) return;
    const tool = { r: 'crop', a: 'align' }[event.key.toLowerCase()] as RegionTool | undefined;
    if (tool && !event.shiftKey) {
      event.preventDefault();
      return this.#toggle(tool);
    }
    if (!this.#tool) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      if (this.#drag || this.#changing) this.cancel();
      else if (this.#region && this.#tool === 'crop') this.#commit(undefined);
      else this.take(undefined);
      return;
    }
    // Elsewhere the arrow keys go from button to button.
    if (event.target !== this.viewport && event.target !== document.body) return;
    const changed = this.#arrowed(event);
    if (!changed) return;
    event.preventDefault();
    this.#change(changed);
    if (event.key === 'Enter') this.#settle();
  }

  /** The region after an arrow key, or Enter, which begins one. */
  #arrowed({ key, shiftKey }: KeyboardEvent): ChosenRegion | undefined {
    const picture = this.#picture!;
    const region = this.#region;
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (!region) return direction || key === 'Enter' ? middle(picture) : undefined;
    if (this.#tool === 'align' && key === 'Enter') return region;
    if (!direction) return undefined;
    const [dx = 0, dy = 0] = direction;
    if (!shiftKey) return this.#moved(region, dx, dy, picture);
    return isTurned(region) ? growTurned(region, dx + dy, picture) : grow(region, dx, dy, !this.#free, picture);
  }

  /** An arrow key on a mark: a pixel of the picture, or of the screen where that is more. */
  #step(place: Place, right: number, below: number, far: boolean): void {
    const picture = this.#picture!;
    const pixel = Math.max(1, picture.width / this.sheet.getBoundingClientRect().width) * (far ? FAR : 1);
    const { x, y } = this.#landmarks![place];
    this.#mark(withPlace(this.#landmarks!, place, { x: x + right * pixel, y: y + below * pixel }, picture));
  }
}

function press(name: Icon, tip: string, act: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool', title: tip, 'aria-label': tip }, icon(name));
  node.addEventListener('click', act);
  return node;
}
