/** The picture, what lies on it, and the tools around it. */
import type { Alignment } from '../engine/faces/alignment.ts';
import type { Preview, TurnedRegion } from '../engine/tasks/index.ts';
import type { ChosenRegion } from '../shared/chosenRegion.ts';
import type { Result } from '../shared/documentState.ts';
import { element, setAttributes, setText } from './dom.ts';
import { isPlain, isTyping } from './keys.ts';
import { MaskEditor, type MaskWishes } from './mask/editor.ts';
import type { MaskWork } from './mask/work.ts';
import type { MaskSettings } from './mask/tools.ts';
import { chosenIn, FaceChooser, type FaceWishes } from './faces/chooser.ts';
import { alignedBy } from './region/aligning.ts';
import { RegionEditor, type RegionMood } from './region/editor.ts';
import { compareModeOf, Comparison, type ComparisonMemory } from './stage/comparison.ts';
import { Divider } from './stage/divider.ts';
import { Pan } from './stage/pan.ts';
import { Pictures } from './stage/pictures.ts';
import { GRID_FROM, PixelGrid } from './stage/pixelGrid.ts';
import { View, type Pane } from './stage/view.ts';
import { ZoomBar } from './stage/zoomBar.ts';
import type { PageState } from './state.ts';
import { isBusy } from './status.ts';
import { strings } from './strings.ts';

/** What VS Code keeps of the stage for this page. */
export interface StageMemory {
  readonly mask?: MaskSettings;
  readonly comparison?: ComparisonMemory;
  /** Whether regions are freely cropped. */
  readonly freeRegion?: boolean;
  readonly pixelGrid?: boolean;
}

export interface StageWishes extends Omit<MaskWishes, 'remember' | 'activated'>, FaceWishes {
  /** The person chose the part of the picture to work on, or all of it. */
  chose(region: ChosenRegion | undefined): void;
  remember(memory: StageMemory): void;
}

/** How far from what was filled the divider stops, in percent of the width. */
const BESIDE = 3;

export class Stage {
  readonly element: HTMLElement;
  readonly mask: MaskEditor;
  readonly #region: RegionEditor;
  readonly #faces: FaceChooser;
  #alignment: Alignment | undefined;
  readonly #comparison: Comparison;
  readonly #pictures = new Pictures(() => this.#say(strings.unreadable()));
  /** The picture, with all tools; and what comes beside it to compare. */
  readonly #main = pane(strings.picture());
  readonly #side = pane(strings.afterPicture());
  readonly #divider = new Divider(this.#main.sheet);
  readonly #view = new View(() => this.#refresh());
  readonly #pan: Pan;
  readonly #grids = [this.#main, this.#side].map((shown) => new PixelGrid(shown));
  readonly #frames = [this.#main, this.#side].map(({ viewport }, i) =>
    element('div', { class: 'pane' }, viewport, this.#grids[i]!.element),
  );
  readonly #panes = element('div', { class: 'panes' }, this.#frames[0]!);
  readonly #message = element('p', { class: 'message', role: 'status' });
  readonly #zoomBar: ZoomBar;
  readonly #bar: HTMLElement;
  readonly #tools: HTMLElement;
  #pixelGrid: boolean;
  #state: PageState | undefined;
  #mood: RegionMood = 'editing';
  /** A person looks at a snapshot. */
  #snapshot = false;

