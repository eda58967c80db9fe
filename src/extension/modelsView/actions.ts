/** What a person can do to a model, with the questions and answers that belong to it. */
import { t } from '@vscode/l10n';
import { CHECKPOINTS, RangeUnknownError } from '../../importers/index.ts';
import type { TaskId } from '../../engine/generator/manifest.ts';
import { canDo } from '../../engine/prior.ts';
import { UNTRAINED } from '../../engine/untrained/manifest.ts';
import { AUTO } from '../../node/familiarPriors.ts';
import type { CatalogEntry } from '../../node/store/catalog.ts';
import type { ModelRow } from '../../node/store/inventory.ts';
import type { StoredPackage } from '../../node/store/package.ts';
import { formatBytes } from '../../node/store/sizes.ts';
import type { StoreEvent } from '../../node/store/store.ts';
import type { ModelChoice } from './choice.ts';
import type { Dialogs, Item } from './dialogs.ts';
import { detailsOf, progressOf, sizeOfDownload, taskName, titleOf, usesOf } from './words.ts';

/** Of checkpoints; a dialog knows what follows the last dot alone. */
const ENDINGS = CHECKPOINTS.map((ending) => ending.replace(/^.*\./, ''));

/** The part of the manager that actions need; whatever is lengthy resolves with undefined when it was cancelled. */
export interface ManagedModels {
  download(entry: CatalogEntry): Promise<StoredPackage | undefined>;
  import(file: string, range?: readonly [number, number]): Promise<StoredPackage | undefined>;
  verify(id: string): Promise<{ readonly problem: string | undefined } | undefined>;
  remove(id: string, entry: CatalogEntry | undefined): Promise<void>;
  cancel(id: string): void;
  activity(id: string): { readonly title: string } | undefined;
  onDidProgress(listener: (activity: { readonly id: string; readonly event: StoreEvent | undefined }) => void): {
    dispose(): void;
  };
}

export class ModelActions {
  constructor(
    private readonly models: ManagedModels,
    private readonly choice: ModelChoice,
    private readonly dialogs: Dialogs,
  ) {}

