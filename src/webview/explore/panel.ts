/**
 * What a person tries out on a finished run: sliders for the directions of its codes and for each code, its strongest channels, and the
 * picture of that at once; and what each of its parts draws.
 */
import type { Preview } from '../../engine/tasks/index.ts';
import {
  changesNothing,
  NOTHING_TRIED,
  type Explorable,
  type Exploration,
  type Part,
  type Thumbnails,
  type View,
} from '../../shared/exploration.ts';
import { element, setText } from '../dom.ts';
import { exploreStrings as strings } from '../exploreStrings.ts';
import { disable, press } from '../press.ts';
import type { PageState } from '../state.ts';
import { Attempts } from './attempts.ts';
import { Channels } from './channels.ts';
import { Codes } from './codes.ts';
import { Directions } from './directions.ts';
import { Lazily } from './lazily.ts';
import { Newest } from './newest.ts';
import { box } from './part.ts';
import { DRAWN, type ThumbnailRow } from './thumbnails.ts';

/** What would be kept. */
interface Answer {
  readonly shown: Preview;
  /** Whether all codes are where they are to be. */
  readonly whole: boolean;
}

export interface ExploreWishes {
  open(run: number): Promise<Explorable>;
  /** @param soon with what can be drawn in time */
  tryOut(run: number, exploration: Exploration, soon: boolean): Promise<Answer>;
  thumbnails(run: number, part: Part, side: number): Promise<Thumbnails>;
  viewPart(run: number, part: Part, view: View): Promise<Preview>;
  /** Asks for further directions. @returns nothing when the person gives up */
  moreDirections(run: number): Promise<Explorable | undefined>;
  /** Make it a result of its own. */
  keep(run: number, exploration: Exploration): Promise<unknown>;
  /** Write the way there as a file, or give up the one that is being made. */
  export(run: number, exploration: Exploration): void;
  leave(): void;
  /** Show this in place of the result; nothing: the result again. */
  show(shown: Preview | undefined): void;
}

interface Look {
  readonly part: Part;
  readonly view: View;
}

export class ExplorePanel {
  readonly element: HTMLDetailsElement;
  readonly #hint = element('p', { class: 'hint', role: 'status' });
  readonly #changes = { input: () => this.#changed(false), done: () => this.#changed(true) };
  readonly #more = press(strings.more(), () => void this.#addDirections(), strings.moreTip());
  readonly #directions = new Directions(this.#changes, this.#more);
  readonly #codes = new Codes(this.#changes, (part, view) => void this.#look({ part, view }));
  readonly #channels = new Channels(this.#changes.done, (part, view) => void this.#look({ part, view }));
  readonly #consistent = box('explore-consistent', strings.putBack(), this.#changes.done);
  readonly #undo = press(strings.undo(), () => this.#step(() => this.#attempts.undo()));
  readonly #redo = press(strings.redo(), () => this.#step(() => this.#attempts.redo()));
  readonly #reset = press(strings.reset(), () => this.#step(() => this.#attempts.add(NOTHING_TRIED)));
  readonly #keep = press(strings.keep(), () => void this.#keepIt());
  readonly #export = press(
    strings.exportChanges(),
    () => this.wishes.export(this.#run!, this.#read()),
    strings.exportTip(),
  );
  readonly #buttons = element(
    'div',
    { class: 'actions', hidden: true },
    ...[this.#undo, this.#redo, this.#reset, this.#keep, this.#export],
  );
  readonly #attempts = new Attempts();
  readonly #drawing = new Newest<Exploration, Answer>(
    (exploration) => this.wishes.tryOut(this.#run!, exploration, true),
    ({ shown, whole }) => {
      this.wishes.show(shown);
      return !whole;
    },
    (error) => this.#say((error as Error).message),
  );
  readonly #lazily = new Lazily(
    (part) => this.wishes.thumbnails(this.#run!, part, DRAWN),
    () => this.#drawing.quiet,
  );
  #run: number | undefined;
  /** The run that the sliders are of. */
  #opened: number | undefined;
  /** The picture of a part that is seen large. */
  #looking: Look | undefined;
  /** Of the export that is being made, in percent. */
  #exporting: number | undefined;

