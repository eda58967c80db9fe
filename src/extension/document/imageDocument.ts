/**
 * What is behind the editors of one picture: its mask, its run and its results. It knows neither VS Code nor
 * webviews; they listen to it and call it. The picture itself is never changed.
 *
 * At most one run is active at a time. A run lives on here when its page dies, up to the last checkpoint it reported.
 */
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { Amendment } from '../../engine/inversion/amendment.ts';
import type { Outcome, RunEvent } from '../../engine/inversion/job.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import { Results, type ResultCopies, type ResultEvent } from '../results/results.ts';
import type { LiveParams, Params, Result, RunChange, Truth } from '../../shared/documentState.ts';
import type { RunAction } from '../../shared/protocol.ts';
import { DocumentError } from './documentError.ts';
import type { DocumentEvent } from './events.ts';
import type { OnDisk, Unsaved } from './kept.ts';
import { KeptWork } from './keptWork.ts';
import { Latest } from './latest.ts';
import { Run, type Page } from './run.ts';
import { TruthDocument, type Original } from './truthDocument.ts';
import type { Workshop } from './workshop.ts';

/** A run takes up what is painted once nobody has painted for this long, in milliseconds. */
const OBSERVE_MS = 150;

export class ImageDocument {
  readonly #workshop: Workshop;
  readonly #listeners = new Set<(event: DocumentEvent) => void>();
  #lastRun = 0;
  #run: Run | undefined;

  /** What the runs have come to. */
  readonly results: Results;
  /** The mask, the region and what is chosen: what VS Code saves. */
  readonly kept: KeptWork;
  readonly #observer = new Latest(OBSERVE_MS, () => this.#observe());
  readonly #truth: TruthDocument;

  /** @param copies where results live on when this document does not */
  constructor(workshop: Workshop, onDisk: OnDisk = {}, unsaved: Unsaved = {}, copies?: ResultCopies) {
    this.#workshop = workshop;
    this.results = new Results(
      copies,
      (event) => this.#resultTold(event),
      () => ++this.#lastRun,
    );
    this.kept = new KeptWork(workshop, (event) => this.#edited(event), onDisk, unsaved);
    this.#truth = new TruthDocument(
      (...given) => workshop.compareWithTruth(...given),
      (truth) => this.#tell({ kind: 'truth', truth }),
    );
  }

  /** The original that results are compared with, and what came of it; nothing: none was given. */
  get truth(): Truth | undefined {
    return this.#truth.value;
  }

  get run(): Run | undefined {
    return this.#run;
  }

  get result(): Result | undefined {
    return this.results.shown;
  }

