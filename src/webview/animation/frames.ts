/** The frames of an animation: what was shown of each snapshot, where it lies on the source picture. */
import type { Source } from '../../shared/documentState.ts';
import { element } from '../dom.ts';
import type { Preview } from '../../engine/tasks/index.ts';
import { imageDataOf } from '../preview.ts';
import type { Animation } from './animation.ts';

/** Longer sides take a GIF's encoder too long for one piece, and are more than a run has to say. */
const LONGEST = 480;

export interface Ground {
  readonly source: Source;
  /** The source picture, readable pixel by pixel. */
  readonly picture: CanvasImageSource;
}

/**
 * The picture's size, or as much larger as makes a pixel of the snapshots one of the animation; even, as videos need it.
 * @param zoom pixels of the snapshots for one of the source
 */
export function sizeOf({ width, height }: Source, zoom: number) {
  const scale = Math.min(LONGEST / Math.max(width, height), Math.max(1, zoom));
  const even = (side: number) => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(width), height: even(height) };
}

export function animationOf(snapshots: readonly { readonly shown: Preview }[], { source, picture }: Ground): Animation {
  const zooms = snapshots.map(({ shown }) => shown.picture.width / shown.at.width);
  const { width, height } = sizeOf(source, Math.max(...zooms));
  const part = element('canvas', {});
  const whole = element('canvas', { width: String(width), height: String(height) });
  const all = whole.getContext('2d', { willReadFrequently: true })!;
  return {
    width,
    height,
    count: snapshots.length,
    frame(index) {
      const { picture: composed, at } = snapshots[index]!.shown;
      part.width = composed.width;
      part.height = composed.height;
      part.getContext('2d')!.putImageData(imageDataOf(composed), 0, 0);
      const [across, down] = [width / source.width, height / source.height];
      const place = [at.left * across, at.top * down, at.width * across, at.height * down] as const;
      all.globalCompositeOperation = 'copy';
      all.drawImage(picture, 0, 0, width, height);
      all.globalCompositeOperation = 'source-over';
      // Nothing of the source may show through what is transparent.
      all.clearRect(...place);
      all.drawImage(part, ...place);
      return all.getImageData(0, 0, width, height);
    },
  };
}
