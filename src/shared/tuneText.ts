/** How a person writes what the last steps tune: on the command line and in the form. */
import type { Tune } from '../engine/inversion/refinements.ts';
import { isWithin, LIMITS } from './limits.ts';

/** Rate and anchor of a text without them; docs/performance.md has what they do. */
const USUAL = { learningRate: 0.001, anchor: 0.1 };

export const TUNE_WORDS =
  'layers and a number of steps, such as 5-12,40; a learning rate and the weight of the anchor may follow';

/** @returns nothing for a text that says something else */
export function parseTune(text: string): Tune | undefined {
  const parts = /^\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*,\s*(\d{1,7})\s*(?:,([^,]+)(?:,([^,]+))?)?$/.exec(text);
  if (!parts) return undefined;
  const number = (part: string | undefined, usual: number) => (part === undefined ? usual : Number(part.trim() || NaN));
  const [first, steps] = [Number(parts[1]), Number(parts[3])];
  const last = number(parts[2], first);
  const [learningRate, anchor] = [number(parts[4], USUAL.learningRate), number(parts[5], USUAL.anchor)];
  const sound =
    [first, last].every((layer) => isWithin(layer, LIMITS.layer)) &&
    first <= last &&
    isWithin(steps, LIMITS.iterations) &&
    isWithin(learningRate, LIMITS.learningRate) &&
    Number.isFinite(anchor) &&
    anchor >= 0;
  return sound ? { layers: [first, last], steps, learningRate, anchor } : undefined;
}

/** The text that `parseTune` reads. */
export const tuneText = ({ layers: [first, last], steps, learningRate, anchor }: Tune): string =>
  [first === last ? `${first}` : `${first}-${last}`, steps, learningRate, anchor].join(',');