  /** @returns a function that ends the subscription */
  listen(listener: (event: DocumentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async inspect(): Promise<{ readonly width: number; readonly height: number }> {
    const size = await this.#workshop.inspect();
    this.kept.resize(size);
    return size;
  }

  /** A person gave the original of the picture, or takes it back. What comes of it is told as `truth`. */
  async chooseTruth(original: Original | undefined): Promise<void> {
    await this.#truth.choose(original, this.result);
  }

  /** What is measured may have changed. */
  async compareAgain(): Promise<void> {
    await this.#truth.show(this.result);
  }

  /** Makes a run ready for `page`. @throws DocumentError while another one is active */
  async prepare(task: TaskId, given: Params, page: Page): Promise<Run> {
    this.#refuseWhileActive();
    const params: Params = { ...(this.kept.region && { region: this.kept.region }), ...given };
    const plan = await this.#workshop.prepare(
      task,
      params,
      task === 'inpaint' ? await this.kept.maskToFill() : undefined,
    );
    this.#refuseWhileActive();
    this.#run = new Run(++this.#lastRun, task, params, plan, page);
    return this.#run;
  }

  /** Hands an interrupted or broken run to `page`, to go on from its last checkpoint. */
  resume(id: number, page: Page): Run {
    const run = this.#current(id);
    if (run.status !== 'interrupted' && run.status !== 'failed') {
      throw new DocumentError(`This run is ${run.status}, so there is nothing to continue.`);
    }
    run.status = 'prepared';
    run.page = page;
    return run;
  }

  /** Starts a prepared run in the host, or moves the run that `page` makes there. */
  runOnHost(id: number, page: Page): void {
    const run = this.#current(id);
    const movable = run.active && run.page === page;
    if (run.status !== 'prepared' && !movable) throw new DocumentError(`This run is ${run.status} already.`);
    run.page = undefined;
    run.status = 'running';
    run.host = this.#workshop.start(run.plan, run.checkpoint, (event) => this.#take(run, event, undefined));
    run.host.done.catch((error: unknown) => this.#fail(run, error, undefined));
  }

  /** Pauses, resumes or stops the active run; nothing happens without one. */
  control(action: RunAction): void {
    const run = this.#run;
    if (!run || !(run.active || run.status === 'prepared')) return;
    if (run.host) run.host.control(action);
    else this.#tell({ kind: 'control', run, action });
  }

  /** Changes a run that goes, wherever it is. @throws DocumentError when there is nothing left to change */
  amend(id: number, params: LiveParams): void {
    const run = this.#current(id);
    if (!run.open || run.status === 'finishing')
      throw new DocumentError('This run is over, so nothing can be changed.');
    this.#amend(run, params, params);
  }

  /** An event of a run in a page. Events of earlier runs, and of a page that lost its run, are late and dropped. */
  report(id: number, event: RunEvent, page: Page): void {
    const run = this.#run;
    if (run?.id === id && run.page === page) this.#take(run, event, page);
  }

  /** A page could not make, or go on making, its run's steps. */
  failed(id: number, message: string, page: Page): void {
    const run = this.#run;
    if (run?.id === id && run.page === page) this.#fail(run, new Error(message), page);
  }

  /** A page is gone, and with it the run it made. */
  leave(page: Page): void {
    const run = this.#run;
    if (run?.page !== page) return;
    if (!run.active) {
      // Prepared and never begun: nothing is lost, and nobody is left to begin it.
      if (run.status === 'prepared' && !run.checkpoint) this.#run = undefined;
      else if (run.status === 'prepared') run.status = 'interrupted';
      return;
    }
    run.page = undefined;
    run.status = 'interrupted';
    this.#tell({ kind: 'interrupted', run });
  }

  sourceChanged(): void {
    this.#tell({ kind: 'sourceChanged' });
  }

  /** The result of a run is in a file now. */
  async saved(run: number, name: string): Promise<void> {
    await this.results.saved(run, name);
    this.#tell({ kind: 'saved', run, name });
  }

  dispose(): void {
    this.#observer.cancel();
    this.#run?.host?.control('stop');
    this.#listeners.clear();
  }

  #take(run: Run, event: RunEvent, from: Page | undefined): void {
    if (event.kind === 'refused') this.kept.correct(run.plan.job, event.kept);
    const outcome = run.apply(event);
    this.#tell({ kind: 'event', run, event, from });
    if (outcome) this.#compose(run, outcome).catch((error: unknown) => this.#fail(run, error, undefined));
  }

  /** Makes a snapshot of the run the result. @throws DocumentError when it is none of this run */
  async keep(id: number, step: number, x: Outcome['x']): Promise<void> {
    const run = this.#current(id);
    const { width, height } = run.plan.frame.image;
    if (x.dims.join() !== [1, 3, height, width].join()) throw new DocumentError('This snapshot is of another model.');
    const outcome = run.outcomeAt(step, x);
    const composed = await this.#workshop.compose(run.planAt(step), outcome);
    await this.results.add({ ...run.result(outcome, composed), run: ++this.#lastRun, kept: true });
  }

  async #compose(run: Run, outcome: Outcome): Promise<void> {
    // What was painted last counts, even when no step was made with it.
    await this.#observer.settle();
    run.status = 'finished';
    const composed = await this.#workshop.compose(run.plan, outcome);
    await this.results.add(run.result(outcome, composed));
  }

  #resultTold(event: ResultEvent): void {
    this.#tell(event);
    if (event.kind === 'result') void this.#truth.show(event.result);
  }

  #fail(run: Run, error: unknown, from: Page | undefined): void {
    const message = messageOf(error);
    run.fail(message);
    this.#tell({ kind: 'failed', run, message, from });
  }

  /** A run that fills takes up what is painted. */
  #edited(event: DocumentEvent): void {
    this.#tell(event);
    if (event.kind === 'mask' && this.#fillable) this.#observer.changed();
  }

  /** The run that the mask belongs to, if there is one. */
  get #fillable(): Run | undefined {
    return this.#run?.task === 'inpaint' && this.#run.open ? this.#run : undefined;
  }

  /** Makes the run fill what is painted now. With a mask that cannot be filled it goes on as it was. */
  async #observe(): Promise<void> {
    const run = this.#fillable;
    if (!run) return;
    try {
      const { job, mask } = await this.#workshop.observe(run.plan, await this.kept.maskToFill());
      if (run !== this.#fillable) return;
      const amendment = { target: job.target, ...(job.known && { known: job.known }) };
      this.#amend(run, amendment, { mask: true }, mask);
    } catch (error) {
      this.#tell({ kind: 'notice', message: `The run goes on with the mask as it was. ${messageOf(error)}` });
    }
  }

  #amend(run: Run, amendment: Amendment, change: Omit<RunChange, 'step'>, mask?: MaskPatch): void {
    const made = run.amend(amendment, change, mask);
    if (run.host) run.host.amend(amendment);
    else if (run.page) this.#tell({ kind: 'amend', run, amendment });
    this.#tell({ kind: 'changed', run, change: made });
  }

  #current(id: number): Run {
    if (this.#run?.id !== id) throw new DocumentError('This run was replaced by another one.');
    return this.#run;
  }

  #refuseWhileActive(): void {
    if (this.#run?.active) throw new DocumentError('A run of this picture is going. Stop it first.');
  }

  #tell(event: DocumentEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
