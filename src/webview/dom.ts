/** The few DOM helpers the views share. */

type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with attributes (`true`: present, `false` or undefined: absent) and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

export function setAttributes(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? '' : value);
  }
}

/** Writes only what changed: screen readers and layout notice every write. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** 16 x 16 icons, drawn for this page. */
const ICONS = {
  play: 'M4.5 2.6v10.8L13 8z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  stop: 'M3.5 3.5h9v9h-9z',
  save: 'M7.4 2v6.3L5 5.9l-.8.8L8 10.5l3.8-3.8-.8-.8-2.4 2.4V2zM3 11v2.5h10V11h-1.2v1.3H4.200V11z',
  info: 'M8 1.500a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.100a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.800zM7.4 4.600h1.200v1.300H7.400zm0 2.400h1.200v4.400H7.400z',
  error:
    'M8 1.500a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.100a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.800zM5.9 5.1 5.1 5.9 7.2 8l-2.1 2.1.8.8L8 8.800l2.1 2.1.8-.8L8.8 8l2.1-2.1-.8-.8L8 7.200z',
  close: 'M4.1 3.3 3.3 4.1 7.2 8l-3.9 3.9.8.8L8 8.800l3.9 3.9.8-.8L8.8 8l3.9-3.9-.8-.8L8 7.200z',
} as const;
export type Icon = keyof typeof ICONS;

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  setAttributes(svg, { viewBox: '0 0 16 16', width: '16', height: '16', fill: 'currentColor', 'aria-hidden': 'true' });
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}
