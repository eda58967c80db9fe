/**
 * Dynamic loss scaling (Micikevicius et al. 2018): half floats end at 6e-8, where many gradients of a mean over an image's
 * pixels begin. So the loss is differentiated times a scale, and the gradients are divided by it. The scale halves whenever
 * a gradient overflowed, and the step is not taken; it doubles after so many steps without that. Like all state it stays on
 * the device, and no step waits for it.
 */
import type { GraphBuilder, Value } from '../graph/builder.ts';

/** State tensors [1]: the scale, and the steps since it last changed. */
const SCALE = 'loss.scale';
const SOUND = 'loss.sound';

const STEPS_TO_GROW = 200;
/** Larger than any gradient. Finite, because WGSL leaves comparisons with infinity undefined. */
const LIMIT = 3e38;

/** Where no gradient is left, none overflows: beyond this the scale would end as infinity, and every step as 0 times that. */
const LARGEST_SCALE = 2 ** 100;

/** What the state tensors begin with, by name. */
export const FIRST_SCALE: Readonly<Record<string, number>> = { [SCALE]: 2 ** 16, [SOUND]: 0 };

export interface LossScale {
  /** The loss to differentiate. */
  scaled(loss: Value): Value;
  /**
   * @param gradients of the scaled loss
   * @returns those of the loss, and what a step makes of them
   */
  unscaled(gradients: readonly Value[]): {
    readonly gradients: readonly Value[];
    /** `after` the step where it is taken, else `before`. */
    stepped(after: Value, before: Value): Value;
    /** The scale's own state tensors after the step, by name. */
    readonly state: Readonly<Record<string, Value>>;
  };
}

/** In single precision nothing is scaled, and every step is taken. */
export const noScale: LossScale = {
  scaled: (loss) => loss,
  unscaled: (gradients) => ({ gradients, stepped: (after) => after, state: {} }),
};

export function lossScale(b: GraphBuilder): LossScale {
  const [scale, sound] = [b.input(SCALE, 'float32', [1]), b.input(SOUND, 'float32', [1])];
  return {
    scaled: (loss) => b.mul(b.reshape(loss, [1]), scale),
    unscaled(gradients) {
      const sizes = gradients.map((gradient) => b.reshape(b.reduceSum(b.abs(gradient), axesOf(gradient)), [1]));
      const isSound = b.greater(b.scalar(LIMIT), sizes.reduce(b.add));
      const counted = b.add(sound, b.scalar(1));
      const grows = b.greater(counted, b.scalar(STEPS_TO_GROW - 0.5));
      const larger = b.where(b.greater(b.scalar(LARGEST_SCALE), scale), b.scale(scale, 2), scale);
      const smaller = b.scale(scale, 0.5);
      return {
        gradients: gradients.map((gradient) => b.div(gradient, scale)),
        stepped: (after, before) => b.where(isSound, after, before),
        state: {
          [SCALE]: b.where(isSound, b.where(grows, larger, scale), smaller),
          [SOUND]: b.where(isSound, b.where(grows, b.scalar(0), counted), b.scalar(0)),
        },
      };
    },
  };
}

const axesOf = ({ shape }: Value): number[] => shape.map((_, i) => i);
