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
  back: 'M10.2 2.5 11 3.300 6.300 8 11 12.700l-.8.8L4.700 8z',
  forward: 'M5.8 2.5 5 3.300 9.700 8 5 12.700l.8.8L11.300 8z',
  info: 'M8 1.500a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.100a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.800zM7.4 4.600h1.200v1.300H7.400zm0 2.400h1.200v4.400H7.400z',
  error:
    'M8 1.500a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.100a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.800zM5.9 5.1 5.1 5.9 7.2 8l-2.1 2.1.8.8L8 8.800l2.1 2.1.8-.8L8.8 8l2.1-2.1-.8-.8L8 7.200z',
  brush:
    'M13.600 1.900c-.7-.7-1.700-.5-2.500.4L6.300 7.700l2 2 5-5c.9-.9 1-2.100.3-2.800zM5.400 8.700c-1.600 0-2.500 1-2.700 2.400-.1 1-.6 1.700-1.600 2.200 1 .8 2.200 1.100 3.400 1 2-.2 3.200-1.500 3.100-3.400z',
  eraser:
    'M9.200 2.300 2 9.500a1.200 1.200 0 0 0 0 1.700l2.500 2.500h9v-1.200H9.100l5-5a1.200 1.200 0 0 0 0-1.700l-3.200-3.500a1.200 1.200 0 0 0-1.700 0zM5 12.500l-2.100-2.100L6 7.200l3.300 3.300-2 2z',
  rectangle: 'M2 3h12v10H2zm1.200 1.200v7.600h9.600V4.200z',
  ellipse:
    'M8 3C4.400 3 1.500 5.200 1.500 8s2.900 5 6.500 5 6.500-2.200 6.500-5S11.600 3 8 3zm0 1.200c3 0 5.300 1.800 5.300 3.800S11 11.800 8 11.800 2.700 10 2.700 8 5 4.200 8 4.200z',
  lasso:
    'M8 2C4.100 2 1.300 4 1.300 6.600c0 1.600 1.100 3 2.900 3.800-.2.9-.1 1.800.5 2.500.7.9 1.900 1.300 3.300 1.200v-1.200c-1 .1-1.900-.2-2.300-.8-.3-.4-.4-.8-.3-1.300.8.2 1.700.3 2.600.3 3.900 0 6.700-2 6.700-4.500S11.900 2 8 2zm0 1.200c3.200 0 5.500 1.500 5.500 3.400S11.200 9.900 8 9.900 2.500 8.500 2.500 6.600 4.800 3.200 8 3.200z',
  fill: 'M2 2h12v12H2zm1.200 1.200v9.600h9.600V3.200zM4.700 4.700h6.600v6.600H4.700z',
  trash:
    'M6 1.500h4l.6 1h3.400v1.200H2V2.500h3.400zM3.200 4.800h9.600L12 14.500H4zm1.300 1.200.6 7.300h5.800l.6-7.300z',
  invert: 'M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zm0 1.200v10.600A5.300 5.300 0 0 1 8 2.700z',
  grow: 'M2 2h4v1.200H3.200V6H2zm8 0h4v4h-1.200V3.200H10zM2 10h1.200v2.800H6V14H2zm10.800 0H14v4h-4v-1.200h2.800zM7.400 5h1.200v2.400H11v1.200H8.600V11H7.400V8.600H5V7.400h2.400z',
  shrink:
    'M2 2h4v1.200H3.200V6H2zm8 0h4v4h-1.200V3.200H10zM2 10h1.200v2.800H6V14H2zm10.800 0H14v4h-4v-1.200h2.800zM5 7.400h6v1.200H5z',
  feather:
    'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7.400 1h1.200v2H7.400zm0 12h1.200v2H7.400zM1 7.400h2v1.200H1zm12 0h2v1.200h-2zM3.500 2.600l1.400 1.400-.9.9-1.400-1.400zm8.500 8.500 1.400 1.400-.9.9-1.400-1.400zm.5-8.500.9.9L12 4.900l-.9-.9zM4 11.100l.9.9-1.400 1.400-.9-.9z',
  folder: 'M1.500 3h4.700l1.300 1.500h7V13h-13zm1.200 1.200v7.600h10.600V5.700H7L5.700 4.200z',
  eye: 'M8 3.500C4.700 3.500 2 5.600 1 8c1 2.400 3.700 4.500 7 4.500s6-2.100 7-4.500c-1-2.400-3.700-4.500-7-4.500zm0 1.200c2.500 0 4.700 1.400 5.700 3.300-1 1.900-3.200 3.300-5.700 3.300S3.300 9.900 2.300 8c1-1.900 3.200-3.300 5.700-3.300zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  crop: 'M4 1v3H1v1.2h3V12h6.800v3H12v-3h3v-1.200h-3V4H5.200V1zM5.200 5.200h5.600v5.600H5.200z',
  free: 'M2 4h12v8H2zm1.200 1.200v5.600h9.600V5.200zM6 7.400h4v1.200H6z',
  align:
    'M8 1.500a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.200a5.3 5.3 0 1 1 0 10.600A5.3 5.3 0 0 1 8 2.700zM4.700 5.300h2.200v2.200H4.700zm4.400 0h2.200v2.200H9.100zM5 9.600h6v1.400H5z',
  faces:
    'M5 2a2.600 2.600 0 1 0 0 5.200A2.600 2.600 0 0 0 5 2zm0 1.200a1.400 1.400 0 1 1 0 2.800 1.400 1.400 0 0 1 0-2.800zM11.400 3.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0 1.200a.8.8 0 1 1 0 1.600.8.8 0 0 1 0-1.600zM5 8.400c-2.300 0-4 1.500-4 3.600v1.500h8V12c0-2.100-1.700-3.600-4-3.600zm0 1.200c1.700 0 2.800 1 2.800 2.400v.3H2.200V12c0-1.400 1.100-2.400 2.800-2.400zm6.300-.9c-.6 0-1.100.1-1.600.3.4.3.7.6.9 1l.7-.1c1.400 0 2.400.8 2.500 2.100h-3.600v1.200H15V12c0-1.900-1.500-3.300-3.700-3.300z',
  check: 'M6.400 11.900 2.600 8.100l.9-.9 2.900 2.900 6.100-6.100.9.9z',
  slider: 'M1.500 3h13v10h-13zm1.200 1.200v7.600h4.700V4.200zM7.400 1.500h1.200v13H7.400z',
  sides: 'M1.500 3h6v10h-6zm1.200 1.200v7.600h3.600V4.200zM8.500 3h6v10h-6zm1.200 1.200v7.600h3.600V4.200z',
  difference: 'M2 2h8v4h4v8H6v-4H2zm1.200 1.200v5.600H6V6h2.800V3.200zM10 7.200V10H7.200v2.800h5.600V7.200z',
  flicker: 'M2 5.500 5.500 2v2.900H14v1.200H5.500V9zm12 5L10.500 14v-2.900H2V9.900h8.500V7z',
  grid: 'M2 2h12v12H2zm1.200 1.200v2.500h2.500V3.200zm3.700 0v2.500h2.300V3.200zm3.500 0v2.500h2.400V3.200zM3.200 6.900v2.300h2.500V6.900zm3.700 0v2.300h2.300V6.900zm3.500 0v2.300h2.400V6.900zM3.200 10.400v2.400h2.500v-2.400zm3.700 0v2.400h2.300v-2.400zm3.500 0v2.400h2.400v-2.400z',
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
