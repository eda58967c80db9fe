/** Whom a key belongs to: a shortcut of the page, or what has the focus. */

const isIn = (target: EventTarget | null, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

/** Whether keys belong to a field or a list. */
export const isTyping = (target: EventTarget | null): boolean =>
  isIn(target, 'vscode-text-field, vscode-dropdown, input:not([type="range"])');

/** Whether Space belongs to what has the focus. */
export const isPressed = (target: EventTarget | null): boolean =>
  isIn(target, 'button, vscode-button, summary, input, a');

/** AltGr types characters on many keyboards, and reads as Control and Alt. */
export const isPlain = (event: KeyboardEvent): boolean =>
  event.getModifierState('AltGraph') || !(event.ctrlKey || event.metaKey || event.altKey);
