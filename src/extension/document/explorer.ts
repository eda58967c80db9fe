/** What is tried out on the finished run of a document: made ready when somebody asks for it, let go of with the last who did. */
import type { Outcome } from '../../engine/inversion/job.ts';
import type { Preview, TellShare } from '../../engine/tasks/index.ts';
import type { Result } from '../../shared/documentState.ts';
import type { Explorable, Exploration, NamedDirection, Part, Thumbnails, View } from '../../shared/exploration.ts';
import { DocumentError } from './documentError.ts';
import type { Page } from './page.ts';
import type { Run } from './run.ts';
import type { Trials, Workshop } from './workshop.ts';

interface Subject {
  readonly run: Run;
  readonly outcome: Outcome;
  trials: Promise<Trials> | undefined;
  /** Beside the model's own. */
  directions: readonly NamedDirection[];
}

export class Explorer {
  #subject: Subject | undefined;
  readonly #pages = new Set<Page>();

  constructor(private readonly workshop: Workshop) {}

  /** A run came to this. */
  finished(run: Run, outcome: Outcome): void {
    this.dispose();
    this.#subject = { run, outcome, trials: undefined, directions: [] };
  }

  /** What the last run was, and what it came to; nothing before that. */
  get finishedRun(): { readonly plan: Run['plan']; readonly outcome: Outcome } | undefined {
    return this.#subject && { plan: this.#subject.run.plan, outcome: this.#subject.outcome };
  }

  /** @throws DocumentError when the run is another one; what the workshop says when it is not drawn from codes */
  async open(id: number, page: Page): Promise<Explorable> {
    this.#pages.add(page);
    return (await this.#trials(id)).explorable;
  }

  /** @param soon with what can be drawn in time */
  async show(id: number, exploration: Exploration, soon = false): ReturnType<Trials['show']> {
    return (await this.#trials(id)).show(exploration, soon);
  }

  async thumbnails(id: number, part: Part, side: number): Promise<Thumbnails> {
    return (await this.#trials(id)).thumbnails(part, side);
  }

  async viewPart(id: number, part: Part, view: View): Promise<Preview> {
    return (await this.#trials(id)).viewPart(part, view);
  }

  /** The model of the run, by id. */
  model(id: number): string {
    return this.#current(id).run.plan.manifest.id;
  }

  /** More directions for the run. @throws what the workshop says where one does not fit its codes: there are no more then */
  async addDirections(id: number, further: readonly NamedDirection[]): Promise<Explorable> {
    const subject = this.#current(id);
    const before = subject.directions;
    const names = new Set(before.map(({ name }) => name));
    subject.directions = [...before, ...further.filter(({ name }) => !names.has(name))];
    this.#letGo();
    try {
      return (await this.#trials(id)).explorable;
    } catch (error) {
      subject.directions = before;
      throw error;
    }
  }

  /** @returns a result of its own, but for its number */
  async make(id: number, exploration: Exploration, signal?: AbortSignal, tell?: TellShare): Promise<Result> {
    const { run, outcome } = this.#current(id);
    const { x, edit } = await (await this.#trials(id)).make(exploration);
    const { consistent: consistency } = exploration;
    const plan = { ...run.plan, options: { ...run.plan.options, consistency } };
    const changed = { ...outcome, x };
    const composed = await this.workshop.compose(plan, changed, { signal, tell, edit, earlier: run.earlier });
    signal?.throwIfAborted();
    return run.result(changed, composed);
  }

  /** The page tries out nothing any more. */
  leave(page: Page): void {
    this.#pages.delete(page);
    if (this.#pages.size === 0) this.#letGo();
  }

  dispose(): void {
    this.#letGo();
    this.#subject = undefined;
  }

  #letGo(): void {
    const trials = this.#subject?.trials;
    if (!this.#subject || !trials) return;
    this.#subject.trials = undefined;
    void trials.then(
      (opened) => opened.leave(),
      () => undefined,
    );
  }

  #trials(id: number): Promise<Trials> {
    const subject = this.#current(id);
    const { run, outcome } = subject;
    const opening = (subject.trials ??= this.workshop.explore(run.plan, outcome, subject.directions));
    // What failed once may succeed later.
    opening.catch(() => subject.trials === opening && (subject.trials = undefined));
    return opening;
  }

  #current(id: number): Subject {
    if (this.#subject?.run.id !== id) throw new DocumentError('This run was replaced by another one.');
    return this.#subject;
  }
}
