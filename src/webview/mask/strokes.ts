/** The stroke that is going on, whoever makes it: the pointer or the keys. Knows no DOM. */
import type { MaskEdit } from '../../shared/documentState.ts';
import type { MaskPlane, Rect } from '../../shared/mask/plane.ts';
import type { Point } from './brush.ts';
import { startGesture } from './gesture.ts';
import type { MaskSettings } from './tools.ts';

export interface Stroke {
  /** False once it is ended or given up, by whomever. */
  readonly going: boolean;
  /** Goes on to a point; nothing happens when it is not going any more. */
  move(to: Point): void;
  /** Makes it an edit of the mask. */
  end(): void;
}

export interface StrokeStart {
  /** Goes on in a straight line from where the last stroke ended. */
  readonly straight: boolean;
  /** Takes away, whatever the tool. */
  readonly erase: boolean;
}

/** Who makes strokes, as those who ask for them see it. */
export interface Hand {
  /** Whether strokes can be made here at all. */
  readonly painting: boolean;
  /** The picture, in whose pixels points are measured. */
  readonly size: { readonly width: number; readonly height: number };
  /** @returns nothing while something else is done to the mask */
  begin(start: Point, how: StrokeStart): Stroke | undefined;
}

/** What strokes are made on. */
export interface Surface {
  begin(): void;
  /** @param make changes the plane and says where */
  change(make: (plane: MaskPlane) => Rect | undefined): void;
  /** Shows what would be marked so far, as an SVG path; empty: nothing to show. */
  outline(path: string): void;
  /** The stroke is an edit now. */
  commit(edit: MaskEdit): void;
  /** The stroke never was. */
  cancel(): void;
}

export class Strokes {
  #going: Stroke | undefined;
  /** Where the last stroke ended. */
  #last: Point | undefined;

  constructor(private readonly surface: Surface) {}

  get going(): boolean {
    return this.#going !== undefined;
  }

  get last(): Point | undefined {
    return this.#last;
  }

  /** The picture is another one. */
  forget(): void {
    this.#last = undefined;
  }

  begin(settings: MaskSettings, start: Point, { straight, erase }: StrokeStart): Stroke {
    const { surface } = this;
    const { tool } = settings;
    const gesture = startGesture(settings, start, straight ? this.#last : undefined, erase);
    const isGoing = () => this.#going === stroke;
    const stroke: Stroke = {
      get going() {
        return isGoing();
      },
      move: (to) => {
        if (!isGoing()) return;
        surface.change((plane) => gesture.move(plane, to));
        surface.outline(gesture.outline());
        this.#last = to;
      },
      end: () => {
        if (!isGoing()) return;
        surface.change((plane) => gesture.end(plane));
        surface.outline('');
        this.#going = undefined;
        surface.commit(erase && tool === 'brush' ? 'erase' : tool);
      },
    };
    this.#going = stroke;
    surface.begin();
    stroke.move(start);
    return stroke;
  }

  cancel(): void {
    if (!this.#going) return;
    this.#going = undefined;
    this.surface.outline('');
    this.surface.cancel();
  }
}
