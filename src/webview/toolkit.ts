/**
 * The only module that knows @vscode/webview-ui-toolkit: it is archived upstream, so everything else asks for buttons
 * and fields in these terms and would not notice another library behind them.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
  type Button as ToolkitButton,
  type Dropdown as ToolkitDropdown,
  type TextField as ToolkitTextField,
} from '@vscode/webview-ui-toolkit';
import { element, icon, setAttributes, setText, type Icon } from './dom.ts';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());

export interface Button {
  readonly element: HTMLElement;
  set(look: { label: string; tip: string; icon?: Icon; primary?: boolean; disabled?: boolean }): void;
}

export function button(press: () => void): Button {
  const node = document.createElement('vscode-button') as ToolkitButton;
  const label = document.createTextNode('');
  node.append(label);
  let disabled = false;
  node.addEventListener('click', () => disabled || press());
  let shown: Icon | undefined;
  return {
    element: node,
    set(look) {
      setText(label, look.label);
      node.title = look.tip;
      node.appearance = look.primary ? 'primary' : 'secondary';
      disabled = look.disabled ?? false;
      // One that is disabled for a moment would lose the focus to the top of the page.
      setAttributes(node, { 'aria-disabled': disabled ? 'true' : undefined });
      if (look.icon === shown) return;
      shown = look.icon;
      node.querySelector('svg')?.remove();
      if (!shown) return;
      const svg = icon(shown);
      svg.setAttribute('slot', 'start');
      node.append(svg);
    },
  };
}

export interface Choice<T extends string> {
  readonly element: HTMLElement;
  value: T;
  setOptions(options: readonly { readonly value: T; readonly label: string }[]): void;
  /** @param reason why, for the tooltip */
  setDisabled(disabled: boolean, reason?: string): void;
}

/** A drop-down list with a label above it. */
export function choice<T extends string>(id: string, label: string, changed: () => void): Choice<T> {
  const node = document.createElement('vscode-dropdown') as ToolkitDropdown;
  const caption = element('span', { class: 'label', id: `${id}-label` }, label);
  node.id = id;
  node.setAttribute('aria-labelledby', `${id}-label`);
  caption.addEventListener('click', () => node.focus());
  let shown = '';
  let value = '' as T;
  // The list only accepts a value once its options are upgraded, a task later; until then the wish is kept.
  const select = () => queueMicrotask(() => (node.value = value));
  node.addEventListener('change', () => {
    value = node.value as T;
    changed();
  });
  const field = element('div', { class: 'field' }, caption, node);
  return {
    element: field,
    get value() {
      return value;
    },
    set value(wanted) {
      value = wanted;
      select();
    },
    setOptions(options) {
      const wanted = JSON.stringify(options);
      if (wanted === shown) return;
      shown = wanted;
      node.replaceChildren(
        ...options.map((option) => {
          const item = document.createElement('vscode-option');
          item.setAttribute('value', option.value);
          item.textContent = option.label;
          return item;
        }),
      );
      select();
    },
    setDisabled(disabled, reason) {
      node.disabled = disabled;
      setAttributes(field, { title: disabled ? reason : undefined });
    },
  };
}

export interface TextField {
  readonly element: HTMLElement;
  value: string;
  setLabel(text: string): void;
  setPlaceholder(text: string): void;
  setTip(text: string): void;
  /** @param reason why, for the tooltip */
  setDisabled(disabled: boolean, reason?: string): void;
  /** Shows what is wrong with the value under it; an empty string: nothing. */
  setProblem(problem: string): void;
  focus(): void;
}

/**
 * A short text (a number, mostly) with a label above it.
 * @param changed called with every letter
 * @param done called when the person leaves the field or presses Enter
 */
export function textField(
  id: string,
  label: string,
  tip: string,
  changed: () => void,
  done: () => void = () => undefined,
): TextField {
  const node = document.createElement('vscode-text-field') as ToolkitTextField;
  node.id = id;
  node.title = tip;
  node.textContent = label;
  node.setAttribute('autocomplete', 'off');
  node.addEventListener('input', changed);
  node.addEventListener('change', done);
  let reason: string | undefined;
  const explain = () => (node.title = reason ?? tip);
  const problem = element('span', { class: 'problem', hidden: true });
  return {
    element: element('div', { class: 'field' }, node, problem),
    get value() {
      return node.value;
    },
    set value(text) {
      node.value = text;
    },
    setLabel: (text) => setText(node, text),
    setPlaceholder: (text) => (node.placeholder = text),
    setTip(text) {
      tip = text;
      explain();
    },
    setDisabled(disabled, why) {
      node.disabled = disabled;
      reason = disabled ? why : undefined;
      explain();
    },
    setProblem(text) {
      setText(problem, text);
      problem.hidden = text === '';
      node.classList.toggle('invalid', text !== '');
      node.setAttribute('aria-invalid', String(text !== ''));
    },
    focus: () => node.focus(),
  };
}
