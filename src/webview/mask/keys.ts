/** Brings the keys of the picture to the brush that they move, and says where it is. */
import { isPlain } from '../keys.ts';
import { strings } from '../strings.ts';
import type { KeyStrokes } from './keyStrokes.ts';

/** @param say speaks to a screen reader */
export function listenToKeys(viewport: HTMLElement, keys: KeyStrokes, say: (text: string) => void): void {
  viewport.addEventListener('keydown', (event) => {
    // What lies on the picture has arrow keys of its own: the divider, for one.
    if (event.target === viewport && isPlain(event) && keys.press(event)) event.preventDefault();
  });
  viewport.addEventListener('keyup', ({ key }) => {
    keys.release(key);
    if (keys.at && (key === ' ' || key.startsWith('Arrow'))) {
      say(strings.brushAt(Math.round(keys.at.x), Math.round(keys.at.y), keys.down));
    }
  });
  // A click brings the pointer, Tab does not.
  viewport.addEventListener('focus', () => viewport.matches(':focus-visible') && keys.take());
  viewport.addEventListener('blur', () => keys.leave());
}
