/** The pictures of a comparison in the place of the stage: side by side, zoomed in step, or two of them under one divider. */
import { isMade, ORIGINAL, type Comparison } from '../../shared/comparison/state.ts';
import { element, icon, setAttributes, setText } from '../dom.ts';
import { isPlain, isTyping } from '../keys.ts';
import { Divider } from '../stage/divider.ts';
import { Pan } from '../stage/pan.ts';
import { GRID_FROM, PixelGrid } from '../stage/pixelGrid.ts';
import { View, type Pane } from '../stage/view.ts';
import { ZoomBar } from '../stage/zoomBar.ts';
import type { PageState } from '../state.ts';
import { sentences } from './sentences.ts';
import { letterOf, standingOf } from './standing.ts';
import { Tile } from './tile.ts';

export interface PictureWishes {
  save(comparison: number, method: string): void;
  saveAll(comparison: number, format: 'png' | 'html'): void;
  /** It is closed: show the stage again. */
  closed(): void;
}

const MODES = ['sides', 'slider'] as const;
type Mode = (typeof MODES)[number];

/** In place of a method's id: the picture as it came. */
const INPUT = 'input';

/** One that can be seen. */
interface Picture {
  readonly id: string;
  readonly name: string;
  readonly url: string | undefined;
}

export class ComparisonView {
  readonly element = element('section', { class: 'compared', 'aria-label': sentences.pictures(), hidden: true });
  readonly #view = new View(() => this.#refresh());
  readonly #pan = new Pan(this.#view, { busy: () => false, interrupt: () => undefined });
  readonly #zoom = new ZoomBar(this.#view, () => {
    this.#grid = !this.#grid;
    this.#refresh();
  });
  readonly #buttons = new Map<Mode, HTMLButtonElement>(
    MODES.map((mode) => [mode, tool(icon(mode), sentences[mode](), () => this.#choose(mode))]),
  );
  readonly #lists = ['A', 'B'].map((letter, i) => {
    const list = element('select', { 'aria-label': sentences.pictureAt(letter), title: sentences.pictureTip(letter) });
    list.addEventListener('change', () => this.#put(i, list.value));
    return list;
  });
  readonly #pairing = element(
    'div',
    { class: 'pairing', role: 'group', 'aria-label': sentences.divider() },
    ...this.#lists.flatMap((list, i) => [element('span', { 'aria-hidden': 'true' }, letterOf(i)), list]),
  );
  readonly #tiles = new Map<string, Tile>();
  readonly #grids = new Map<Pane, PixelGrid>();
  readonly #sides = element('div', { class: 'tiles' });
  readonly #faces = ['before', 'after'].map((side) => element('div', { class: `face ${side}` }));
  readonly #badges = this.#faces.map(() => element('span', { class: 'badge' }));
  readonly #images = this.#faces.map(() => element('img', { draggable: 'false' }));
  readonly #pair: Pane;
  readonly #pairPane: HTMLElement;
  readonly #divider: Divider;
  /** Made of each picture while it is seen. */
  readonly #urls = new Map<Uint8Array, string>();
  #mode: Mode = 'sides';
  #grid = true;
  /** What is under the divider. */
  #chosen: (string | undefined)[] = [undefined, undefined];
  #state: PageState | undefined;
  #shown: number | undefined;

  constructor(private readonly wishes: PictureWishes) {
    const sheet = element('div', { class: 'sheet' });
    this.#faces.forEach((face, i) => face.append(this.#images[i]!, this.#badges[i]!));
    this.#divider = new Divider(sheet, {
      label: sentences.divider(),
      tip: sentences.dividerTip(),
      value: sentences.dividerValue,
    });
    sheet.append(element('div', { class: 'pictures' }, ...this.#faces), this.#divider.element);
    const viewport = element('div', { class: 'viewport', tabindex: '0', role: 'group' }, sheet);
    setAttributes(viewport, { 'aria-label': sentences.divider() });
    this.#pair = { viewport, sheet };
    const grid = new PixelGrid(this.#pair);
    this.#pairPane = element('div', { class: 'pane' }, viewport, grid.element);
    this.#adopt(this.#pair, grid);
    this.#divider.setVisible(true);
    this.#divider.set(50);
    document.addEventListener('keydown', (event) => this.#key(event), { capture: true });
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  /** Shows what there is by now. */
  show(state: PageState): void {
    if (!state.comparison) return;
    this.element.hidden = false;
    this.update(state);
    this.#buttons.get(this.#mode)!.focus();
  }

  update(state: PageState): void {
    this.#state = state;
    const { comparison } = state;
    if (!this.open) return;
    if (!comparison) return this.#close();
    if (this.#shown !== comparison.id) this.#build(comparison);
    this.#revoke();
    const pictures = this.#pictures();
    const names = new Map(pictures.map((picture) => [picture.id, picture]));
    const { original } = comparison;
    const input = names.get(INPUT)!;
    const before = original?.before && comparison.task !== 'super-resolve' ? sentences.likeness(original.before) : '';
    this.#tiles.get(INPUT)!.show(input.name, before, input.url);
    for (const compared of comparison.methods) {
      const { title, method } = compared;
      this.#tiles.get(method)!.show(title, standingOf(compared, state.run), names.get(method)?.url);
    }
    const truth = names.get(ORIGINAL);
    const there = this.#tiles.get(ORIGINAL)!;
    there.element.hidden = !truth;
    if (truth) there.show(truth.name, original?.name ?? '', truth.url);
    this.#offer(pictures.filter(({ url }) => url !== undefined));
    this.#arrange();
  }

  #pictures(): Picture[] {
    const { comparison, compared, source } = this.#state!;
    const urlOf = (id: string): string | undefined => {
      const png = compared.get(id);
      if (!png) return undefined;
      const url = this.#urls.get(png) ?? URL.createObjectURL(new Blob([png as Uint8Array<ArrayBuffer>]));
      this.#urls.set(png, url);
      return url;
    };
    const original = urlOf(ORIGINAL);
    return [
      { id: INPUT, name: sentences.input(), url: source?.uri },
      ...comparison!.methods.map((one) => ({
        id: one.method,
        name: one.title,
        url: isMade(one) ? urlOf(one.method) : undefined,
      })),
      ...(original && comparison!.original ? [{ id: ORIGINAL, name: sentences.truth(), url: original }] : []),
    ];
  }

  /** New tiles for another comparison; those of the one before go. */
  #build({ id, methods }: Comparison): void {
    this.#shown = id;
    this.#chosen = [undefined, undefined];
    this.#tiles.clear();
    const natural = (image: HTMLImageElement): void =>
      this.#view.setNatural({ width: image.naturalWidth, height: image.naturalHeight });
    const { source } = this.#state!;
    if (source) this.#view.setNatural(source);
    this.#tiles.set(INPUT, new Tile(() => undefined));
    for (const { method } of methods) {
      this.#tiles.set(method, new Tile(natural, () => this.wishes.save(id, method)));
    }
    this.#tiles.set(ORIGINAL, new Tile(() => undefined));
    for (const { pane, grid } of this.#tiles.values()) this.#adopt(pane, grid);
    this.#sides.replaceChildren(...[...this.#tiles.values()].map((tile) => tile.element));
    const save = (label: string, tip: string, format: 'png' | 'html'): HTMLButtonElement =>
      tool(label, tip, () => this.wishes.saveAll(id, format), label);
    this.element.replaceChildren(
      element(
        'div',
        { class: 'tools' },
        element('div', { class: 'modes', role: 'group', 'aria-label': sentences.modes() }, ...this.#buttons.values()),
        this.#pairing,
        save(sentences.saveSheet(), sentences.saveSheetTip(), 'png'),
        save(sentences.savePage(), sentences.savePageTip(), 'html'),
        tool(icon('close'), sentences.close(), () => this.#close()),
      ),
      this.#sides,
      this.#pairPane,
      element('div', { class: 'stage-bar' }, this.#zoom.element),
    );
  }

  #adopt(pane: Pane, grid: PixelGrid): void {
    this.#grids.set(pane, grid);
    this.#view.adopt(pane);
    this.#pan.listen(pane.viewport);
  }

  /** The lists of what can be under the divider. */
  #offer(pictures: readonly Picture[]): void {
    const methods = pictures.filter(({ id }) => id !== INPUT && id !== ORIGINAL);
    const defaults = [methods[0] ?? pictures[0], methods[1] ?? pictures.at(-1)];
    this.#chosen = this.#chosen.map((id, i) => (pictures.some((picture) => picture.id === id) ? id : defaults[i]?.id));
    const offered = JSON.stringify(pictures.map(({ id, name }) => [id, name]));
    for (const [i, list] of this.#lists.entries()) {
      if (list.dataset['offered'] !== offered) {
        list.dataset['offered'] = offered;
        list.replaceChildren(...pictures.map(({ id, name }) => element('option', { value: id }, name)));
      }
      list.value = this.#chosen[i] ?? '';
      const picture = pictures.find(({ id }) => id === this.#chosen[i]);
      const image = this.#images[i]!;
      image.hidden = !picture;
      setText(this.#badges[i]!, picture ? sentences.named(letterOf(i), picture.name) : '');
      if (!picture) continue;
      setAttributes(image, { alt: sentences.alt(picture.name) });
      if (image.getAttribute('src') !== picture.url) image.src = picture.url!;
    }
  }

  #put(i: number, id: string): void {
    this.#chosen[i] = id;
    if (this.#state) this.update(this.#state);
  }

  /** The next picture under the divider. */
  #step(i: number): void {
    const ids = [...this.#lists[i]!.options].map(({ value }) => value);
    this.#choose('slider');
    this.#put(i, ids[(ids.indexOf(this.#chosen[i] ?? '') + 1) % ids.length]!);
  }

  #choose(mode: Mode): void {
    this.#mode = mode;
    this.#arrange();
  }

  #arrange(): void {
    const sides = this.#mode === 'sides';
    for (const [mode, button] of this.#buttons) button.setAttribute('aria-pressed', String(mode === this.#mode));
    this.element.dataset['compare'] = this.#mode;
    this.#sides.hidden = !sides;
    this.#pairPane.hidden = sides;
    this.#pairing.hidden = sides;
    const tiles = [...this.#tiles.values()].filter((tile) => !tile.element.hidden);
    this.#view.show(sides ? tiles.map(({ pane }) => pane) : [this.#pair]);
  }

  #refresh(): void {
    const { zoom, scale, percent } = this.#view;
    const lines = this.#grid && zoom !== 'fit' && percent >= 100 * GRID_FROM;
    for (const grid of this.#grids.values()) grid.show(lines ? scale : undefined);
    this.#zoom.update(this.#grid);
    this.#pan.refresh();
  }

  #close(): void {
    this.element.hidden = true;
    // Other views look for sheets and panes of their own.
    this.element.replaceChildren();
    this.#shown = undefined;
    this.#tiles.clear();
    this.#sides.replaceChildren();
    this.#revoke(true);
    this.wishes.closed();
  }

  /** Lets go of what is not seen any more. */
  #revoke(all = false): void {
    const kept = all ? new Set<Uint8Array>() : new Set(this.#state?.compared.values());
    for (const [png, url] of this.#urls) {
      if (kept.has(png)) continue;
      URL.revokeObjectURL(url);
      this.#urls.delete(png);
    }
  }

  #key(event: KeyboardEvent): void {
    if (!this.open || isTyping(event.target) || event.target instanceof HTMLSelectElement || !isPlain(event)) return;
    const act = {
      p: () => this.#choose('sides'),
      v: () => this.#choose('slider'),
      a: () => this.#step(0),
      b: () => this.#step(1),
      '+': () => this.#view.step(1),
      '=': () => this.#view.step(1),
      '-': () => this.#view.step(-1),
      '0': () => this.#view.fit(),
      '1': () => this.#view.actual(),
      escape: () => this.#close(),
    }[event.key.toLowerCase()];
    // The tools of the stage are out of sight: no letter is theirs.
    if (act || (/^\S$/.test(event.key) && this.#ours(event.target))) event.stopPropagation();
    if (!act) return;
    event.preventDefault();
    act();
  }

  #ours = (target: EventTarget | null): boolean =>
    target === document.body || (target instanceof Node && this.element.contains(target));
}

function tool(label: Node | string, tip: string, press: () => void, name = tip): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool', title: tip, 'aria-label': name }, label);
  node.addEventListener('click', press);
  return node;
}
