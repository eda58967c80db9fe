/** Black and white, where a file does not say which values mean them. */
import { ModelFormatError } from '../engine/errors.ts';

/** Shares of the values that are looked at, from below and from above: a few may lie anywhere. */
const TAIL = 0.01;
/** Beyond this many times white the values are bytes rather than a wild picture; closer together than this they are something else. */
const FAR = 32;
const CLOSE = 0.05;

/** The values that all but the outermost hundredth at either end lie between. */
export function spreadOf(values: Float32Array): readonly [low: number, high: number] {
  const sorted = values.slice().sort();
  const at = Math.floor(TAIL * (sorted.length - 1));
  return [sorted[at]!, sorted[sorted.length - 1 - at]!];
}

/**
 * Whether values of random pictures can mean black and white by `range`. A picture of no dark values at all is one whose
 * values begin at 0.
 */
export function plausible([black, white]: readonly [number, number], values: Float32Array): boolean {
  const scaled = (value: number): number => (2 * (value - black)) / (white - black) - 1;
  const [low, high] = spreadOf(values).map(scaled) as [number, number];
  const most = Math.max(-low, high);
  return most <= FAR && most >= CLOSE && low < -CLOSE;
}

export class RangeUnknownError extends ModelFormatError {
  override name = 'RangeUnknownError';

  /** @param seen the least and the greatest value that random codes give, where that is known */
  constructor(
    what: string,
    readonly seen?: readonly [number, number],
  ) {
    const [low, high] = (seen ?? []).map((value) => Number(value.toPrecision(3)));
    super(
      `${what} does not say which values of its output mean black and white` +
        `${seen ? ` (random codes give values from ${low} to ${high})` : ''}. ` +
        'Import it with --range LOW,HIGH: 0,255 or 0,1 or -1,1.',
    );
  }
}
