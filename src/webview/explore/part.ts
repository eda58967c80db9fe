/** A group of the panel: a legend, and what is under it while there is any. */
import { element } from '../dom.ts';

/** What a person does with a slider or a box. input: it moves; done: it is where it shall be. */
export interface Changes {
  readonly input: () => void;
  readonly done: () => void;
}

export function group(legend: string, ...fixed: HTMLElement[]) {
  const fieldset = element('fieldset', { hidden: true }, element('legend', {}, legend), ...fixed);
  const rows = element('div', { class: 'rows' });
  fieldset.append(rows);
  return {
    element: fieldset,
    fill(...parts: HTMLElement[]): void {
      fieldset.hidden = parts.length === 0;
      rows.replaceChildren(...parts);
    },
  };
}

/** A box to tick, with its name behind it. */
export function box(id: string, label: string, done: () => void) {
  const input = element('input', { type: 'checkbox', id });
  input.addEventListener('change', done);
  return { input, element: element('label', { class: 'box', for: id }, input, label) };
}
