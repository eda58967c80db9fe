/** The study of one picture: its state, the thread that makes it, and what it came to. */
import type { News } from '../../shared/study/row.ts';
import {
  newStudy,
  reduceStudy,
  type StudyChoices,
  type StudyEvent,
  type StudyModel,
  type StudyState,
} from '../../shared/study/state.ts';

/** What a study came to, as files by their endings. */
export type StudyFiles = Readonly<Record<'png' | 'json' | 'csv' | 'html', Uint8Array>>;

export interface StudyOutcome {
  readonly stopped: boolean;
  readonly files?: StudyFiles;
}

/** A study on its way. */
export interface StudyRun {
  stop(): void;
  readonly outcome: Promise<StudyOutcome>;
}

export interface StudyWorkshop {
  models(): Promise<StudyModel[]>;
  start(choices: StudyChoices, tell: (news: News) => void): Promise<StudyRun>;
  /** Writes files beside the picture, under names that are free. @returns the names */
  save(files: StudyFiles, choices: StudyChoices): Promise<string[]>;
}

/** What a picture of a study is of: a cell by its number, or what cells are compared with. */
export type Pictured = number | Extract<News, { kind: 'planned' }>['compared'][number]['label'];

export interface StudyListener {
  state(state: StudyState): void;
  picture(of: Pictured, png: Uint8Array): void;
  cleared(): void;
}

export class StudyDocument {
  #state: StudyState;
  readonly #pictures = new Map<Pictured, Uint8Array>();
  #files: StudyFiles | undefined;
  #run: StudyRun | undefined;
  /** Stopped before there was a run. */
  #stopped = false;

  constructor(
    picture: string,
    models: StudyModel[],
    private readonly workshop: StudyWorkshop,
    private readonly listener: StudyListener,
  ) {
    this.#state = newStudy(picture, models);
  }

  get state(): StudyState {
    return this.#state;
  }

  /** Tells all pictures again, to a page that has just come. */
  showPictures(): void {
    for (const [of, png] of this.#pictures) this.listener.picture(of, png);
  }

  async modelsChanged(): Promise<void> {
    this.#happened({ kind: 'models', models: await this.workshop.models() });
  }

  /** Begins one, unless one is going. Resolves when it is over, however it ended. */
  async start(choices: StudyChoices): Promise<void> {
    if (this.#state.phase !== 'ready') return;
    this.#pictures.clear();
    this.#files = undefined;
    this.#stopped = false;
    this.listener.cleared();
    this.#happened({ kind: 'starts', choices });
    try {
      this.#run = await this.workshop.start(choices, (news) => this.#heard(news));
      if (this.#stopped) this.#run.stop();
      const { stopped, files } = await this.#run.outcome;
      this.#files = files;
      this.#happened({ kind: 'ended', stopped, savable: files !== undefined });
    } catch (error) {
      this.#happened({ kind: 'failed', problem: (error as Error).message });
    } finally {
      this.#run = undefined;
    }
  }

  /** What is done stays, and is not done again. */
  stop(): void {
    this.#stopped = true;
    this.#run?.stop();
    this.#happened({ kind: 'stops' });
  }

  /** @throws FileProblem */
  async save(): Promise<void> {
    if (!this.#files) return;
    this.#happened({ kind: 'saved', names: await this.workshop.save(this.#files, this.#state.choices) });
  }

  #heard(news: News): void {
    if (news.kind === 'planned') for (const { label, png } of news.compared) this.#show(label, png);
    if (news.kind === 'ends' && news.png) this.#show(news.index, news.png);
    this.#happened({ kind: 'news', news });
  }

  #show(of: Pictured, png: Uint8Array): void {
    this.#pictures.set(of, png);
    this.listener.picture(of, png);
  }

  #happened(event: StudyEvent): void {
    this.#state = reduceStudy(this.#state, event);
    this.listener.state(this.#state);
  }
}
