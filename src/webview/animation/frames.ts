/** The frames of a run's animation: each snapshot where it lies on the source picture. */
import type { Placement, Source } from '../../shared/documentState.ts';
import { element } from '../dom.ts';
import type { Snapshot } from '../history/history.ts';
import { paintPlanes } from '../paint.ts';
import type { Size } from '../stage/zoom.ts';
import type { Animation } from './animation.ts';

/** Longer sides take a GIF's encoder too long for one piece, and are more than a run has to say. */
const LONGEST = 480;

export interface Scene {
  readonly source: Source;
  /** The source picture, readable pixel by pixel. */
  readonly picture: CanvasImageSource;
  readonly placement: Placement;
  /** Inpainting: in this size opaque where the snapshots count; everywhere else the source stays. */
  readonly mask?: ((size: Size) => CanvasImageSource) | undefined;
}

/** The picture's size, or as much larger as makes a pixel of the snapshots one of the animation; even, as videos need it. */
export function sizeOf({ width, height }: Source, placement: Placement, columns: number) {
  const scale = Math.min(LONGEST / Math.max(width, height), Math.max(1, columns / placement.width));
  const even = (side: number) => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(width), height: even(height) };
}

export function animationOf(snapshots: readonly Snapshot[], scene: Scene): Animation {
  const { source, picture, placement } = scene;
  const [, , rows, columns] = snapshots[0]!.x.dims as [number, number, number, number];
  const { width, height } = sizeOf(source, placement, columns);
  const canvasOf = (w: number, h: number) => element('canvas', { width: String(w), height: String(h) });
  const [drawn, layer, whole] = [canvasOf(columns, rows), canvasOf(width, height), canvasOf(width, height)];
  const mask = scene.mask?.({ width, height });
  const pixels = new ImageData(columns, rows);
  const on = layer.getContext('2d')!;
  const all = whole.getContext('2d', { willReadFrequently: true })!;
  return {
    width,
    height,
    count: snapshots.length,
    frame(index) {
      paintPlanes(snapshots[index]!.x.data, pixels.data);
      drawn.getContext('2d')!.putImageData(pixels, 0, 0);
      const [scaleX, scaleY] = [width / source.width, height / source.height];
      on.globalCompositeOperation = 'copy';
      on.drawImage(
        drawn,
        placement.left * scaleX,
        placement.top * scaleY,
        placement.width * scaleX,
        placement.height * scaleY,
      );
      if (mask) {
        on.globalCompositeOperation = 'destination-in';
        on.drawImage(mask, 0, 0);
      }
      all.drawImage(picture, 0, 0, width, height);
      all.drawImage(layer, 0, 0);
      return all.getImageData(0, 0, width, height);
    },
  };
}
