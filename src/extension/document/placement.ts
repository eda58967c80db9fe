import type { Frame } from '../../engine/tasks/index.ts';
import type { Placement } from '../../shared/documentState.ts';

/** The prior's image in the coordinates of the source picture: the frame's covered part lies on all of it. */
export function placement({ source, image, factor, covered, region }: Frame): Placement {
  const scaleX = source.width / covered.width;
  const scaleY = source.height / covered.height;
  const left = (region?.left ?? 0) - covered.x * scaleX;
  const top = (region?.top ?? 0) - covered.y * scaleY;
  return { left, top, width: (image.width / factor) * scaleX, height: (image.height / factor) * scaleY };
}
