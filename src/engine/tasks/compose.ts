/** From x to the picture that is saved, or, by a reduced scene, to what is shown of it while a run goes. */
import { stretched } from '../image/fit.ts';
import { spread, viewOf } from '../image/opacity.ts';
import type { Picture, Planes } from '../image/picture.ts';
import { channel, crop, mixChannel, tensorToPlanes, writeChannel } from '../image/planes.ts';
import { warpMeans } from '../image/warp.ts';
import type { Tensor } from '../tensor.ts';
import { inItsColours, inItsGrain } from './continuing.ts';
import { taskById } from './registry.ts';
import type { Scene } from './scene.ts';
import type { TellShare } from './task.ts';
import type { UprightRegion } from './upright.ts';

/**
 * @param data takes the pixels: a copy of what stays
 * @param tell told on the way: a large picture takes many seconds
 * @returns the picture that lies at `scene.at`
 */
export function compose(
  scene: Scene,
  x: Planes,
  data: Uint8ClampedArray = scene.base.data.slice(),
  tell: TellShare = () => undefined,
): Picture {
  const { base, covered, window, turn, shares, weights, said } = scene;
  const task = taskById(scene.task);
  const seen = crop(x, covered);
  // What x shows behind transparent parts must not colour their edges.
  const opaque = scene.compared ? spread(seen, scene.compared) : seen;
  const drawn = task.settle?.(opaque, scene.observed) ?? opaque;
  const join = (part: Planes, said: Planes | undefined): Planes => (said && task.join ? task.join(part, said) : part);
  const fitted = (part: Planes): Planes =>
    turn ? warpMeans(part, base, turn, weights) : stretched(part, base, window, weights);
  const put = (c: number, plane: Planes): void => {
    if (shares) mixChannel(data, c, plane, shares);
    else writeChannel(data, c, plane);
    tell((c + 1) / 3);
  };
  if (scene.continues !== undefined && shares) {
    const continued = goingOn(fitted(drawn), { ...base, data }, shares, scene.continues);
    for (let c = 0; c < 3; c++) put(c, channel(continued, c));
  } else if (said?.channels === 1) {
    const joined = join(fitted(drawn), said);
    for (let c = 0; c < 3; c++) put(c, channel(joined, c));
  } else {
    // Channel by channel: results can be large, and a plane of floats is as large as a whole 8-bit picture.
    for (let c = 0; c < 3; c++) {
      const part = fitted(channel(drawn, c));
      tell((c + 0.4) / 3);
      put(c, join(part, said && channel(said, c)));
    }
  }
  return { ...base, data };
}

/** @param around what is there */
function goingOn(drawn: Planes, around: Picture, shares: Planes, grain: number): Planes {
  const { planes, known } = viewOf(around);
  const coloured = inItsColours(drawn, planes, shares, known);
  return grain > 0 ? inItsGrain(coloured, planes, shares, grain) : coloured;
}

/** What is shown of a run: a picture, and where it lies on the source, in the source's pixels. */
export interface Preview {
  readonly picture: Picture;
  readonly at: UprightRegion;
  /** Of the scene: counts how often the mask was painted anew since the run began. */
  readonly version: number;
}

/** @param x the run's image, [1, 3, h, w] */
export const preview = (scene: Scene, x: Tensor<'float32'>): Preview => ({
  picture: compose(scene, tensorToPlanes(x)),
  at: scene.at,
  version: scene.version ?? 0,
});
