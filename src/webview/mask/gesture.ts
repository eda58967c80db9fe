/** One drag of a tool, from press to release: what it does to the mask and what it shows meanwhile. Knows no DOM. */
import type { MaskPlane, Rect } from '../../shared/mask/plane.ts';
import { paintSegment, type Point } from './brush.ts';
import { fillEllipse, fillOutline, fillRectangle, type Corner } from './shapes.ts';
import type { MaskSettings } from './tools.ts';

export interface Gesture {
  /** Goes on to a point. Changes the plane if it paints as it goes, and says where. */
  move(plane: MaskPlane, to: Point): Rect | undefined;
  /** What it would mark so far, as an SVG path; empty when it paints as it goes. */
  outline(): string;
  /** The last change. */
  end(plane: MaskPlane): Rect | undefined;
}

/**
 * @param before where the last stroke ended, to go on from in a straight line
 * @param erase takes away instead, whatever the tool
 */
export function startGesture(
  { tool, size, hardness }: MaskSettings,
  start: Point,
  before: Point | undefined,
  erase: boolean,
): Gesture {
  const value = erase ? 0 : 255;
  switch (tool) {
    case 'brush':
    case 'erase': {
      const brush = { radius: size / 2, hardness, erase: erase || tool === 'erase' };
      let last = before ?? start;
      return {
        move(plane, to) {
          const changed = paintSegment(plane, last, to, brush);
          last = to;
          return changed;
        },
        outline: () => '',
        end: () => undefined,
      };
    }
    case 'rectangle':
    case 'ellipse':
      return box(tool, start, value);
    case 'lasso':
      return lasso(start, value);
  }
}

function box(tool: 'rectangle' | 'ellipse', start: Corner, value: number): Gesture {
  let end = start;
  return {
    move(_plane, to) {
      end = to;
      return undefined;
    },
    outline() {
      const [w, h] = [end.x - start.x, end.y - start.y];
      if (tool === 'rectangle') return `M${start.x} ${start.y}h${w}v${h}h${-w}z`;
      const arc = `a${Math.abs(w / 2)} ${Math.abs(h / 2)} 0 1 0`;
      return `M${start.x} ${start.y + h / 2}${arc} ${w} 0${arc} ${-w} 0z`;
    },
    end: (plane) => (tool === 'rectangle' ? fillRectangle : fillEllipse)(plane, start, end, value),
  };
}

function lasso(start: Corner, value: number): Gesture {
  const points = [start];
  return {
    move(_plane, to) {
      points.push(to);
      return undefined;
    },
    outline: () => `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}z`,
    end: (plane) => fillOutline(plane, points, value),
  };
}
