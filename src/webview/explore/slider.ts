/** A number on a scale, with its name before and its value behind it. */
import { element, setText } from '../dom.ts';

export interface Slider {
  readonly element: HTMLElement;
  value: number;
}

interface Scale {
  readonly id: string;
  readonly label: string;
  readonly low: number;
  readonly high: number;
  /** Where nothing is changed; a double click goes there. */
  readonly rest: number;
}

const STEP = 0.1;

/** @param changed input: with every movement; done: when the person is content */
export function slider(
  { id, label, low, high, rest }: Scale,
  changed: { readonly input: () => void; readonly done: () => void },
): Slider {
  const [from, to] = [String(low), String(high)];
  const input = element('input', { type: 'range', id, min: from, max: to, step: String(STEP), value: String(rest) });
  const value = element('output', { for: id });
  const show = () => setText(value, Number(input.value).toFixed(1));
  input.addEventListener('input', () => {
    show();
    changed.input();
  });
  input.addEventListener('change', changed.done);
  input.addEventListener('dblclick', () => {
    input.value = String(rest);
    show();
    changed.done();
  });
  show();
  return {
    element: element('div', { class: 'scale' }, element('label', { for: id }, label), input, value),
    get value() {
      return Number(input.value);
    },
    set value(wanted) {
      input.value = String(wanted);
      show();
    },
  };
}
