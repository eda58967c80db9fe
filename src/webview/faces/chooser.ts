/** Faces that were found in the picture: looked for, seen as squares on it, and chosen by pointer or by keys. */
import type { Alignment, Landmarks } from '../../engine/faces/alignment.ts';
import type { Size } from '../../engine/tasks/index.ts';
import type { Faces } from '../../shared/documentState.ts';
import { element, icon, setAttributes, setText } from '../dom.ts';
import { alignedBy } from '../region/aligning.ts';
import { placeBox } from '../region/overlay.ts';
import type { RegionMood } from '../region/editor.ts';
import { strings } from '../strings.ts';

export interface FaceWishes {
  find(): void;
  /** One for each face. */
  choose(chosen: boolean[]): void;
  forget(): void;
}

/** What the chooser shows. */
export interface FaceView {
  readonly picture: Size;
  readonly faces: Faces | undefined;
  /** How the model that is chosen wants faces cut out. */
  readonly alignment: Alignment;
  readonly mood: RegionMood;
  /** Whether looking for faces is offered. */
  readonly offered: boolean;
  /** A tool of the region is in hand. */
  readonly covered: boolean;
  /** Somebody is looking for them. */
  readonly finding: boolean;
}

export class FaceChooser {
  readonly #find = press('faces', strings.findFaces(), () => this.#look());
  readonly #clear = press('close', strings.forgetFaces(), () => this.wishes.forget());
  readonly #readout = element('span', { class: 'readout', role: 'status' });
  readonly toolbar = element(
    'div',
    { class: 'face-tools', role: 'toolbar', 'aria-label': strings.faces(), hidden: true },
    this.#find,
    this.#readout,
    this.#clear,
  );
  readonly element = element('div', {
    class: 'layer faces',
    role: 'group',
    'aria-label': strings.faces(),
    hidden: true,
  });
  #boxes: HTMLButtonElement[] = [];
  #view: FaceView | undefined;
  /** Shown although there is a result. */
  #asked = false;

  constructor(private readonly wishes: FaceWishes) {}

  update(view: FaceView): void {
    const { faces, alignment, mood, picture, offered, finding, covered } = view;
    if (mood === 'running') this.#asked = false;
    this.#view = view;
    const running = mood === 'running';
    this.toolbar.hidden = !offered && !faces;
    setAttributes(this.#find, { 'aria-disabled': finding || running ? 'true' : undefined });
    this.#find.setAttribute('aria-pressed', String(faces !== undefined));
    this.#clear.hidden = !faces || running;
    const chosen = faces?.filter((face) => face.chosen).length ?? 0;
    setText(this.#readout, finding ? strings.findingFaces() : faces ? strings.facesChosen(chosen, faces.length) : '');
    this.element.hidden = !faces || covered || (mood === 'comparing' && !this.#asked);
    this.element.classList.toggle('quiet', running);
    if (faces?.length !== this.#boxes.length) this.#draw(faces?.length ?? 0);
    for (const [i, face] of (faces ?? []).entries()) {
      const region = alignedBy(face.landmarks, alignment, picture);
      const box = this.#boxes[i]!;
      box.hidden = !region;
      box.disabled = running;
      setAttributes(box, { 'aria-checked': String(face.chosen) });
      if (region) placeBox(box, region, picture);
    }
  }

  #look(): void {
    const { faces, finding, mood } = this.#view ?? {};
    if (finding || mood === 'running') return;
    this.#asked = true;
    if (faces && this.element.hidden && this.#view) this.update(this.#view);
    else this.wishes.find();
  }

  #draw(count: number): void {
    this.#boxes = Array.from({ length: count }, (_, i) => {
      const name = strings.face(i + 1, count);
      const box = element(
        'button',
        { type: 'button', class: 'face-box', role: 'checkbox', 'aria-label': name, title: name },
        icon('check'),
      );
      box.addEventListener('click', () => this.#toggle(i));
      return box;
    });
    this.element.replaceChildren(...this.#boxes);
  }

  #toggle(index: number): void {
    const faces = this.#view?.faces ?? [];
    this.wishes.choose(faces.map(({ chosen }, i) => (i === index ? !chosen : chosen)));
  }
}

/** The faces that a run is to work on. */
export const chosenIn = (faces: Faces | undefined): Landmarks[] =>
  (faces ?? []).flatMap(({ landmarks, chosen }) => (chosen ? [landmarks] : []));

function press(name: 'faces' | 'close', tip: string, act: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'tool', title: tip, 'aria-label': tip }, icon(name));
  node.addEventListener('click', act);
  return node;
}
