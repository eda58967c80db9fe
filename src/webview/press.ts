/** Flat buttons with a word on them, as tools and panels have them. */
import { element } from './dom.ts';

/** @param act called while it is not disabled */
export function press(label: string, act: () => void, tip?: string): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool', title: tip }, label);
  node.addEventListener('click', () => node.getAttribute('aria-disabled') !== 'true' && act());
  return node;
}

/** One that is really disabled would lose the keyboard to the top of the page. */
export function disable(node: HTMLButtonElement, disabled: boolean): void {
  if (disabled) node.setAttribute('aria-disabled', 'true');
  else node.removeAttribute('aria-disabled');
}
