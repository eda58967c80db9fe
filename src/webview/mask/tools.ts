/** The mask's tools, what is set about them, and what each key means. Pure. */
import type { MaskEdit } from '../../shared/documentState.ts';

export const TOOLS = ['brush', 'erase', 'rectangle', 'ellipse', 'lasso'] as const;
export type Tool = (typeof TOOLS)[number];

/** Changes of the whole mask, one press each. */
export const ACTIONS = ['fill', 'clear', 'invert', 'grow', 'shrink', 'feather'] as const satisfies readonly MaskEdit[];
export type MaskAction = (typeof ACTIONS)[number];

export interface MaskSettings {
  readonly tool: Tool;
  /** Diameter of brush and eraser, in pixels of the picture. */
  readonly size: number;
  /** 0 to 1; see `Brush`. */
  readonly hardness: number;
  /** How far grow, shrink and feather move the edge, in pixels of the picture. */
  readonly edge: number;
  /** How the mask looks: #rrggbb, and 0 to 1. */
  readonly colour: string;
  readonly opacity: number;
}

/** A brush that suits a picture of this size. */
export const defaultSettings = (longerSide: number): MaskSettings => ({
  tool: 'brush',
  size: clampSize(longerSide / 10, longerSide),
  hardness: 1,
  edge: Math.max(1, Math.round(longerSide / 128)),
  colour: '#8f4dff',
  opacity: 0.6,
});

export const clampSize = (size: number, longerSide: number): number =>
  Math.min(Math.max(1, Math.round(size)), Math.max(1, longerSide));

/** The size slider goes from 0 to 1: sizes grow by the same share everywhere on it. */
export const sizeAt = (position: number, longerSide: number): number => clampSize(longerSide ** position, longerSide);
export const positionOf = (size: number, longerSide: number): number =>
  Math.log(size) / Math.log(Math.max(2, longerSide));

/** Whether a tool paints as it goes. */
export const isBrush = (tool: Tool): boolean => tool === 'brush' || tool === 'erase';

/** How far an arrow key moves a tool, in pixels of the picture: strokes overlap, and what is far is not too far. */
export const keyStep = ({ tool, size }: MaskSettings, longerSide: number): number =>
  Math.max(1, Math.round(isBrush(tool) ? size / 4 : longerSide / 128));

export type KeyCommand =
  | { readonly kind: 'tool'; readonly tool: Tool }
  | { readonly kind: 'action'; readonly action: MaskAction }
  | { readonly kind: 'set'; readonly settings: Partial<MaskSettings> }
  | { readonly kind: 'toggle' };

const TOOL_KEYS: Readonly<Record<string, Tool>> = {
  b: 'brush',
  e: 'erase',
  u: 'rectangle',
  o: 'ellipse',
  l: 'lasso',
};
const ACTION_KEYS: Readonly<Record<string, MaskAction>> = {
  x: 'invert',
  f: 'fill',
  delete: 'clear',
  backspace: 'clear',
  g: 'grow',
  s: 'shrink',
  h: 'feather',
};
const STEP = 1.25;
const HARDNESS_STEP = 0.1;

export interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
}

/** What a key means to the mask, if anything. Keys are letters as printed, whatever the keyboard. */
export function commandOf({ key, shiftKey }: Key, settings: MaskSettings, longerSide: number): KeyCommand | undefined {
  const { size, hardness } = settings;
  const resized = (wanted: number): KeyCommand => ({ kind: 'set', settings: { size: clampSize(wanted, longerSide) } });
  const hardened = (by: number): KeyCommand => ({
    kind: 'set',
    settings: { hardness: Math.round(10 * Math.min(1, Math.max(0, hardness + by))) / 10 },
  });
  // Shift turns [ into { on some keyboards.
  if (key === '{' || (key === '[' && shiftKey)) return hardened(-HARDNESS_STEP);
  if (key === '}' || (key === ']' && shiftKey)) return hardened(HARDNESS_STEP);
  if (key === '[') return resized(Math.min(size - 1, size / STEP));
  if (key === ']') return resized(Math.max(size + 1, size * STEP));
  if (shiftKey) return undefined;
  const letter = key.toLowerCase();
  if (letter === 'm') return { kind: 'toggle' };
  const tool = TOOL_KEYS[letter];
  if (tool) return { kind: 'tool', tool };
  const action = ACTION_KEYS[letter];
  return action && { kind: 'action', action };
}
