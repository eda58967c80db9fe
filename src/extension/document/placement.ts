import type { Frame } from '../../engine/tasks/index.ts';
import type { Placement } from '../../shared/protocol.ts';

/** The generator's square image in the coordinates of the source picture: the frame's covered part lies on all of it. */
export function placement({ source, resolution, factor, covered }: Frame): Placement {
  const side = resolution / factor;
  const scaleX = source.width / covered.width;
  const scaleY = source.height / covered.height;
  return { left: -covered.x * scaleX, top: -covered.y * scaleY, width: side * scaleX, height: side * scaleY };
}