  constructor(private readonly wishes: ExploreWishes) {
    this.element = element(
      'details',
      { class: 'explore', hidden: true },
      element('summary', {}, strings.explore()),
      this.#hint,
      this.#buttons,
      this.#consistent.element,
      this.#directions.element,
      this.#codes.element,
      this.#channels.element,
    );
    this.#consistent.element.hidden = true;
    this.element.addEventListener('toggle', () => void this.#toggled());
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.#looking) return;
      event.preventDefault();
      this.#lookAway();
    });
  }

  update({ run, result, status }: PageState): void {
    const there = status === 'done' && run?.status === 'finished' && result !== undefined && result.codes > 0;
    const id = there ? run.id : undefined;
    if (id !== this.#run) {
      this.#forget();
      this.#run = id;
      this.element.open = false;
    }
    this.element.hidden = !there;
  }

  /** @param share of the export that is made, 0 to 1; nothing: none is */
  setExport(share: number | undefined): void {
    this.#exporting = share === undefined ? undefined : Math.round(100 * share);
    this.#refresh();
  }

  async #toggled(): Promise<void> {
    const run = this.#run;
    if (!this.element.open) {
      this.#forget();
      return;
    }
    if (run === undefined || run === this.#opened) return;
    this.#say(strings.preparing());
    try {
      const explorable = await this.wishes.open(run);
      if (run !== this.#run || !this.element.open) return;
      this.#opened = run;
      this.#offer(explorable);
      this.#lazily.watch(this.#rows);
    } catch (error) {
      this.#say((error as Error).message);
    }
  }

  get #rows(): readonly ThumbnailRow[] {
    return [...this.#codes.rows, ...this.#channels.rows];
  }

  #offer(explorable: Explorable): void {
    this.#directions.offer(explorable);
    this.#codes.offer(explorable);
    this.#channels.offer(explorable);
    this.#consistent.element.hidden = !explorable.agrees;
    this.#buttons.hidden = false;
    this.#say(strings.hint());
    this.#showAttempt();
  }

  /** What was there stays as it is. */
  async #addDirections(): Promise<void> {
    const run = this.#run;
    if (run === undefined || run !== this.#opened) return;
    try {
      const explorable = await this.wishes.moreDirections(run);
      if (!explorable || run !== this.#opened) return;
      this.#directions.offer(explorable);
      this.#showAttempt();
      this.#more.focus();
    } catch (error) {
      this.#say((error as Error).message);
    }
  }

  /** @param done the slider has come to rest */
  #changed(done: boolean): void {
    const exploration = this.#read();
    if (done) this.#attempts.add(exploration);
    this.#show(exploration);
    this.#refresh();
  }

  #read(): Exploration {
    return {
      ...this.#directions.read(),
      ...this.#codes.read(),
      ...this.#channels.read(),
      consistent: this.#consistent.input.checked,
    };
  }

  #step(change: () => void): void {
    change();
    this.#showAttempt();
    this.#show(this.#attempts.current);
  }

  #showAttempt(): void {
    const { current } = this.#attempts;
    for (const part of [this.#directions, this.#codes, this.#channels]) part.show(current);
    this.#consistent.input.checked = current.consistent;
    this.#refresh();
  }

  #show(exploration: Exploration): void {
    this.#setLooking(undefined);
    this.#say(strings.hint());
    if (!changesNothing(exploration)) return this.#drawing.put(exploration);
    this.#drawing.forget();
    this.wishes.show(undefined);
  }

  /** Shows the picture of a part large; the one that is seen already, no more. */
  async #look(look: Look): Promise<void> {
    const same = this.#looking && sameLook(this.#looking, look);
    if (same || this.#run === undefined) return this.#lookAway();
    this.#setLooking(look);
    this.#drawing.forget();
    try {
      const shown = await this.wishes.viewPart(this.#run, look.part, look.view);
      if (this.#looking !== look) return;
      this.wishes.show(shown);
      this.#say(strings.looking(look.part, look.view));
    } catch (error) {
      this.#say((error as Error).message);
    }
  }

  #lookAway(): void {
    this.#show(this.#read());
  }

  #setLooking(look: Look | undefined): void {
    this.#looking = look;
    for (const row of this.#rows) {
      row.setPressed(look && sameLook(look, { part: row.part, view: look.view }) ? look.view : undefined);
    }
  }

  async #keepIt(): Promise<void> {
    const exploration = this.#read();
    if (this.#run === undefined || changesNothing(exploration)) return;
    try {
      await this.wishes.keep(this.#run, exploration);
      // It is the result that is seen now.
      this.#drawing.forget();
      this.#setLooking(undefined);
      this.wishes.show(undefined);
    } catch (error) {
      this.#say((error as Error).message);
    }
  }

  #refresh(): void {
    disable(this.#undo, !this.#attempts.canUndo);
    disable(this.#redo, !this.#attempts.canRedo);
    const nothing = changesNothing(this.#read());
    disable(this.#reset, nothing);
    disable(this.#keep, nothing);
    disable(this.#export, nothing && this.#exporting === undefined);
    setText(this.#export, this.#exporting === undefined ? strings.exportChanges() : strings.exporting(this.#exporting));
  }

  #forget(): void {
    if (this.#opened === undefined) return;
    this.#opened = undefined;
    this.#looking = undefined;
    this.#drawing.forget();
    this.#lazily.forget();
    this.#attempts.clear();
    const parts = [this.#directions.element, this.#codes.element, this.#channels.element];
    for (const part of [...parts, this.#consistent.element, this.#buttons]) part.hidden = true;
    this.#say('');
    this.wishes.show(undefined);
    this.wishes.leave();
  }

  #say(text: string): void {
    setText(this.#hint, text);
  }
}

const sameLook = (a: Look, b: Look): boolean =>
  a.part.kind === b.part.kind && a.part.index === b.part.index && a.view === b.view;
