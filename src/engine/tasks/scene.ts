/**
 * All that composing needs beside x: the picture as far as it stays, and how much of every pixel is drawn. At full size it
 * gives what is saved; reduced it gives the same, smaller and in milliseconds: what is shown while a run goes.
 */
import type { TaskId } from '../generator/manifest.ts';
import { scaled } from '../image/fit.ts';
import { viewOf, type View } from '../image/opacity.ts';
import type { Picture, Planes, Size } from '../image/picture.ts';
import { channel, combine, crop, tensorToPlanes, toSigned, writeChannel, type Rectangle } from '../image/planes.ts';
import { means, resample } from '../image/resample.ts';
import { warp, type Affine } from '../image/warp.ts';
import type { Job } from '../inversion/job.ts';
import { compared } from './framing.ts';
import { boundsOf, cutOut, defaultSeam, factorOf, isTurned, optionsWithin } from './region.ts';
import { ontoDrawn, ontoSource, seamOfTurned, type Seam, type TurnedRegion } from './turned.ts';
import { cutRectangle, grown, seamOf, type UprightRegion } from './upright.ts';
import { taskById } from './registry.ts';
import type { Frame, Observation, Observed, TaskOptions } from './task.ts';

export interface Scene {
  readonly task: TaskId;
  /** Where the composed picture lies on the source, in its pixels. */
  readonly at: UprightRegion;
  /** The part of x that is looked at, in its pixels. */
  readonly covered: Rectangle;
  /** What of that is composed, from the corner of `covered`, in pixels and fractions of them. */
  readonly window: Rectangle;
  /** Of a turned region instead: from the composed picture to `covered`. */
  readonly turn?: Affine;
  /** As large as the composed picture: its opacity, and what stays of the source where anything does. */
  readonly base: Picture;
  /** One plane of that size: how much of each pixel is drawn, 0 to 1. Absent: all of it. */
  readonly shares?: Planes;
  /** The same as one plane of the size of `covered`, where several of its pixels come to one. */
  readonly weights?: Planes;
  /** One plane of that size, too: 0 where x was compared with nothing, because the picture is transparent there. */
  readonly compared?: Planes;
  /** What x was compared with there, where the task settles it by that. */
  readonly observed?: Observed;
  /** What the picture itself says of the result, where the task joins the drawing with it; one plane or three. */
  readonly said?: Planes;
  /** Of a face: what is drawn goes on where the picture around it ends, with so much of its grain, 0 to 1. */
  readonly continues?: number;
  /** Tells the scenes of one run apart: the mask may be painted while it goes. Absent: the first one. */
  readonly version?: number;
}

/** Makes it a scene for previews. */
export interface Reduction {
  /** The longest side that a composed picture may have, in pixels. */
  readonly longest: number;
  /** The run's job: what it compares with is not made once more. */
  readonly job: Pick<Job, 'target' | 'known'>;
}

/**
 * @param source the whole picture
 * @param frame as it was prepared; its region counts, not that of the options
 * @param reduction absent: at full size, and all of the region
 */
export function sceneOf(id: TaskId, source: Picture, frame: Frame, options: TaskOptions, reduction?: Reduction): Scene {
  const task = taskById(id);
  const within = frame.region ? optionsWithin(options, frame.region) : options;
  const layout = layOut(source, frame, reduction?.longest, reduction && task.touched?.(within));
  const { at, touched, size, zoom, covered, window, turned, turn } = layout;
  const view = viewOf(isWhole(at, source) ? source : cutRectangle(source, at));
  const own = task.shares?.(view, turned ? optionsWithin(options, at) : optionsWithin(within, touched));
  const weights = own && isReduced(layout) ? weightsOnX(own, view, layout) : undefined;
  const part = (): View => (turned ? viewOf(cutOut(source, turned)) : view);
  const opacity = task.touched ? undefined : part().known;
  const seen = opacity && crop(compared(opacity, frame), covered);
  const observe = () => (reduction ? observedBy(reduction.job) : task.observe(part(), frame, within));
  const { target, known }: Partial<Observation> = task.anchored?.(within) ? observe() : {};
  const { consistency } = frame;
  const said = task.says?.(view, { ...(consistency !== undefined && { consistency }), ...within });
  const continues = frame.oval && task.continues?.(within);
  return {
    ...{ task: id, at, covered, window },
    ...(turn && { turn }),
    ...staying(source, view, own, layout, seamFor(frame, options)),
    ...(weights && { weights }),
    ...(seen && { compared: seen }),
    ...(target && known && { observed: { target: crop(target, covered), known: crop(known, covered) } }),
    ...(continues !== undefined && { continues: within.grain ?? continues }),
    ...(said && { said: zoom < 1 ? means(said, size, view.known) : said }),
  };
}

