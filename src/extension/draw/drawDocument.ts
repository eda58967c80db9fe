/** What is drawn from a model: the codes behind the pictures, and the pictures. */
import { t } from '@vscode/l10n';
import { between, betweenRuns } from '../../engine/inspect/between.ts';
import type { Job } from '../../engine/inversion/job.ts';
import type { Values } from '../../engine/methods/method.ts';
import { normals } from '../../engine/random.ts';
import { float32, type Tensor } from '../../engine/tensor.ts';
import type { DrawItem, DrawModel, DrawState, DrawWish } from '../../shared/draw/protocol.ts';
import type { Drawable } from '../../shared/draw/thread.ts';

/** A finished run. */
export interface FinishedRun {
  /** The name of its picture. */
  readonly picture: string;
  readonly model: string;
  readonly job: Job;
  readonly values: Values;
}

export interface DrawWorkshop {
  models(): Promise<DrawModel[]>;
  /** How many numbers a code of the model has. */
  codeSize(model: string): Promise<number>;
  /** @returns a PNG file */
  draw(model: string, truncation: number | undefined, what: Drawable): Promise<Uint8Array>;
  /** The finished runs of open editors. */
  results(): FinishedRun[];
  /** Begins a run with codes, where the person says. */
  start(model: string, codes: readonly (readonly number[])[]): Promise<void>;
}

export interface DrawListener {
  state(state: DrawState): void;
  picture(id: number, png: Uint8Array): void;
}

interface Item extends DrawItem {
  readonly what: Drawable;
}

const FIRST = { seed: 0, count: 12 };

export class DrawDocument {
  #items: readonly Item[] = [];
  readonly #pictures = new Map<number, Uint8Array>();
  #wish: DrawWish;
  #busy = 0;
  #problem: string | undefined;
  #nextId = 0;
  /** Another one when everything is drawn anew: what is still on its way then is of no use. */
  #round = {};
  #drawing = Promise.resolve();

  constructor(
    private readonly models: DrawModel[],
    private readonly workshop: DrawWorkshop,
    private readonly listener: DrawListener,
  ) {
    this.#wish = { model: models[0]?.id ?? '', ...FIRST };
  }

  get state(): DrawState {
    return {
      ...{ models: this.models, wish: this.#wish, busy: this.#busy > 0 },
      items: this.#items.map(({ id, from }) => ({ id, from })),
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  /** Tells all pictures again, to a page that has just come. */
  showPictures(): void {
    for (const [id, png] of this.#pictures) this.listener.picture(id, png);
  }

  /** Random codes, in the place of all that there was; the same seed draws the same. */
  async draw(wish: DrawWish): Promise<void> {
    this.#wish = wish;
    const round = (this.#round = {});
    this.#items = [];
    this.#pictures.clear();
    const { model, seed, count } = wish;
    await this.#attempt(async () => {
      const size = await this.workshop.codeSize(model);
      if (this.#round !== round) return;
      const next = normals(seed);
      const codes = Array.from({ length: count }, () => float32([1, size], Float32Array.from({ length: size }, next)));
      await this.#add(codes.map((code, number) => ({ from: { kind: 'random', number }, what: { code } })));
    });
  }

  /** @throws Error where nothing lies between them */
  async between(ids: readonly number[], steps: number): Promise<void> {
    const chosen = ids.map((id) => this.#item(id));
    if (chosen.length < 2) throw new Error(t('Choose at least two pictures.'));
    const added = chosen.slice(1).flatMap((second, i) => {
      const first = chosen[i]!;
      const way = wayBetween(first.what, second.what, steps);
      return way.map((what, k) => ({
        from: { kind: 'between' as const, first: first.id, second: second.id, share: (k + 1) / (steps + 1) },
        what,
      }));
    });
    await this.#attempt(() => this.#add(added));
  }

  /** @throws Error for what is no code */
  async mix(coarse: number, fine: number, layer: number): Promise<void> {
    const [one, other] = [this.#code(coarse), this.#code(fine)];
    const what = { coarse: one, fine: other, layer };
    await this.#attempt(() => this.#add([{ from: { kind: 'mix', coarse, fine, layer }, what }]));
  }

  /** @throws Error where there are none of this model */
  async addResults(): Promise<void> {
    const { model } = this.#wish;
    const found = this.workshop.results().filter((run) => run.model === model);
    if (found.length === 0) {
      throw new Error(t('No picture that is open has a result of this model: run a task with it in the editor first.'));
    }
    await this.#attempt(() =>
      this.#add(
        found.map(({ picture, job, values }) => ({ from: { kind: 'result', picture }, what: { job, values } })),
      ),
    );
  }

  /** Begins a run with these codes. @throws Error for what is no code */
  async start(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) throw new Error(t('Choose the pictures to begin with.'));
    await this.workshop.start(
      this.#wish.model,
      ids.map((id) => [...this.#code(id).data]),
    );
  }

  #item(id: number): Item {
    const item = this.#items.find((one) => one.id === id);
    if (item) return item;
    throw new Error(t('This picture is not there any more.'));
  }

  #code(id: number): Tensor<'float32'> {
    const { what } = this.#item(id);
    if ('code' in what) return what.code;
    throw new Error(t('This can be done with pictures of one code only: not with results, nor with mixed ones.'));
  }

  /** Draws them one after the other. */
  async #add(added: readonly Omit<Item, 'id'>[]): Promise<void> {
    const round = this.#round;
    const { model, truncation } = this.#wish;
    const items = added.map((item) => ({ ...item, id: this.#nextId++ }));
    this.#items = [...this.#items, ...items];
    this.#tell();
    this.#drawing = this.#drawing
      .catch(() => undefined)
      .then(async () => {
        for (const { id, what } of items) {
          if (this.#round !== round) return;
          const png = await this.workshop.draw(model, truncation, what);
          if (this.#round !== round) return;
          this.#pictures.set(id, png);
          this.listener.picture(id, png);
        }
      });
    await this.#drawing;
  }

  /** What fails is told in the page. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    this.#busy++;
    this.#problem = undefined;
    this.#tell();
    try {
      await work();
    } catch (error) {
      this.#problem = (error as Error).message;
      // What was not drawn is not there.
      this.#items = this.#items.filter(({ id }) => this.#pictures.has(id));
    } finally {
      this.#busy--;
      this.#tell();
    }
  }

  #tell(): void {
    this.listener.state(this.state);
  }
}

function wayBetween(first: Drawable, second: Drawable, steps: number): Drawable[] {
  if ('code' in first && 'code' in second) {
    const size = first.code.data.length;
    const both = float32([2, size], Float32Array.from([...first.code.data, ...second.code.data]));
    const { data } = between(both, steps, true);
    return Array.from({ length: steps }, (_, k) => ({
      code: float32([1, size], data.slice((k + 1) * size, (k + 2) * size)),
    }));
  }
  if ('job' in first && 'job' in second && first.job.layer === second.job.layer) {
    const { job } = first;
    const middle = betweenRuns(first.values, second.values, steps).slice(1, -1);
    return middle.map((values) => ({ job, values }));
  }
  throw new Error(
    t(
      'There is a way between two codes, and between two results that mix as many codes at the same layer: choose such.',
    ),
  );
}
