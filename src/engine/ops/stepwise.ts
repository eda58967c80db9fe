/** Functions that are constant between jumps: their derivative is zero wherever it exists. */
import { elementwise } from './support/elementwise.ts';

export const stepwise = [
  elementwise('Sign', null, Math.sign),
  elementwise('Floor', null, Math.floor),
  elementwise('Ceil', null, Math.ceil),
  elementwise('Round', null, roundHalfToEven),
  elementwise('Not', null, (x) => 1 - x),
];

function roundHalfToEven(x: number): number {
  return x - Math.floor(x) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}