interface Layout {
  /** Of the whole picture: what is cut out of it, or the smallest upright part that holds that. */
  readonly region: UprightRegion;
  readonly isRegion: boolean;
  readonly turned?: TurnedRegion;
  /** The part of the region that is composed, from its corner. */
  readonly touched: UprightRegion;
  /** The same in the whole picture. */
  readonly at: UprightRegion;
  /** Of the composed picture. */
  readonly size: Size;
  /** Side ratio between the result and the source. */
  readonly factor: number;
  /** The same between the composed picture and the source. */
  readonly zoom: number;
  readonly covered: Rectangle;
  readonly window: Rectangle;
  readonly turn?: Affine;
}

function layOut(source: Size, frame: Frame, longest = Infinity, part?: UprightRegion): Layout {
  const turned = frame.region && isTurned(frame.region) ? frame.region : undefined;
  const whole: UprightRegion = { left: 0, top: 0, width: source.width, height: source.height };
  const region = frame.region ? boundsOf(frame.region, source) : whole;
  const touched = part && !turned ? part : { ...region, left: 0, top: 0 };
  const at = { ...touched, left: region.left + touched.left, top: region.top + touched.top };
  const factor = factorOf(frame);
  const zoom = Math.min(factor, longest / Math.max(at.width, at.height));
  const side = (length: number): number => Math.max(1, Math.round(length * zoom));
  const size = { width: side(at.width), height: side(at.height) };
  const drawn = scaled(frame.covered, frame.factor);
  const common = { region, isRegion: frame.region !== undefined, touched, at, size, factor, zoom };
  if (turned) {
    const window = { x: 0, y: 0, width: drawn.width, height: drawn.height };
    return { ...common, covered: drawn, window, turned, turn: ontoDrawn(turned, at, size, drawn) };
  }
  return { ...common, ...partOf(drawn, region, touched) };
}

/** The part of x that shows `touched` of the region, and what of that is composed. @param drawn the part that shows all of it */
function partOf(drawn: Rectangle, region: Size, touched: UprightRegion): Pick<Layout, 'covered' | 'window'> {
  const [across, down] = [drawn.width / region.width, drawn.height / region.height];
  const [left, right] = [touched.left * across, (touched.left + touched.width) * across];
  const [top, bottom] = [touched.top * down, (touched.top + touched.height) * down];
  const [x, y] = [Math.max(0, Math.floor(left) - AROUND), Math.max(0, Math.floor(top) - AROUND)];
  const covered = {
    ...{ x: drawn.x + x, y: drawn.y + y },
    width: Math.min(drawn.width, Math.ceil(right) + AROUND) - x,
    height: Math.min(drawn.height, Math.ceil(bottom) + AROUND) - y,
  };
  return { covered, window: { x: left - x, y: top - y, width: right - left, height: bottom - top } };
}

/** Pixels of x around what is composed: what filters reach for, and enough of what is known to settle a hole by. */
const AROUND = 4;

/** Whether several pixels of x come to one. */
function isReduced({ zoom, factor, turn, window, size }: Layout): boolean {
  if (turn) return Math.abs(turn.xx * turn.yy - turn.xy * turn.yx) > 1;
  return zoom < factor && (window.width > size.width || window.height > size.height);
}

