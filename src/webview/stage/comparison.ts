/** How before and after are compared: the choice of modes, and how strongly differences are amplified. */
import { element, icon, setText, type Icon } from '../dom.ts';
import { strings } from '../strings.ts';

export const COMPARE_MODES = ['slider', 'sides', 'difference', 'flicker'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];

/** What VS Code keeps of it for this page. */
export interface ComparisonMemory {
  readonly mode: CompareMode;
  /** Differences are shown this many times as large, as a power of two. */
  readonly gain: number;
}

const KEYS: Readonly<Record<string, CompareMode>> = { v: 'slider', p: 'sides', d: 'difference', k: 'flicker' };
const ICONS = {
  slider: 'slider',
  sides: 'sides',
  difference: 'difference',
  flicker: 'flicker',
} as const satisfies Record<CompareMode, Icon>;

export const compareModeOf = (key: string): CompareMode | undefined => KEYS[key.toLowerCase()];

export class Comparison {
  readonly element: HTMLElement;
  readonly #buttons: Readonly<Record<CompareMode, HTMLButtonElement>>;
  readonly #gain = element('input', {
    type: 'range',
    min: '0',
    max: '5',
    step: '1',
    title: strings.gain(),
    'aria-label': strings.gain(),
  });
  readonly #gainValue = element('output', {});
  #memory: ComparisonMemory;

  /** @param changed told after each choice */
  constructor(
    remembered: ComparisonMemory | undefined,
    private readonly changed: (memory: ComparisonMemory) => void,
  ) {
    this.#memory = remembered ?? { mode: 'slider', gain: 2 };
    const buttons = COMPARE_MODES.map((mode) => {
      const tip = strings.compareMode(mode);
      const node = element(
        'button',
        { type: 'button', class: 'tool', title: tip, 'aria-label': tip },
        icon(ICONS[mode]),
      );
      node.addEventListener('click', () => this.choose(mode));
      return [mode, node] as const;
    });
    this.#buttons = Object.fromEntries(buttons) as Record<CompareMode, HTMLButtonElement>;
    this.#gain.addEventListener('input', () => this.#set({ gain: this.#gain.valueAsNumber }));
    this.element = element(
      'div',
      {
        class: 'comparison',
        role: 'group',
        title: strings.compareModes(),
        'aria-label': strings.comparison(),
        hidden: true,
      },
      ...COMPARE_MODES.map((mode) => this.#buttons[mode]),
      element('label', { class: 'gain' }, this.#gain, this.#gainValue),
    );
    this.#refresh();
  }

  get mode(): CompareMode {
    return this.#memory.mode;
  }

  /** What differences are multiplied by. */
  get gain(): number {
    return 2 ** this.#memory.gain;
  }

  choose(mode: CompareMode): void {
    this.#set({ mode });
  }

  #set(choice: Partial<ComparisonMemory>): void {
    this.#memory = { ...this.#memory, ...choice };
    this.#refresh();
    this.changed(this.#memory);
  }

  #refresh(): void {
    for (const mode of COMPARE_MODES) this.#buttons[mode].setAttribute('aria-pressed', String(mode === this.mode));
    this.#gain.valueAsNumber = this.#memory.gain;
    this.#gain.parentElement!.hidden = this.mode !== 'difference';
    const text = strings.gainValue(this.gain);
    this.#gain.setAttribute('aria-valuetext', text);
    setText(this.#gainValue, text);
  }
}