  /** Does something, and tells the person what went wrong with it. */
  async attempt(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      void this.dialogs.tell('error', messageOf(error));
    }
  }

  /** Asks, with everything one should know first; then downloads. */
  async download({ entry }: ModelRow): Promise<void> {
    if (!entry) return;
    const { title, goodFor, licence, page, url } = entry;
    const [yes, read] = [t('Download'), t('Open Its Page')];
    const detail = [
      goodFor,
      t('Size: {0}', sizeOfDownload(entry)),
      t('Licence: {0}', licence),
      t('Source: {0}', url),
      ...(entry.sha256 === undefined
        ? [t('Its authors publish no hash: the first download is trusted, and later ones are compared with it.')]
        : []),
      t('More: {0}', page),
    ].join('\n\n');
    const answer = await this.dialogs.ask('question', t('Download "{0}"?', title), detail, yes, read);
    if (answer === read) await this.dialogs.openPage(page);
    if (answer !== yes) return;
    await this.#fetch(entry);
  }

  /** Downloads what the person has agreed to; what fails may be tried again, and goes on where it stopped. */
  async #fetch(entry: CatalogEntry): Promise<void> {
    try {
      this.#offer(await this.#withProgress(entry.id, () => this.models.download(entry)));
    } catch (error) {
      const again = t('Try Again');
      // The message may stay for long: nobody waits for it.
      void this.dialogs
        .tell('error', messageOf(error), again)
        .then((answer) => this.attempt(() => (answer === again ? this.#fetch(entry) : undefined)));
    }
  }

  async importFile(): Promise<void> {
    const file = await this.dialogs.chooseFile(t('Import a Checkpoint'), t('Checkpoints'), ENDINGS);
    if (file === undefined) return;
    const importing = (range?: readonly [number, number]) =>
      this.#withProgress(file, () => this.models.import(file, range));
    const stored = await importing().catch(async (error: unknown) => {
      if (!(error instanceof RangeUnknownError)) throw error;
      const range = await this.#askRange(error.seen);
      return range && importing(range);
    });
    this.#offer(stored);
  }

  /** Asks for what a file does not say. @param seen the least and the greatest value that random codes give */
  #askRange(seen: readonly [number, number] | undefined): Promise<readonly [number, number] | undefined> {
    const [low, high] = (seen ?? []).map((value) => Number(value.toPrecision(3)));
    const question = t('The file does not say which of its values mean black and white');
    const title = seen ? `${question} ${t('(random pictures have values from {0} to {1})', low!, high!)}` : question;
    const item = (black: number, white: number, description: string) => ({
      label: t('{0} to {1}', black, white),
      description,
      value: [black, white] as const,
    });
    return this.dialogs.pick<readonly [number, number]>(title, [
      item(-1, 1, t('most models')),
      item(0, 1, t('shares of the full brightness')),
      item(0, 255, t('bytes')),
    ]);
  }

  async verify(row: ModelRow): Promise<void> {
    const found = await this.#withProgress(row.id, () => this.models.verify(row.id));
    if (!found) return;
    if (found.problem === undefined) {
      void this.dialogs.tell('news', t('{0} is sound: every file is what it should be.', titleOf(row)));
      return;
    }
    const again = t('Download Again');
    const answers = row.entry ? [again] : [];
    // The message may stay for long: nobody waits for it.
    void this.dialogs.tell('error', found.problem, ...answers).then((answer) =>
      this.attempt(async () => {
        if (answer !== again) return;
        await this.models.remove(row.id, undefined);
        await this.download(row);
      }),
    );
  }

  async reveal(row: ModelRow): Promise<void> {
    const folder = row.state === 'installed' ? row.package.folder : row.state === 'broken' ? row.folder : undefined;
    if (folder !== undefined) await this.dialogs.reveal(folder);
  }

  async remove(row: ModelRow): Promise<void> {
    const bytes = row.state === 'installed' ? row.bytes : row.state === 'available' ? row.received : 0;
    const uses = usesOf(row.id, this.choice.current());
    const detail = [
      ...(bytes > 0 ? [t('It frees {0}.', formatBytes(bytes))] : []),
      ...(uses === '' ? [] : [t('The settings name it ({0}): choose another model afterwards.', uses)]),
    ].join('\n\n');
    const yes = t('Remove');
    const answer = await this.dialogs.ask('warning', t('Remove "{0}"?', titleOf(row)), detail, yes);
    if (answer === yes) await this.models.remove(row.id, row.entry);
  }

  /** Asks which of the models that are here all tasks use, unless they have one of their own. @param more what leads to others */
  async chooseDefault(rows: readonly ModelRow[], more: () => Promise<void>): Promise<void> {
    const current = this.choice.current();
    const items = rows
      .filter((row) => row.state === 'installed' && row.package.generator)
      .map((row): Item<string> => ({
        label: titleOf(row),
        description: detailsOf(row, current),
        value: row.id,
      }));
    const chosenByPicture: Item<string> = {
      label: t('The picture chooses'),
      description: t('the model that knows what it shows, else {0}', UNTRAINED.name),
      value: AUTO,
    };
    const any: Item<string> = {
      label: UNTRAINED.name,
      description: t('learns from the picture itself; colorizing stays with Fruit 128'),
      value: UNTRAINED.id,
    };
    const others = { label: `$(cloud-download) ${t('Get More Models...')}`, value: '' };
    const id = await this.dialogs.pick(t('The model that is used by default'), [
      chosenByPicture,
      ...items,
      any,
      others,
    ]);
    if (id === '') return more();
    if (id !== undefined) await this.choice.use(id);
  }

  async setDefault(id: string): Promise<void> {
    await this.choice.use(id);
  }

  /** Asks for a task, and makes the model that task's. */
  async useFor(row: ModelRow): Promise<void> {
    const model = row.state === 'installed' ? row.package.model : undefined;
    const able = [...this.choice.current()].filter(([task]) => !model || canDo(model, task));
    const items = able.map(([task, model]) => ({
      label: taskName(task),
      description: nowUses(model, row.id),
      value: task,
    }));
    const task = await this.dialogs.pick<TaskId>(t('Use {0} for', titleOf(row)), items);
    if (task) await this.choice.use(row.id, task);
  }

  cancel(id: string): void {
    this.models.cancel(id);
  }

  /** Says that a model is there; a generator can be made the default at once. */
  #offer(stored: StoredPackage | undefined): void {
    if (!stored) return;
    const use = t('Use by Default');
    const answers = stored.generator ? [use] : [];
    const news = [t('{0} is ready.', stored.name), ...(stored.generator?.notes ?? [])].join(' ');
    void this.dialogs.tell('news', news, ...answers).then((answer) =>
      this.attempt(async () => {
        if (answer === use) await this.setDefault(stored.id);
      }),
    );
  }

  #withProgress<T>(id: string, work: () => Promise<T | undefined>): Promise<T | undefined> {
    const working = work();
    const title = this.models.activity(id)?.title ?? id;
    const show = async (report: (message: string) => void): Promise<T | undefined> => {
      const subscription = this.models.onDidProgress((activity) => {
        if (activity.id === id) report(progressOf(activity.event));
      });
      try {
        return await working;
      } finally {
        subscription.dispose();
      }
    };
    return this.dialogs.progress(title, show, () => this.cancel(id));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a task uses, beside its name. @param own the model in question */
function nowUses(model: string, own: string): string {
  if (model === own) return t('uses it now');
  return model === AUTO ? t('the picture chooses now') : t('uses {0} now', model);
}
