/**
 * How faces are cut out for priors that know faces. All of them are turned upright and centred by their eyes and mouth; the
 * formula is that of FFHQ and CelebA-HQ (Karras et al., "Progressive Growing of GANs", 2018, appendix C; `create_celebahq` in their
 * dataset_tool.py). Other crops are told by how much larger or smaller and how far off they are: the GAN zoo's prior of 128 pixels has
 * the 128 pixels around (89, 121) of CelebA's aligned pictures (`celebaSetup` in its datasets.py), which by CelebA's marks of its
 * first eight pictures is 0.83 of the side in the median (0.80 in the mean: some look aside), 0.04 lower; the catalogue says 0.84.
 */
import * as v from 'valibot';

/** In pixels of the upright picture; the centre of its first pixel is (0.5, 0.5). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Eye centres and corners of the mouth; left is left in the picture. */
export interface Landmarks {
  readonly leftEye: Point;
  readonly rightEye: Point;
  readonly leftMouth: Point;
  readonly rightMouth: Point;
}

/** The corners of a crop, its top left one first, clockwise. */
export type Quad = readonly [Point, Point, Point, Point];

export const ALIGNMENTS = ['ffhq', 'celeba'] as const;

/** What a prior's faces were cut out by; "celeba" is CelebA-HQ's, which is FFHQ's formula, too. */
export const alignmentSchema = v.union([
  v.picklist(ALIGNMENTS),
  v.object({
    kind: v.picklist(ALIGNMENTS),
    /** Side of the crop by that of the formula. */
    scale: v.pipe(v.number(), v.minValue(0.1), v.maxValue(10)),
    /** How far its centre lies to the right and below, in sides of the formula's crop. */
    shift: v.tuple([
      v.pipe(v.number(), v.minValue(-2), v.maxValue(2)),
      v.pipe(v.number(), v.minValue(-2), v.maxValue(2)),
    ]),
  }),
]);
export type Alignment = v.InferOutput<typeof alignmentSchema>;

/** As the formula and what is off it, whichever way it was said. */
export const inFull = (alignment: Alignment): Exclude<Alignment, string> =>
  typeof alignment === 'string' ? { kind: alignment, scale: 1, shift: [0, 0] } : alignment;

/** The crop of a face. */
export function quadOf(landmarks: Landmarks, alignment: Alignment = 'ffhq'): Quad {
  const { leftEye, rightEye, leftMouth, rightMouth } = landmarks;
  const eyes = mid(leftEye, rightEye);
  const across = minus(rightEye, leftEye);
  const down = minus(mid(leftMouth, rightMouth), eyes);
  const axis = minus(across, quarterTurn(down));
  const half = Math.max(2 * length(across), 1.8 * length(down));
  const { scale, shift } = inFull(alignment);
  const unit = times(axis, length(axis) === 0 ? 0 : half / length(axis));
  const centre = plus(plus(eyes, times(down, 0.1)), inAxes(unit, 2 * shift[0], 2 * shift[1]));
  const corner = (right: number, below: number): Point => plus(centre, inAxes(unit, scale * right, scale * below));
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** Clockwise, as the picture is looked at. */
const quarterTurn = ({ x, y }: Point): Point => ({ x: -y, y: x });
const inAxes = (unit: Point, right: number, below: number): Point =>
  plus(times(unit, right), times(quarterTurn(unit), below));
const plus = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });
const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y });
const times = ({ x, y }: Point, by: number): Point => ({ x: x * by, y: y * by });
const mid = (a: Point, b: Point): Point => times(plus(a, b), 0.5);
const length = ({ x, y }: Point): number => Math.hypot(x, y);
