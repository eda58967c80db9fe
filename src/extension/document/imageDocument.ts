/**
 * What is behind the editors of one picture: its mask, its run and its results. It knows neither VS Code nor
 * webviews; they listen to it and call it. The picture itself is never changed.
 */
import type { Outcome } from '../../engine/inversion/job.ts';
import type { TellShare } from '../../engine/tasks/index.ts';
import type { Result, Truth } from '../../shared/documentState.ts';
import type { Exploration } from '../../shared/exploration.ts';
import { Results, type ResultCopies, type ResultEvent } from '../results/results.ts';
import { Comparer } from './comparer.ts';
import { DocumentError } from './documentError.ts';
import type { DocumentEvent } from './events.ts';
import { FacesDocument } from './facesDocument.ts';
import type { OnDisk, Unsaved } from './kept.ts';
import { Explorer } from './explorer.ts';
import { KeptWork } from './keptWork.ts';
import type { Run } from './run.ts';
import { Runner } from './runner.ts';
import { TruthDocument, type Original } from './truthDocument.ts';
import type { Workshop } from './workshop.ts';

export class ImageDocument {
  readonly #workshop: Workshop;
  readonly #listeners = new Set<(event: DocumentEvent) => void>();

  /** What the runs have come to. */
  readonly results: Results;
  /** The mask, the region and what is chosen: what VS Code saves. */
  readonly kept: KeptWork;
  /** Starts, controls and changes the run. */
  readonly runner: Runner;
  /** What is tried out on the finished run. */
  readonly explorer: Explorer;
  /** Runs several methods, one after the other. */
  readonly comparer: Comparer;
  readonly #truth: TruthDocument;
  readonly faces = new FacesDocument((faces, from) => this.#tell({ kind: 'faces', faces, from }));

  /** @param copies where results live on when this document does not */
  constructor(workshop: Workshop, onDisk: OnDisk = {}, unsaved: Unsaved = {}, copies?: ResultCopies) {
    this.#workshop = workshop;
    this.results = new Results(
      copies,
      (event) => this.#resultTold(event),
      () => this.runner.nextId(),
    );
    this.kept = new KeptWork(workshop, (event) => this.#edited(event), onDisk, unsaved);
    this.explorer = new Explorer(workshop);
    this.runner = new Runner({
      workshop,
      kept: this.kept,
      tell: (event) => this.#tell(event),
      finished: (result, run, outcome) => {
        this.explorer.finished(run, outcome);
        return this.results.add(result);
      },
    });
    this.#truth = new TruthDocument(
      (...given) => workshop.compareWithTruth(...given),
      (truth) => this.#tell({ kind: 'truth', truth }),
    );
    this.comparer = new Comparer({
      ...{ workshop, kept: this.kept, runner: this.runner },
      original: () => this.#truth.original,
      tell: (event) => this.#tell(event),
    });
  }

  /** The original that results are compared with, and what came of it; nothing: none was given. */
  get truth(): Truth | undefined {
    return this.#truth.value;
  }

  get run(): Run | undefined {
    return this.runner.run;
  }

  /** Whether somebody is at work: on a run, or on several that are compared. */
  get busy(): boolean {
    return this.run?.active === true || this.comparer.going;
  }

  /** Starts a run of its own. @throws DocumentError while something goes on */
  start(...asked: Parameters<Runner['start']>): number {
    if (this.comparer.going) throw new DocumentError('Methods are being compared on this picture. Stop that first.');
    return this.runner.start(...asked);
  }

  /** A comparison as a file. */
  report(...asked: Parameters<Workshop['report']>): Promise<Uint8Array> {
    return this.#workshop.report(...asked);
  }

  /** Ends what goes on, with what there is. */
  stop(): void {
    if (this.comparer.going) this.comparer.stop();
    else this.runner.control('stop');
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
    const chosen = this.#truth.choose(original, this.result);
    this.comparer.measureAgain();
    await chosen;
  }

  /** What is measured may have changed. */
  async compareAgain(): Promise<void> {
    this.comparer.measureAgain();
    await this.#truth.show(this.result);
  }

  /** Looks for faces. @returns how many there are @throws when it cannot be done, or is given up */
  async findFaces(): Promise<number> {
    return this.faces.found(await this.#workshop.findFaces());
  }

  /** Whether there is a detector of faces. */
  get detects(): boolean {
    return this.#workshop.detects;
  }

  sourceChanged(): void {
    this.faces.forget();
    this.#tell({ kind: 'sourceChanged' });
  }

  /** The result of a run is in a file now. */
  async saved(run: number, name: string): Promise<void> {
    await this.results.saved(run, name);
    this.#tell({ kind: 'saved', run, name });
  }

  /** A picture whose editors were all closed is opened again while its run goes: what was not saved then is gone. */
  reopen(onDisk: OnDisk): void {
    this.#listeners.clear();
    this.kept.revert(onDisk);
  }

  dispose(): void {
    this.comparer.dispose();
    this.runner.dispose();
    this.explorer.dispose();
    this.#truth.giveUp();
    this.#listeners.clear();
  }

  /**
   * Makes a snapshot of the run the result.
   * @param version of the scene that it was shown with
   * @param signal gives it up: it rejects then, and the results stay as they are
   * @throws DocumentError when it is none of this run
   */
  async keep(
    id: number,
    step: number,
    x: Outcome['x'],
    version: number,
    signal?: AbortSignal,
    tell?: TellShare,
  ): Promise<void> {
    const run = this.runner.current(id);
    const { width, height } = run.plan.frame.image;
    if (x.dims.join() !== [1, 3, height, width].join()) throw new DocumentError('This snapshot is of another model.');
    const outcome = run.outcomeAt(step, x);
    const composed = await this.#workshop.compose(run.planAt(step, version), outcome, {
      signal,
      tell,
      earlier: run.earlier,
    });
    signal?.throwIfAborted();
    await this.results.add({ ...run.result(outcome, composed), run: this.runner.nextId(), kept: true });
  }

  /**
   * Makes what is tried out a result of its own.
   * @param signal gives it up: it rejects then, and the results stay as they are
   */
  async keepTried(id: number, exploration: Exploration, signal?: AbortSignal, tell?: TellShare): Promise<void> {
    const result = await this.explorer.make(id, exploration, signal, tell);
    await this.results.add({ ...result, run: this.runner.nextId(), kept: true });
  }

  #resultTold(event: ResultEvent): void {
    this.#tell(event);
    if (event.kind === 'result') void this.#truth.show(event.result);
  }

  #edited(event: DocumentEvent): void {
    this.#tell(event);
    if (event.kind === 'mask') this.runner.painted();
    // Whoever chooses a region means that.
    if (event.kind === 'region') this.faces.forget();
  }

  #tell(event: DocumentEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
    this.comparer.heard(event);
  }
}
