/**
 * What a mask file means, in the one place that the command line and the editor share. People mark by brightness, by colour, by
 * numbers or by transparency; whatever is a guess is told in a note, and what could be meant either way is asked.
 */
import type { Picture } from '../engine/image/picture.ts';
import { percent } from '../engine/tasks/index.ts';
import { castFloat, tensor, type Tensor } from '../engine/tensor.ts';
import { readNpy } from '../importers/npy.ts';
import type { MaskPlane } from '../shared/mask/plane.ts';
import { decodePicture, greyNumbers } from './codecs/index.ts';
import { FileError } from './errors.ts';

export const MASK_ALPHAS = ['fill', 'keep'] as const;
/** What becomes of a mask's transparent part: it is filled (an erased hole), or kept (strokes on a transparent layer). */
export type MaskAlpha = (typeof MASK_ALPHAS)[number];

export interface ReadMask {
  /** 255 is to be filled, 0 is kept. */
  readonly plane: MaskPlane;
  /** How the file was understood, where that was a guess. */
  readonly note?: string;
}

/** A mask that may be meant either way: the share of the picture that each reading would fill. */
export interface MaskQuestion {
  readonly shares: Readonly<Record<MaskAlpha, number>>;
}

/**
 * @param name of the file, for errors; one that ends in .npy is an array
 * @param alpha which reading is meant, where transparency could be read either way
 * @throws FileError when it is no mask that can be read
 */
export async function understandMask(
  bytes: Uint8Array,
  name: string,
  alpha?: MaskAlpha,
): Promise<ReadMask | MaskQuestion> {
  if (/\.npy$/i.test(name)) return maskOfArray(readNpy(bytes, name), name);
  const picture = await decodePicture(bytes, name);
  const numbers = labelsOfPng(bytes);
  if (numbers) return maskOfArray(tensor('int32', [picture.height, picture.width], numbers), name);
  return maskOfPicture(picture, name, alpha);
}

/** The numbers of a PNG file of 16 bits that is dark throughout as a picture: labels, or 0 and 1, which 8 bits would lose. */
function labelsOfPng(bytes: Uint8Array): Int32Array | undefined {
  const numbers = greyNumbers(bytes);
  if (!numbers) return undefined;
  const [, most] = extent(numbers);
  return most > 0 && most < 32768 ? Int32Array.from(numbers) : undefined;
}

export function maskOfPicture(picture: Picture, name: string, alpha?: MaskAlpha): ReadMask | MaskQuestion {
  const { width, height, data } = picture;
  const count = width * height;
  const opacity = Uint8Array.from({ length: count }, (_, i) => data[4 * i + 3]!);
  const [least, most] = extent(opacity);
  if (most === 0) throw new FileError(name, 'is wholly transparent: as a mask it says nothing.');
  const plane = (values: Uint8Array): MaskPlane => ({ width, height, data: values });
  if (least === most) return withShare(ofBrightness(picture, plane, name), name);
  const painted = plane(opacity);
  const erased = plane(opacity.map((value) => 255 - value));
  const kind = colourKind(picture);
  const decided = alpha ?? { picture: 'fill', 'black and white': 'keep', 'one colour': undefined }[kind];
  if (decided === undefined) return { shares: { fill: markedShare(erased), keep: markedShare(painted) } };
  if (decided === 'fill') return told(erased, `${name}: its transparent part is filled`);
  if (kind === 'one colour') return told(painted, `${name}: its transparent part is kept, its painted part is filled`);
  const bright = brightness(picture);
  const both = plane(bright.map((value, i) => Math.round((value * opacity[i]!) / 255)));
  return told(both, `${name}: its transparent part is kept, what is white in it is filled`);
}

export function maskOfArray(array: Tensor, name: string): ReadMask {
  const sides = array.dims.filter((dim) => dim !== 1);
  const [height, width] = sides.length === 2 ? sides : array.dims.slice(-2);
  if (height === undefined || width === undefined || height * width !== array.data.length) {
    throw new FileError(
      name,
      `has shape [${array.dims.join(', ')}], but a mask has a height and a width: [H, W], [H, W, 1] or [1, H, W].`,
    );
  }
  const floating = array.dtype.startsWith('float');
  const values = Float64Array.from(
    floating ? castFloat(array, 'float32').data : (array.data as ArrayLike<number | bigint> as ArrayLike<number>),
    Number,
  );
  const [least, most] = extent(values);
  if (!(least >= 0) || !Number.isFinite(most) || most > 65535) {
    throw new FileError(name, `holds numbers from ${least} to ${most}: a mask holds 0 to 1, 0 to 255 or 0 to 65535.`);
  }
  const scaled = (top: number): MaskPlane => ({
    width,
    height,
    data: Uint8Array.from(values, (value) => Math.round((255 * value) / top)),
  });
  if (most <= 1) return { plane: scaled(1) };
  if (!floating && (most < 128 || (most > 255 && most < 32768))) return labels({ width, height }, values, name);
  const top = most <= 255 ? 255 : 65535;
  return told(scaled(top), `${name} is read as numbers from 0 to ${top}`);
}

