/**
 * The perceptual term of Eq. 5: weight * 0.001 * mean |phi(a) - phi(b)|, phi a frozen feature network (VGG16 up to relu3_3
 * in the paper). As in the published code, images go from [-1, 1] to ImageNet's normalisation and to a fixed size by
 * nearest neighbour.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { string, type Graph } from '../graph/graph.ts';
import { inline } from '../graph/inline.ts';
import { float32 } from '../tensor.ts';
import type { NetworkSettings, PerceptualTerm } from './perceptual.ts';

const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];
/** The published code scales its perceptual weight (500 by default) by this. */
const SCALE = 0.001;

/** @param phi input `x` [1, 3, S, S], output `y` */
export const network = (phi: Graph, { weight, size }: NetworkSettings): PerceptualTerm => ({
  look(b, image) {
    const perChannel = (values: number[], hint: string) => b.constant(float32([1, 3, 1, 1], values), hint);
    // In the published code's order: its float32 rounding is what the parity fixtures hold.
    const unit = b.add(b.scale(image, 0.5), b.scalar(0.5));
    const centred = b.sub(unit, perChannel(MEAN, 'imagenet_mean'));
    const normalised = b.div(centred, perChannel(DEVIATION, 'imagenet_deviation'));
    return [inline(b, phi, { x: resizeNearest(b, normalised, size) })['y']!];
  },
  distance: (b, [seen], [target]) => b.scale(b.reduceMean(b.abs(b.sub(seen!, target!))), weight * SCALE),
});

function resizeNearest(b: GraphBuilder, x: Value, size: number): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (h === size && w === size) return x;
  return b.node('Resize', [x, undefined, undefined, b.ints([n, c, size, size])], {
    mode: string('nearest'),
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  });
}