  constructor(
    memory: StageMemory,
    maskWork: MaskWork,
    private readonly wishes: StageWishes,
  ) {
    const { viewport, sheet } = this.#main;
    sheet.append(element('div', { class: 'pictures' }, this.#pictures.before, this.#pictures.after));
    this.#pixelGrid = memory.pixelGrid ?? true;
    this.#pan = new Pan(this.#view, {
      busy: () => this.mask.painting || this.#region.active,
      interrupt: () => {
        this.mask.cancel();
        this.#region.cancel();
      },
    });
    for (const shown of [this.#main, this.#side]) {
      this.#view.adopt(shown);
      this.#pan.listen(shown.viewport);
    }
    this.mask = new MaskEditor(viewport, sheet, memory.mask, maskWork, {
      ...wishes,
      remember: (mask) => wishes.remember({ mask }),
      activated: () => this.#region.take(undefined),
    });
    this.#region = new RegionEditor(viewport, sheet, memory.freeRegion ?? false, {
      edited: (region) => wishes.chose(region),
      marks: () => {
        const [face, ...others] = chosenIn(this.#state?.faces);
        return others.length === 0 ? face : undefined;
      },
      activated: (active) => {
        this.mask.setActive(!active);
        if (this.#state) this.#showFaces(this.#state);
        this.#refresh();
      },
      remember: (freeRegion) => wishes.remember({ freeRegion }),
    });
    this.#faces = new FaceChooser(wishes);
    sheet.append(this.#faces.element, this.#divider.element);
    this.#comparison = new Comparison(memory.comparison, (comparison) => {
      wishes.remember({ comparison });
      this.#arrange();
    });
    this.#zoomBar = new ZoomBar(this.#view, () => this.#toggleGrid());
    this.#bar = element('div', { class: 'stage-bar', hidden: true }, this.#comparison.element, this.#zoomBar.element);
    this.#tools = element(
      'div',
      { class: 'tools', hidden: true },
      this.#region.toolbar,
      this.#faces.toolbar,
      this.mask.toolbar,
    );
    this.element = element(
      'section',
      { class: 'stage', 'aria-label': strings.picture() },
      this.#tools,
      this.mask.hint,
      this.#region.hint,
      this.#message,
      this.#panes,
      this.#bar,
    );
    this.#view.show([this.#main]);
    document.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('keyup', (event) => event.key.toLowerCase() === 'q' && this.#showOriginal(false));
    window.addEventListener('blur', () => this.#showOriginal(false));
  }

  update(state: PageState): void {
    const previous = this.#state;
    this.#state = state;
    const { source, result, status, faces } = state;
    this.#bar.hidden = this.#tools.hidden = !source;
    if (!source) return this.#say(status === 'failed' ? (state.problem ?? '') : strings.opening());
    if (source !== previous?.source) {
      this.#say('');
      this.#pictures.showSource(source);
    }
    this.#pictures.showResult(result);
    this.#setMenu(result);
    const busy = isBusy(status);
    if (busy && !isBusy(previous?.status ?? 'loading')) this.#begin();
    this.#keepEarlier(state, previous);
    if (!busy && !this.#snapshot) this.#pictures.clearPreview();
    if (!busy) this.mask.setAside(false);
    this.#pictures.update(!busy && !this.#snapshot);
    this.#arrange();
    if (status === 'done' && previous?.status === 'finishing') this.#divider.settle(this.#whereToDivide(result));
    const mood = busy ? 'running' : this.#pictures.comparable ? 'comparing' : 'editing';
    // Faces that were found are what a run works on, in place of the region.
    this.#region.update(source, faces ? undefined : state.region, mood);
    this.#showFaces(state, mood);
    this.#view.setNatural((this.#pictures.hasResult && result) || source);
  }

  /** @param alignment of the model that is chosen; nothing: it has none of its own @param chosen by a person, just now */
  setAlignment(alignment: Alignment | undefined, chosen: boolean): void {
    this.#alignment = alignment;
    this.#region.setAlignment(alignment ?? 'ffhq', chosen);
    if (this.#state) this.#showFaces(this.#state);
  }

  /** Lets the person mark a face. */
  align(): void {
    this.#region.take('align');
  }

  /** What a run over the chosen faces works on. */
  get chosenFaces(): TurnedRegion[] {
    const { source, faces } = this.#state ?? {};
    return chosenIn(faces).flatMap((landmarks) => {
      const region = source && alignedBy(landmarks, this.#alignment ?? 'ffhq', source);
      return region ? [{ x: region.x, y: region.y, side: region.side, angle: region.angle }] : [];
    });
  }

  #showFaces({ source, faces, finding, setup }: PageState, mood = this.#mood): void {
    this.#mood = mood;
    if (!source) return;
    this.#tools.classList.toggle('with-faces', faces !== undefined && !this.#region.active);
    const alignment = this.#alignment ?? 'ffhq';
    const offered = this.#alignment !== undefined || setup?.detector === true;
    this.#faces.update({ picture: source, faces, alignment, mood, offered, finding, covered: this.#region.active });
  }

  /** What was made of a face stays in sight while the run goes on with the next. */
  #keepEarlier({ run }: PageState, before: PageState | undefined): void {
    const part = run?.part?.at ?? 1;
    if (part === 1 || before?.run?.id !== run?.id || before?.run?.part?.at === part) return;
    const made = run?.params.faces?.[part - 2];
    if (made) this.#pictures.keepPreview(made);
  }

  /** What the context menu goes by: see `webview/context` in package.json. */
  #setMenu(result: Result | undefined): void {
    const context = {
      webviewSection: 'picture',
      ganPriorResult: result !== undefined,
      ganPriorSaved: result?.savedAs !== undefined,
      preventDefaultContextMenuItems: true,
    };
    setAttributes(this.#panes, { 'data-vscode-context': JSON.stringify(context) });
  }

  preview(shown: Preview): void {
    if (this.#state && isBusy(this.#state.status) && !this.#snapshot) this.#draw(shown);
  }

  /** Shows an earlier one in place of the run's picture or its result; nothing: these again. @param latest of a run that goes */
  showSnapshot(chosen: Preview | undefined, latest: Preview | undefined): void {
    const state = this.#state;
    if (!state) return;
    this.#snapshot = chosen !== undefined;
    const shown = chosen ?? (isBusy(state.status) ? latest : undefined);
    if (shown) this.#draw(shown);
    this.update(state);
  }

  /** In the middle; beside what was filled, where little has changed but that. In percent of the width. */
  #whereToDivide(result: Result | undefined): number {
    const left = result?.task === 'inpaint' ? this.mask.leftEdge : undefined;
    return left === undefined ? 50 : Math.max(0, 100 * left - BESIDE);
  }

  #draw(shown: Preview): void {
    const source = this.#state?.source;
    if (source) this.#pictures.preview(shown, source, () => this.#state && this.update(this.#state));
  }

  #begin(): void {
    this.#pictures.clearPreview();
    this.#pictures.clearKept();
    this.#divider.set(0);
    this.mask.setAside(true);
  }

