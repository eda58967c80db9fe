/** The mask's tools above the picture. It shows settings and passes on wishes; `editor.ts` decides. */
import { element, icon, setText, type Icon } from '../dom.ts';
import { strings } from '../strings.ts';
import { ACTIONS, isBrush, positionOf, sizeAt, TOOLS, type MaskAction, type MaskSettings, type Tool } from './tools.ts';

export interface ToolbarWishes {
  tool(tool: Tool): void;
  action(action: MaskAction): void;
  set(settings: Partial<MaskSettings>): void;
  toggle(): void;
  load(): void;
  save(): void;
}

const ICONS = {
  brush: 'brush',
  erase: 'eraser',
  rectangle: 'rectangle',
  ellipse: 'ellipse',
  lasso: 'lasso',
  fill: 'fill',
  clear: 'trash',
  invert: 'invert',
  grow: 'grow',
  shrink: 'shrink',
  feather: 'feather',
} as const satisfies Record<Tool | MaskAction, Icon>;

/** More than this moves no edge of a picture in a way a person would want. */
const MAX_EDGE = 500;

export class MaskToolbar {
  readonly element: HTMLElement;
  readonly #tools: Readonly<Record<Tool, HTMLButtonElement>>;
  readonly #actions: readonly HTMLButtonElement[];
  readonly #visible: HTMLButtonElement;
  readonly #saveFile: HTMLButtonElement;
  readonly #size = slider(strings.maskSize(), (position) => this.wishes.set({ size: sizeAt(position, this.#side) }));
  readonly #hardness = slider(strings.maskHardness(), (hardness) => this.wishes.set({ hardness }));
  readonly #opacity = slider(strings.maskOpacity(), (opacity) => this.wishes.set({ opacity }));
  readonly #colour = element('input', {
    type: 'color',
    title: strings.maskColour(),
    'aria-label': strings.maskColour(),
  });
  readonly #edge = element('input', {
    type: 'number',
    class: 'edge',
    min: '1',
    max: String(MAX_EDGE),
    title: strings.maskEdge(),
    'aria-label': strings.maskEdge(),
  });
  /** The longer side of the picture. */
  #side = 1;

  constructor(private readonly wishes: ToolbarWishes) {
    const tools = TOOLS.map(
      (tool) => [tool, press(ICONS[tool], strings.maskTool(tool), () => wishes.tool(tool))] as const,
    );
    this.#tools = Object.fromEntries(tools) as Record<Tool, HTMLButtonElement>;
    const [fill, clear, invert, grow, shrink, feather] = (this.#actions = ACTIONS.map((action) =>
      press(ICONS[action], strings.maskAction(action), () => wishes.action(action)),
    ));
    this.#visible = press('eye', strings.maskVisible(), () => wishes.toggle());
    this.#saveFile = press('save', strings.maskSave(), () => wishes.save());
    this.#colour.addEventListener('input', () => wishes.set({ colour: this.#colour.value }));
    this.#edge.addEventListener('change', () => {
      const edge = Math.round(Number(this.#edge.value));
      wishes.set({ edge: Math.min(MAX_EDGE, Math.max(1, edge || 1)) });
    });
    this.element = element(
      'div',
      { class: 'mask-tools', role: 'toolbar', 'aria-label': strings.mask(), hidden: true },
      group(...TOOLS.map((tool) => this.#tools[tool])),
      group(this.#size.element, this.#hardness.element),
      group(invert!, fill!, clear!),
      group(grow!, shrink!, feather!, this.#edge, element('span', { class: 'unit' }, strings.pixels())),
      group(this.#visible, this.#colour, this.#opacity.element),
      group(
        press('folder', strings.maskLoad(), () => wishes.load()),
        this.#saveFile,
      ),
    );
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.#rove(this.#tools.brush);
  }

  /** @param active whether the pointer paints */
  update(settings: MaskSettings, longerSide: number, active: boolean): void {
    this.#side = longerSide;
    for (const tool of TOOLS) this.#tools[tool].setAttribute('aria-pressed', String(active && tool === settings.tool));
    const painting = isBrush(settings.tool);
    this.#size.set(positionOf(settings.size, longerSide), strings.sizeValue(settings.size), !painting);
    this.#hardness.set(settings.hardness, strings.zoomLevel(Math.round(100 * settings.hardness)), !painting);
    this.#opacity.set(settings.opacity, strings.zoomLevel(Math.round(100 * settings.opacity)), false);
    this.#colour.value = settings.colour;
    this.#edge.value = String(settings.edge);
  }

  /** @param marked whether there is anything to clear, grow or save */
  setState(visible: boolean, marked: boolean): void {
    this.#visible.setAttribute('aria-pressed', String(visible));
    const needed: readonly MaskAction[] = ['clear', 'grow', 'shrink', 'feather'];
    ACTIONS.forEach((action, i) => {
      if (needed.includes(action)) disable(this.#actions[i]!, !marked);
    });
    disable(this.#saveFile, !marked);
  }

  /** Arrow keys go from button to button, as in any toolbar; Tab leaves it (sliders and fields are stops of their own). */
  #key(event: KeyboardEvent): void {
    if (!(event.target instanceof HTMLButtonElement)) return;
    const direction = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    const buttons = [...this.element.querySelectorAll('button')];
    const next = buttons.at((buttons.indexOf(event.target) + direction) % buttons.length)!;
    this.#rove(next);
    next.focus();
  }

  #rove(stop: HTMLButtonElement): void {
    for (const button of this.element.querySelectorAll('button')) button.tabIndex = button === stop ? 0 : -1;
  }
}

/** Out of use, but not out of the way of arrow keys. */
function disable(node: HTMLButtonElement, disabled: boolean): void {
  node.setAttribute('aria-disabled', String(disabled));
}

function press(name: Icon, tip: string, act: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool', title: tip, 'aria-label': tip }, icon(name));
  node.addEventListener('click', () => node.getAttribute('aria-disabled') !== 'true' && act());
  return node;
}

const group = (...parts: HTMLElement[]): HTMLElement => element('div', { class: 'group' }, ...parts);

interface Slider {
  readonly element: HTMLElement;
  /** @param position 0 to 1 @param text what it means, for people */
  set(position: number, text: string, disabled: boolean): void;
}

function slider(label: string, moved: (position: number) => void): Slider {
  // Named by itself: a narrow page shows no words beside it.
  const input = element('input', { type: 'range', min: '0', max: '1', step: '0.01', 'aria-label': label });
  const value = element('output', {});
  input.addEventListener('input', () => moved(input.valueAsNumber));
  return {
    element: element('label', { class: 'slider' }, element('span', {}, label), input, value),
    set(position, text, disabled) {
      // Writing back what the person is dragging would make the thumb jump to rounded places.
      if (document.activeElement !== input || Math.abs(input.valueAsNumber - position) > 0.02) {
        input.valueAsNumber = position;
      }
      input.disabled = disabled;
      input.setAttribute('aria-valuetext', text);
      setText(value, text);
    },
  };
}
