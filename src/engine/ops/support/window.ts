/** The sliding windows of convolutions and pools: one set of numbers a spatial axis. */
import { GraphError } from '../../errors.ts';
import { getInt, getInts, getString } from '../../graph/attributes.ts';
import { ints, type Attributes } from '../../graph/graph.ts';
import { range, show, type Shape } from './shapes.ts';

export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before and after each axis. */
  readonly begin: readonly number[];
  readonly end: readonly number[];
  /** Sizes of the axes slid over, and the number of places the window takes on each. */
  readonly size: readonly number[];
  readonly out: readonly number[];
}

/** Length of axis `i` that the window covers, gaps of dilation included. */
export const extent = ({ kernel, dilations }: Pick<Window, 'kernel' | 'dilations'>, i: number): number =>
  dilations[i]! * (kernel[i]! - 1) + 1;

/**
 * How far the last window reaches beyond each axis; negative where it leaves elements uncovered. Unlike the padding
 * after an axis, which may be wider, this is what decides where windows and elements meet.
 */
export const overhang = (window: Window): number[] =>
  window.size.map(
    (length, i) => (window.out[i]! - 1) * window.strides[i]! + extent(window, i) - window.begin[i]! - length,
  );

/** Attributes of the ConvTranspose that puts windows back where they came from, onto axes of `size`. */
export function scatterAttributes(window: Window): Attributes {
  const beyond = overhang(window);
  return {
    kernel_shape: ints(window.kernel),
    strides: ints(window.strides),
    dilations: ints(window.dilations),
    pads: ints([...window.begin, ...beyond.map((n) => Math.max(0, n))]),
    // Elements that no window covered.
    output_padding: ints(beyond.map((n) => Math.max(0, -n))),
  };
}

/** Reads strides, dilations and pads, with the ONNX defaults, for `rank` spatial axes. */
export function readWindow(attributes: Attributes, kernel: Shape) {
  const rank = kernel.length;
  const list = (name: string, length: number, fallback: number): readonly number[] => {
    const value = getInts(attributes, name) ?? Array<number>(length).fill(fallback);
    if (value.length !== length)
      throw new GraphError(`Attribute "${name}" is ${show(value)}, expected ${length} numbers.`);
    return value;
  };
  const pads = list('pads', 2 * rank, 0);
  return {
    kernel,
    strides: list('strides', rank, 1),
    dilations: list('dilations', rank, 1),
    begin: pads.slice(0, rank),
    end: pads.slice(rank),
  };
}

/** The window of a Conv or a pool over spatial axes of `size`. */
export function slidingWindow(attributes: Attributes, size: Shape, kernel: Shape): Window {
  const read = readWindow(attributes, kernel);
  const { begin, end } = autoPad(attributes, size, read);
  const ceil = getInt(attributes, 'ceil_mode', 0) === 1;
  const out = size.map((length, i) => {
    const stride = read.strides[i]!;
    const steps = (length + begin[i]! + end[i]! - extent(read, i)) / stride;
    // With ceil_mode the last window may hang over the end, but it may not start there.
    const last = ceil && Math.ceil(steps) * stride < length + begin[i]! ? Math.ceil(steps) : Math.floor(steps);
    if (last < 0) {
      throw new GraphError(
        `A window of ${show(kernel)} does not fit into spatial axes of ${show(size)} with its pads.`,
      );
    }
    return last + 1;
  });
  return { ...read, begin, end, size, out };
}

/**
 * The attributes of a window that leaves its padding to the runtime (`auto_pad`), with the pads written out: runtimes refuse dilated
 * windows otherwise, and do not agree on windows with gaps between them. `undefined` where the pads are written already.
 */
export function withExplicitPads(attributes: Attributes, size: Shape, kernel: Shape): Attributes | undefined {
  const { auto_pad: mode, ...rest } = attributes;
  if (!mode) return undefined;
  const { begin, end } = autoPad(attributes, size, readWindow(attributes, kernel));
  return { ...rest, pads: ints([...begin, ...end]) };
}

function autoPad(
  attributes: Attributes,
  size: Shape,
  read: Omit<Window, 'size' | 'out'>,
): Pick<Window, 'begin' | 'end'> {
  const mode = getString(attributes, 'auto_pad', 'NOTSET');
  if (mode === 'NOTSET') return read;
  const zeros = size.map(() => 0);
  if (mode === 'VALID') return { begin: zeros, end: zeros };
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') throw new GraphError(`Unknown auto_pad "${mode}".`);
  const totals = range(size.length).map((i) => {
    const steps = Math.ceil(size[i]! / read.strides[i]!) - 1;
    return Math.max(0, steps * read.strides[i]! + extent(read, i) - size[i]!);
  });
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total) => Math.ceil(total / 2));
  return mode === 'SAME_UPPER' ? { begin: less, end: more } : { begin: more, end: less };
}
