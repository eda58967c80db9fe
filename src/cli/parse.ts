/** Option values. Ranges that depend on the model are the engine's business. */
import { InvalidArgumentError } from 'commander';
import * as v from 'valibot';
import { alignmentSchema, type Alignment } from '../engine/faces/alignment.ts';
import type { Anchor, Release, Tune } from '../engine/inversion/refinements.ts';
import type { Shard } from '../node/batch/shard.ts';
import { quadOfRegion, regionOfQuad, type Region } from '../engine/tasks/index.ts';
import { parseTune, TUNE_WORDS } from '../shared/tuneText.ts';
import { inWords, isWithin, type Range } from '../shared/limits.ts';

export function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

/** A reader of the numbers in this range. */
export const numberIn =
  (range: Range) =>
  (text: string): number => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!isWithin(value, range)) throw new InvalidArgumentError(`It is ${inWords(range)}.`);
    return value;
  };

/** "low,high": the values that mean black and white. */
export function range(text: string): [number, number] {
  const [low = NaN, high = NaN, ...more] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (more.length > 0 || !Number.isFinite(low) || !Number.isFinite(high) || low >= high) {
    throw new InvalidArgumentError('It is two numbers, the lower one first, such as 0,255.');
  }
  return [low, high];
}

/** "left,top,width,height", or the corners of a turned square "x0,y0,x1,y1,x2,y2,x3,y3", clockwise. */
export function region(text: string): Region {
  const corners = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (corners.length === 8) return square(corners);
  const numbers = /^\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*$/.exec(text);
  if (!numbers) {
    throw new InvalidArgumentError(
      'It is four whole numbers, left,top,width,height, in pixels of the picture, or eight: the corners of a turned square.',
    );
  }
  const [left = 0, top = 0, width = 0, height = 0] = numbers.slice(1).map(Number);
  return { left, top, width, height };
}

/** Corners may be off those of a square by so much of its side, as rounded numbers are. */
const OFF = 0.02;

function square(numbers: readonly number[]): Region {
  const corner = (i: number) => ({ x: numbers[2 * i]!, y: numbers[2 * i + 1]! });
  const quad = [corner(0), corner(1), corner(2), corner(3)] as const;
  const region = regionOfQuad(quad);
  const exact = quadOfRegion(region);
  const off = Math.max(...quad.map(({ x, y }, i) => Math.hypot(x - exact[i]!.x, y - exact[i]!.y)));
  if (!(off <= OFF * region.side)) {
    throw new InvalidArgumentError(
      'Its eight numbers are the corners of a square: top left, top right, bottom right, bottom left.',
    );
  }
  return region;
}

/** "quarter,half": shares of a whole, such as "0.2,0.2". */
export function shares(text: string): [number, number] {
  const [quarter, half, ...more] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (more.length > 0 || !(quarter! >= 0 && half! >= 0 && quarter! + half! <= 1)) {
    throw new InvalidArgumentError('It is two numbers from 0 to 1, no more than 1 together, such as 0.2,0.2.');
  }
  return [quarter!, half!];
}

/** "layer,share[,rate[,anchor]]", such as "4,0.3". */
export function release(text: string): Release {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [layer = NaN, share = NaN, learningRate = 0.03, anchor = 0.01] = numbers;
  const sound = Number.isInteger(layer) && layer >= 1 && share >= 0 && share <= 1 && learningRate >= 0 && anchor >= 0;
  if (!sound || numbers.length > 4) {
    throw new InvalidArgumentError(
      'It is a layer and a share of the steps from 0 to 1, such as 4,0.3; a learning rate and the weight of the anchor may follow.',
    );
  }
  return { layer, share, learningRate, anchor };
}

/** "steps,weight[,share]", such as "40,0.5". */
export function anchor(text: string): Anchor {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [steps = NaN, weight = NaN, share = 1] = numbers;
  const sound =
    Number.isInteger(steps) && steps >= 0 && Number.isFinite(weight) && weight >= 0 && share >= 0 && share <= 1;
  if (!sound || numbers.length > 3) {
    throw new InvalidArgumentError(
      'It is a number of steps and a weight, such as 40,0.5; the share of the result that the prior draws, from 0 to 1, may follow.',
    );
  }
  return { steps, weight, share };
}

/** "layers,steps[,rate[,anchor]]", such as "5-12,40". */
export function tune(text: string): Tune {
  const parsed = parseTune(text);
  if (!parsed) throw new InvalidArgumentError(`It is ${TUNE_WORDS}.`);
  return parsed;
}

/** "ffhq", "celeba", or one of them with what a crop is off it: "ffhq,scale,right,below". */
export function alignment(text: string): Alignment {
  const [kind, scale, right, below] = text.split(',').map((part) => part.trim());
  const numbers = [scale, right, below].map((part) => (part === undefined || part === '' ? NaN : Number(part)));
  const told = scale === undefined ? kind : { kind, scale: numbers[0], shift: numbers.slice(1) };
  const parsed = v.safeParse(alignmentSchema, told);
  if (parsed.success) return parsed.output;
  throw new InvalidArgumentError(
    'It is ffhq or celeba; three numbers may follow: the side of the crop by theirs, and how far it lies to the right and below, in their sides.',
  );
}

/** @param text "1/4" to "4/4"; whoever counts from 0 says "0/4" to "3/4", and 0 is the fourth */
export function parseShard(text: string): Shard {
  const [, i, n] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const [number, count] = [Number(i), Number(n)];
  if (i === undefined || count < 1 || number > count) {
    throw new InvalidArgumentError('It is I/N, such as 2/8 for the second of eight parts.');
  }
  return { index: (number + count - 1) % count, count };
}