  #say(text: string): void {
    setText(this.#message, text);
    this.#message.hidden = text === '';
    this.#main.sheet.hidden = text !== '';
  }

  /** Puts the pictures where the way of comparing wants them; the style sheet does the rest. */
  #arrange(): void {
    const { comparable, after } = this.#pictures;
    const { mode, gain, element: choice } = this.#comparison;
    const sides = comparable && mode === 'sides';
    choice.hidden = !comparable;
    this.element.dataset['compare'] = comparable ? mode : 'none';
    this.element.style.setProperty('--gain', String(gain));
    this.#divider.setVisible(comparable && mode === 'slider');
    if (sides === this.#frames[1]!.isConnected) return;
    if (sides) {
      this.#side.sheet.append(after);
      this.#panes.append(this.#frames[1]!);
    } else {
      this.#pictures.before.after(after);
      this.#frames[1]!.remove();
    }
    this.#view.show(sides ? [this.#main, this.#side] : [this.#main]);
  }

  #refresh(): void {
    const { zoom, scale, percent } = this.#view;
    const grid = this.#pixelGrid && zoom !== 'fit' && percent >= 100 * GRID_FROM;
    for (const lines of this.#grids) lines.show(grid ? scale : undefined);
    this.#zoomBar.update(this.#pixelGrid);
    this.#pan.refresh();
    this.mask.arrange();
  }

  #toggleGrid(): void {
    this.#pixelGrid = !this.#pixelGrid;
    this.wishes.remember({ pixelGrid: this.#pixelGrid });
    this.#refresh();
  }

  #showOriginal(original: boolean): void {
    this.element.classList.toggle('original', original && this.#pictures.comparable);
  }

  #key(event: KeyboardEvent): void {
    if (!this.#state?.source || isTyping(event.target) || !isPlain(event) || event.defaultPrevented) return;
    const mode = this.#pictures.comparable && !event.shiftKey ? compareModeOf(event.key) : undefined;
    const action =
      mode !== undefined
        ? () => this.#comparison.choose(mode)
        : {
            '+': () => this.#view.step(1),
            '=': () => this.#view.step(1),
            '-': () => this.#view.step(-1),
            '0': () => this.#view.fit(),
            '1': () => this.#view.actual(),
            '#': () => this.#toggleGrid(),
            q: () => this.#showOriginal(true),
          }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

function pane(label: string): Pane {
  const sheet = element('div', { class: 'sheet' });
  const viewport = element('div', { class: 'viewport', tabindex: '0', role: 'group', 'aria-label': label }, sheet);
  return { viewport, sheet };
}