/** An opaque picture. */
function ofBrightness(picture: Picture, plane: (values: Uint8Array) => MaskPlane, name: string): ReadMask {
  const values = brightness(picture);
  const [, most] = extent(values);
  if (most === 1) {
    return told(plane(values.map((value) => 255 * value)), `${name} holds 0 and 1 alone: 1 is filled`);
  }
  if (isGrey(picture)) {
    // Nothing brighter than mid-grey: a picture of labels, or one without a mark.
    return most < 128 && isFlat(picture, values) ? labels(picture, values, name) : { plane: plane(values) };
  }
  if (isFlat(picture, values)) {
    const marked = values.map((value) => (value > 0 ? 255 : 0));
    return told(plane(marked), `${name} is coloured: every colour but black is filled`);
  }
  return told(plane(values), `${name} is coloured: what is bright, in whatever colour, is filled`);
}

/** Any label but 0 is marked. */
const labels = (
  { width, height }: { width: number; height: number },
  values: ArrayLike<number>,
  name: string,
): ReadMask =>
  told(
    { width, height, data: Uint8Array.from(values, (value) => (value > 0 ? 255 : 0)) },
    `${name} is read as labels: every number but 0 is filled`,
  );

/** Brightness in whatever colour: the largest of the three channels. */
const brightness = ({ width, height, data }: Picture): Uint8Array =>
  Uint8Array.from({ length: width * height }, (_, i) => Math.max(data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!));

function isGrey({ data }: Picture): boolean {
  // A JPEG's greys are off by a level or two.
  for (let i = 0; i < data.length; i += 4) {
    if (Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!) > 8)
      return false;
  }
  return true;
}

/** Whether a picture was drawn in a few flat colours, black among them, rather than photographed or compressed. */
function isFlat({ width, data }: Picture, values: Uint8Array): boolean {
  const colours = new Set<number>();
  let marked = 0;
  let same = 0;
  for (let i = 0; i < values.length; i++) {
    colours.add((data[4 * i]! << 16) | (data[4 * i + 1]! << 8) | data[4 * i + 2]!);
    if (colours.size > 256) return false;
    if (values[i] === 0 || i % width === 0) continue;
    marked++;
    const before = 4 * (i - 1);
    same += Number([0, 1, 2].every((c) => data[4 * i + c] === data[before + c]));
  }
  return colours.has(0) && same >= 0.5 * marked;
}

/** A colour that differs by less is the same, drawn by other programs. */
const TOLERANCE = 12;

/** What the visible part of a picture shows. */
function colourKind({ data }: Picture): 'one colour' | 'black and white' | 'picture' {
  const low = [255, 255, 255];
  const high = [0, 0, 0];
  let visible = 0;
  let extreme = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3]! < 64) continue;
    visible++;
    const colour = [data[i]!, data[i + 1]!, data[i + 2]!];
    colour.forEach((value, c) => {
      low[c] = Math.min(low[c]!, value);
      high[c] = Math.max(high[c]!, value);
    });
    extreme += Number(Math.max(...colour) <= 24 || Math.min(...colour) >= 231);
  }
  if (low.every((value, c) => high[c]! - value <= TOLERANCE)) return 'one colour';
  return extreme >= 0.97 * visible ? 'black and white' : 'picture';
}

function extent(values: ArrayLike<number>): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) return [NaN, NaN];
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

/** The share of a mask that is filled. */
const markedShare = ({ data }: MaskPlane): number =>
  data.reduce((sum, value) => sum + Number(value > 127), 0) / data.length;

const told = (plane: MaskPlane, how: string): ReadMask => ({
  plane,
  note: `${how}, ${percent(markedShare(plane))} of the picture.`,
});

/** A mask that fills most of the picture may be the wrong way round. */
function withShare(mask: ReadMask, name: string): ReadMask {
  const share = markedShare(mask.plane);
  if (mask.note !== undefined || share <= 0.5) return mask;
  return {
    ...mask,
    note: `${name} fills ${percent(share)} of the picture: what is white in it is filled, what is black is kept.`,
  };
}
