/**
 * What a composed result consists of: what each code draws and where the picture would be without it, and what the strongest channels
 * of the composed feature map draw. All of it comes from one session with other importances: a code is left out where its row is 0, a
 * channel where its column is.
 */
import type { Backend } from '../backends/backend.ts';
import { ParameterError } from '../errors.ts';
import type { Generator } from '../generator/generator.ts';
import type { Planes } from '../image/picture.ts';
import type { Job } from '../inversion/job.ts';
import { codesOf } from '../methods/codes.ts';
import type { Values } from '../methods/method.ts';
import { termProducts } from '../methods/otherCodes.ts';
import { float32, type Tensor } from '../tensor.ts';
import { scaledAlpha } from './moves.ts';
import type { DrawingSession } from './session.ts';

type Image = Tensor<'float32'>;

interface Part {
  /** x without it, [1, 3, R, R]. */
  readonly without: Image;
  /** Where that differs from the result: mean |difference| of the colours of each pixel, one plane from 0 to 2. */
  readonly map: Planes;
  /** Mean of the map. */
  readonly change: number;
}

export interface CodePart extends Part {
  /** From 0. */
  readonly code: number;
  /** Of the composed feature map: <F_n alpha_n, F> / <F, F>. Those of all codes sum to 1; one that works against the others has less than 0. */
  readonly share: number;
  /** The picture of this code alone, G(z_n): all its importances are 1. */
  readonly own: Image;
  /** Its term F_n alpha_n decoded alone. */
  readonly alone: Image;
}

export interface ChannelPart extends Part {
  /** From 0, in the order of alpha's columns. */
  readonly channel: number;
  /** Of the composed feature map: |F_c|² / |F|². Those of all channels sum to 1. */
  readonly share: number;
}

export interface Composed {
  readonly session: DrawingSession;
  readonly job: Job;
  readonly values: Values;
}

/** Inner products of the terms of Eq. 3: how much of the composed map each code and each channel is. */
export interface Shares {
  readonly codes: readonly number[];
  readonly channels: readonly number[];
}

/** @throws ParameterError where no codes are composed at one cut */
export async function sharesOf(backend: Backend, generator: Generator, { job, values }: Composed): Promise<Shares> {
  const alpha = alphaOf(job, values);
  const [count, channels] = alpha.dims as [number, number];
  const codes = codesOf(generator, job, values);
  const { data } = await termProducts(backend, generator.suitedTo(backend), { codes, alpha }, job);
  const ofCodes = new Array<number>(count).fill(0);
  const ofChannels = new Array<number>(channels).fill(0);
  for (let i = 0; i < data.length; i++) {
    ofCodes[Math.floor(i / count) % count]! += data[i]!;
    ofChannels[Math.floor(i / count ** 2)]! += data[i]!;
  }
  const whole = ofCodes.reduce((sum, value) => sum + value, 0) || 1;
  return { codes: ofCodes.map((value) => value / whole), channels: ofChannels.map((value) => value / whole) };
}

/** @param x what `values` draw */
export async function inspectCode(composed: Composed, { codes }: Shares, x: Image, code: number): Promise<CodePart> {
  const alpha = alphaOf(composed.job, composed.values);
  const all = Array.from({ length: alpha.dims[0]! }, (_, n) => n);
  const but = (n: number): number => Number(n !== code);
  const only = (n: number): number => Number(n === code);
  const ones = float32(alpha.dims, new Float32Array(alpha.data.length).fill(1));
  const without = await drawn(composed, scaledAlpha(alpha, all.map(but)));
  return {
    code,
    share: codes[code]!,
    own: await drawn(composed, scaledAlpha(ones, all.map(only))),
    alone: await drawn(composed, scaledAlpha(alpha, all.map(only))),
    ...changed(x, without),
  };
}

/** @param tell told after every code: 0 to 1 */
export async function inspectCodes(
  composed: Composed,
  shares: Shares,
  tell: (share: number) => void = () => undefined,
): Promise<CodePart[]> {
  const x = await drawn(composed, alphaOf(composed.job, composed.values));
  const parts: CodePart[] = [];
  for (const code of shares.codes.keys()) {
    parts.push(await inspectCode(composed, shares, x, code));
    tell((code + 1) / shares.codes.length);
  }
  return parts;
}

/** @param x what `values` draw */
export async function inspectChannel(
  composed: Composed,
  { channels }: Shares,
  x: Image,
  channel: number,
): Promise<ChannelPart> {
  const alpha = alphaOf(composed.job, composed.values);
  const ones = new Array<number>(alpha.dims[0]!).fill(1);
  const without = await drawn(composed, scaledAlpha(alpha, ones, [channel]));
  return { channel, share: channels[channel]!, ...changed(x, without) };
}

/** The strongest channels, the strongest first. @param most so many of them */
export const strongest = ({ channels }: Shares, most: number): number[] =>
  [...channels.keys()].sort((a, b) => channels[b]! - channels[a]!).slice(0, most);

/** Those, one after the other. */
export async function inspectChannels(composed: Composed, shares: Shares, most: number): Promise<ChannelPart[]> {
  const x = await drawn(composed, alphaOf(composed.job, composed.values));
  const parts: ChannelPart[] = [];
  for (const channel of strongest(shares, most)) parts.push(await inspectChannel(composed, shares, x, channel));
  return parts;
}

function alphaOf({ method }: Job, { alpha }: Values): Image {
  if (method === 'multi-code' && alpha) return alpha;
  throw new ParameterError(
    'Only codes that are composed at one layer can be looked at one by one: a run of the method multi-code.',
  );
}

const drawn = ({ session, values }: Composed, alpha: Image): Promise<Image> => session.draw({ ...values, alpha });

function changed(x: Image, without: Image): Part {
  const [, , height, width] = x.dims as [number, number, number, number];
  const size = width * height;
  const data = new Float32Array(size);
  let sum = 0;
  for (let i = 0; i < x.data.length; i++) {
    const part = Math.abs(x.data[i]! - without.data[i]!) / 3;
    data[i % size]! += part;
    sum += part;
  }
  return { without, map: { width, height, channels: 1, data }, change: sum / size };
}
