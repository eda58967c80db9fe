/** The faces that were found in a picture, and which of them are chosen: the same in all its editors, for as long as it is open. */
import type { Landmarks } from '../../engine/faces/alignment.ts';
import { MOST_FACES, type Faces } from '../../shared/documentState.ts';
import type { Page } from './page.ts';

export class FacesDocument {
  #value: Faces | undefined;

  /** @param tell told after every change; `from`: the page that made it, which knows */
  constructor(private readonly tell: (faces: Faces | undefined, from: Page | undefined) => void) {}

  /** Nothing while nobody has looked for any. */
  get value(): Faces | undefined {
    return this.#value;
  }

  /** All of them are chosen, from left to right. @param found the surest first @returns how many there are */
  found(found: readonly Landmarks[]): number {
    const faces = found
      .slice(0, MOST_FACES)
      .sort((a, b) => middleOf(a) - middleOf(b))
      .map((landmarks) => ({ landmarks, chosen: true }));
    this.#set(faces.length > 0 ? faces : undefined, undefined);
    return faces.length;
  }

  /** @param chosen one for each face; another number means faces that are not there any more */
  choose(chosen: readonly boolean[], from: Page | undefined): void {
    if (chosen.length !== this.#value?.length) return;
    this.#set(
      this.#value.map(({ landmarks }, i) => ({ landmarks, chosen: chosen[i]! })),
      from,
    );
  }

  forget(): void {
    if (this.#value) this.#set(undefined, undefined);
  }

  #set(faces: Faces | undefined, from: Page | undefined): void {
    this.#value = faces;
    this.tell(faces, from);
  }
}

const middleOf = ({ leftEye, rightEye }: Landmarks): number => leftEye.x + rightEye.x;