/** How much of each pixel of x is wanted, where several come to one: what it shows of pixels that stay must not count. */
function weightsOnX(own: Planes, { known }: View, { at, covered, window, turned }: Layout): Planes {
  const wanted = known ? combine(own, known, (a, b) => a * b) : own;
  if (turned) {
    const weights = warp(wanted, covered, ontoSource(turned, covered.width, { x: at.left, y: at.top }));
    return { ...weights, data: weights.data.map((weight) => Math.max(0, weight)) };
  }
  const [across, down] = [at.width / window.width, at.height / window.height];
  const seen = {
    ...{ x: -window.x * across, y: -window.y * down },
    ...{ width: covered.width * across, height: covered.height * down },
  };
  return resample(wanted, covered.width, covered.height, across > 1 ? 'area' : 'bilinear', seen);
}

/** How the edges of a region fade. */
const seamFor = ({ region, oval }: Frame, { seam }: TaskOptions): Seam => ({
  width: seam ?? (region ? defaultSeam(region) : 0),
  oval,
});

/** What stays of the source, and what does not. @param own what the task says of that */
function staying(
  source: Picture,
  view: View,
  own: Planes | undefined,
  { region, isRegion, turned, touched, at, size, factor, zoom }: Layout,
  width: Seam,
): Pick<Scene, 'base' | 'shares'> {
  const seam = isRegion && !turned && seamOf(region, source, factor, width.width);
  const seamAt = (to: Size): Planes | undefined => {
    if (turned) return seamOfTurned(turned, at, to, width, factor);
    if (!seam) return undefined;
    const across = stretch(seam.across, touched.left * factor, touched.width * factor, to.width);
    const down = stretch(seam.down, touched.top * factor, touched.height * factor, to.height);
    const data = Float32Array.from(
      { length: to.width * to.height },
      (_, i) => across[i % to.width]! * down[Math.floor(i / to.width)]!,
    );
    return { width: to.width, height: to.height, channels: 1, data };
  };
  if (zoom > 1) {
    const around = grown(at, BICUBIC_REACH, source);
    const { planes, known } = isRegion ? viewOf(cutRectangle(source, around)) : view;
    const window = { x: at.left - around.left, y: at.top - around.top, width: at.width, height: at.height };
    const enlarged = (part: Planes): Planes => resample(part, size.width, size.height, 'bicubic', window);
    const shares = seamAt(size);
    return { base: pictureOf(size, shares && enlarged(planes), known && enlarged(known)), ...(shares && { shares }) };
  }
  const seamed = seamAt(at);
  const shares = own && seamed ? combine(own, seamed, (a, b) => a * b) : (own ?? seamed);
  if (zoom === 1) {
    const { width, height, data } = isWhole(at, source) ? source : cutRectangle(source, at);
    return { base: { width, height, data }, ...(shares && { shares }) };
  }
  const { planes, known } = view;
  if (!shares) return { base: pictureOf(size, undefined, known && means(known, size)) };
  // A pixel of the smaller picture has the colours of what stays of it, and is drawn by the share of what does not.
  const stays = { ...shares, data: shares.data.map((share, i) => (1 - share) * (known ? known.data[i]! : 1)) };
  const base = pictureOf(size, means(planes, size, stays), known && means(known, size));
  return { base, shares: means(shares, size, known) };
}

/** How far a bicubic filter reaches, in pixels of the source. */
const BICUBIC_REACH = 3;

const isWhole = ({ width, height }: Size, source: Size): boolean => width === source.width && height === source.height;

/** `length` samples of a row from `start` on, as so many. */
function stretch(row: Float32Array, start: number, length: number, to: number): Float32Array {
  const data = row.subarray(start, start + length);
  return means({ width: length, height: 1, channels: 1, data }, { width: to, height: 1 }).data;
}

/** @param colours RGB planes in [-1, 1] @param opacity absent: opaque */
function pictureOf({ width, height }: Size, colours?: Planes, opacity?: Planes): Picture {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let c = 0; c < 3 && colours; c++) writeChannel(data, c, channel(colours, c));
  if (opacity) writeChannel(data, 3, toSigned(opacity));
  return { width, height, data };
}

/** What a run's job compares with. */
function observedBy({ target, known }: Reduction['job']): Partial<Observation> {
  if (!known) return {};
  const [sums, weights] = [tensorToPlanes(target), tensorToPlanes(known)];
  const count = weights.data.length;
  const data = sums.data.map((sum, i) => sum / (weights.data[i % count]! || 1));
  return { target: { ...sums, data }, known: weights };
}
