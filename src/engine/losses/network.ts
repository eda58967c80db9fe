/**
 * The perceptual term of Eq. 5: weight * 0.001 * mean |phi(a) - phi(b)|, phi a frozen feature network (VGG16 up to relu3_3
 * in the paper). As in the published code, images go from [-1, 1] to ImageNet's normalisation and to a fixed size by
 * nearest neighbour.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { string, type Graph } from '../graph/graph.ts';
import { inline } from '../graph/inline.ts';
import { uniforms } from '../random.ts';
import { float32, sizeOf } from '../tensor.ts';
import { pyramid } from './multiScale.ts';
import type { NetworkSettings, PerceptualTerm } from './perceptual.ts';

const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];
/** The published code scales its perceptual weight (500 by default) by this. */
const SCALE = 0.001;

/** @param phi input `x` [1, 3, S, S], output `y` */
export const network = (phi: Graph, { weight, size, scales }: NetworkSettings): PerceptualTerm => ({
  look(b, image, known) {
    const perChannel = (values: number[], hint: string) => b.constant(float32([1, 3, 1, 1], values), hint);
    // In the published code's order: its float32 rounding is what the parity fixtures hold.
    const normalised = (x: Value) => {
      const unit = b.add(b.scale(x, 0.5), b.scalar(0.5));
      const centred = b.sub(unit, perChannel(MEAN, 'imagenet_mean'));
      return b.div(centred, perChannel(DEVIATION, 'imagenet_deviation'));
    };
    const features = (x: Value) => inline(b, phi, { x })['y']!;
    if (!scales) return [features(resizeNearest(b, normalised(image), size))];
    return pyramid(b, known ? filled(b, image, known) : image, SMALLEST).map((x) => features(normalised(x)));
  },
  distance(b, seen, target) {
    const levels = seen.map((features, k) => b.reduceMean(b.abs(b.sub(features, target[k]!))));
    return b.scale(levels.reduce(b.add), weight * SCALE);
  },
});

/** Pixels of a side of the smallest scale. */
const SMALLEST = 16;
const NOISE_SEED = 20230617;

/** What is not known is the same noise in both images: a network sees the edge of a hole of one colour, and none in noise. */
function filled(b: GraphBuilder, image: Value, known: Value): Value {
  const draw = uniforms(NOISE_SEED);
  const noise = Float32Array.from({ length: sizeOf(image.shape) }, () => 2 * draw() - 1);
  const unknown = b.sub(b.scalar(1), known);
  return b.add(image, b.mul(b.constant(float32(image.shape, noise), 'noise'), unknown));
}

function resizeNearest(b: GraphBuilder, x: Value, size: number): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (h === size && w === size) return x;
  return b.node('Resize', [x, undefined, undefined, b.ints([n, c, size, size])], {
    mode: string('nearest'),
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  });
}
