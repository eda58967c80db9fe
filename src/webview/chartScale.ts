/** Geometry of the loss chart: scales, ticks and the reduction of long series to one column a pixel. */

/** A range of losses as powers of ten: [floor, ceil] of log10, at least one decade high. */
export interface LogRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Where a loss may be drawn on a logarithmic axis: not at zero or below, and not when the run diverged. One pass, no
 * spread: series can have 100 000 values.
 */
const drawable = (value: number): boolean => Number.isFinite(value) && value > 0;

/** The range around every drawable value, a little wider than them; undefined if there is none. */
export function logRange(values: readonly number[]): LogRange | undefined {
  let min = Infinity;
  let max = 0;
  for (const value of values) {
    if (!drawable(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (max === 0) return undefined;
  const low = Math.log10(min);
  const high = Math.log10(max);
  const margin = Math.max(0.05 * (high - low), 0.02);
  return { low: low - margin, high: high + margin };
}

/** Position of a loss, 0 at the bottom and 1 at the top. */
export const position = (value: number, { low, high }: LogRange): number => (Math.log10(value) - low) / (high - low);

/** Values worth a grid line: decades, with 2 and 5 between them while there are fewer than two. */
export function logTicks({ low, high }: LogRange): number[] {
  for (const mantissas of [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    const ticks: number[] = [];
    for (let decade = Math.floor(low); decade <= high; decade += 1) {
      for (const mantissa of mantissas) {
        const exponent = decade + Math.log10(mantissa);
        if (exponent >= low && exponent <= high) ticks.push(Number(`${mantissa}e${decade}`));
      }
    }
    if (ticks.length >= 2) return thin(ticks, 5);
  }
  return [];
}

/** Round step numbers from 0 to `iterations`, about `wanted` of them. */
export function stepTicks(iterations: number, wanted: number): number[] {
  const rough = iterations / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? power;
  const ticks: number[] = [];
  for (let tick = 0; tick <= iterations; tick += step) ticks.push(tick);
  return ticks;
}

/** At most `most` of the ticks, evenly chosen. */
const thin = (ticks: readonly number[], most: number): number[] => {
  const every = Math.ceil(ticks.length / most);
  return ticks.filter((_, index) => index % every === 0);
};

export interface Column {
  /** Pixel column. */
  readonly x: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/**
 * Losses as pixel columns: what is drawn stays proportional to the chart's width, and no spike is lost. `losses[i]`
 * belongs to step i of `iterations`, which is the right edge.
 */
export function columns(losses: readonly number[], iterations: number, width: number): Column[] {
  const result: Column[] = [];
  let current: { x: number; min: number; max: number; last: number } | undefined;
  losses.forEach((value, step) => {
    if (!drawable(value)) return;
    const x = Math.round((step / Math.max(1, iterations)) * (width - 1));
    if (current?.x !== x) {
      current = { x, min: value, max: value, last: value };
      result.push(current);
    } else {
      current.min = Math.min(current.min, value);
      current.max = Math.max(current.max, value);
      current.last = value;
    }
  });
  return result;
}
