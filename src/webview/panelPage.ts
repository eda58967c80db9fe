/** What the pages that are no editor have in common: their channel to the host, and buttons without the toolkit. */
import { connect, type Contract, type Handlers, type Remote } from '../shared/rpc.ts';
import { element } from './dom.ts';

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

/** Joins the host. To be called once. @param handlers what the host may tell */
export function joinHost<L extends Contract, R extends Contract>(local: L, handlers: Handlers<L>, host: R): Remote<R> {
  const vscode = acquireVsCodeApi();
  return connect(
    {
      post: (message) => vscode.postMessage(message),
      listen: (receive) => window.addEventListener('message', ({ data }) => receive(data)),
    },
    local,
    handlers,
    host,
    (problem) => console.warn(`The page got ${problem}.`),
  );
}

export interface Press {
  readonly element: HTMLButtonElement;
  disabled: boolean;
}

/** A button that keeps the focus while it is disabled: one that is really disabled would lose it to the top of the page. */
export function press(label: string, act: () => void, primary = false): Press {
  const node = element('button', { type: 'button', class: primary ? 'press primary' : 'press' }, label);
  const press = {
    element: node,
    get disabled() {
      return node.getAttribute('aria-disabled') === 'true';
    },
    set disabled(disabled) {
      if (disabled) node.setAttribute('aria-disabled', 'true');
      else node.removeAttribute('aria-disabled');
    },
  };
  node.addEventListener('click', () => press.disabled || act());
  return press;
}

/** A picture from a PNG file. The one that was shown before is let go of. */
export function showPng(image: HTMLImageElement, png: Uint8Array): void {
  const before = image.src;
  image.src = URL.createObjectURL(new Blob([png as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
  if (before.startsWith('blob:')) URL.revokeObjectURL(before);
}
