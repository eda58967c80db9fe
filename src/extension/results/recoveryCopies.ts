/**
 * The copies of results that no file has yet, in the extension's storage:
 *
 *     <folder>/<hash of the picture's URI>/<id>.png    the result
 *                                          <id>.json   which picture's it is, when it came to be, how it was made
 *
 * The JSON file comes last and goes first: a copy is there when it is. Several windows use one folder; nobody changes a copy.
 */
import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { resultSchema } from '../../shared/documentState.ts';
import { fileProblem, isMissing } from '../save/fileProblem.ts';
import { writeDurably } from '../save/localFiles.ts';
import { LISTED, type Copy, type CopyId, type ResultCopies } from './results.ts';

const factsSchema = v.omit(resultSchema, ['png', 'made', 'restored', 'place', 'savedAs']);
const copySchema = v.object({
  format: v.literal(1),
  /** The picture's URI. */
  picture: v.string(),
  made: v.number(),
  /** Size of the PNG file: another one is damaged. */
  bytes: v.number(),
  facts: factsSchema,
});
type Record = v.InferOutput<typeof copySchema>;

export interface Limits {
  /** Copies of one picture. */
  readonly each: number;
  /** Bytes of all copies. */
  readonly bytes: number;
  readonly days: number;
}
export const LIMITS: Limits = { each: LISTED, bytes: 2 * 1024 ** 3, days: 90 };

const DAY = 24 * 60 * 60 * 1000;
/** What is being written by another window is left alone for so long. */
const SETTLED_MS = 60 * 60 * 1000;

interface Found extends Record {
  readonly folder: string;
  readonly id: CopyId;
}

export class RecoveryCopies {
  /**
   * @param folder made when it is needed
   * @param log told of everything that goes without a person having asked for it
   */
  constructor(
    private readonly folder: string,
    private readonly log: (line: string) => void,
    private readonly limits: Limits = LIMITS,
    private readonly now: () => number = Date.now,
  ) {}

  /** The copies of one picture. @param picture its URI as it is now: it may be renamed */
  of(picture: () => string): ResultCopies {
    const folder = (): string => this.#folderOf(picture());
    return {
      list: async () => {
        const found = await this.#in(folder());
        return found.filter((copy) => copy.picture === picture()).sort(byAge);
      },
      write: async ({ id, made, facts }, png) => {
        const record: Record = { format: 1, picture: picture(), made, bytes: png.length, facts };
        const [picturePath, recordPath] = ['png', 'json'].map((ending) => join(folder(), `${id}.${ending}`)) as [
          string,
          string,
        ];
        try {
          await mkdir(folder(), { recursive: true });
          await writeDurably(picturePath, png);
          await writeDurably(recordPath, encode(record));
        } catch (error) {
          await rm(picturePath, { force: true }).catch(() => undefined);
          throw fileProblem(error, picturePath, 'write');
        }
        await this.sweep(id).catch((error: unknown) => this.log(`Copies of results: ${String(error)}`));
      },
      read: (id) => this.#png(folder(), id),
      remove: async (id) => {
        const inFolder = folder();
        await rm(join(inFolder, `${id}.json`), { force: true });
        await rm(join(inFolder, `${id}.png`), { force: true });
        await rmdir(inFolder).catch(() => undefined);
      },
    };
  }

  /** A picture, or a folder of pictures, has got another URI. */
  async move(from: string, to: string): Promise<void> {
    for (const copy of await this.#all()) {
      const { folder, id, ...record } = copy;
      const rest =
        record.picture === from
          ? ''
          : record.picture.startsWith(`${from}/`)
            ? record.picture.slice(from.length)
            : undefined;
      if (rest === undefined) continue;
      const picture = to + rest;
      const target = this.#folderOf(picture);
      await mkdir(target, { recursive: true });
      // Should this end in the middle, there are two copies rather than none.
      await sharedOrCopied(join(folder, `${id}.png`), join(target, `${id}.png`));
      await writeDurably(join(target, `${id}.json`), encode({ ...record, picture }));
      await this.#remove(copy);
    }
  }

  /** Takes away what is beyond the limits, the oldest first, and what writing has left unfinished. @param newest stays */
  async sweep(newest?: CopyId): Promise<void> {
    const all = (await this.#all()).sort(byAge);
    const { each, bytes, days } = this.limits;
    const counts = new Map<string, number>();
    for (const { picture } of all) counts.set(picture, (counts.get(picture) ?? 0) + 1);
    let total = all.reduce((sum, copy) => sum + copy.bytes, 0);
    for (const copy of all) {
      const tooOld = this.now() - copy.made > days * DAY;
      const tooMany = counts.get(copy.picture)! > each;
      if (copy.id === newest || !(tooOld || tooMany || total > bytes)) continue;
      const why = tooOld
        ? `older than ${days} days`
        : tooMany
          ? `more than ${each} of this picture`
          : 'too much in all';
      this.log(
        `An unsaved result of ${copy.picture} from ${new Date(copy.made).toISOString()} is not kept any more: ${why}.`,
      );
      await this.#remove(copy);
      total -= copy.bytes;
      counts.set(copy.picture, counts.get(copy.picture)! - 1);
    }
    await this.#removeUnfinished();
  }

  async #remove({ folder, id }: Found): Promise<void> {
    await rm(join(folder, `${id}.json`), { force: true });
    await rm(join(folder, `${id}.png`), { force: true });
    await rmdir(folder).catch(() => undefined);
  }

  async #removeUnfinished(): Promise<void> {
    for (const folder of await this.#folders()) {
      const files = await namesIn(folder);
      for (const file of files) {
        if (file.endsWith('.json') || files.includes(`${basename(file, '.png')}.json`)) continue;
        const { mtimeMs } = await stat(join(folder, file)).catch(() => ({ mtimeMs: Infinity }));
        if (this.now() - mtimeMs > SETTLED_MS) await rm(join(folder, file), { force: true });
      }
      await rmdir(folder).catch(() => undefined);
    }
  }

  async #all(): Promise<Found[]> {
    return (await Promise.all((await this.#folders()).map((folder) => this.#in(folder)))).flat();
  }

  async #folders(): Promise<string[]> {
    return (await namesIn(this.folder)).map((name) => join(this.folder, name));
  }

  async #in(folder: string): Promise<Found[]> {
    const ids = (await namesIn(folder)).filter((file) => file.endsWith('.json')).map((file) => basename(file, '.json'));
    const found = await Promise.all(ids.map((id) => this.#record(folder, id)));
    return found.filter((copy) => copy !== undefined);
  }

  async #record(folder: string, id: CopyId): Promise<Found | undefined> {
    try {
      const [text, { size }] = await Promise.all([
        readFile(join(folder, `${id}.json`), 'utf8'),
        stat(join(folder, `${id}.png`)),
      ]);
      const record = v.parse(copySchema, JSON.parse(text));
      if (size !== record.bytes) throw new Error(`${id}.png has ${size} bytes, not ${record.bytes}`);
      return { ...record, folder, id };
    } catch (error) {
      // Taken away meanwhile by another window, or damaged.
      if (!isMissing(error)) this.log(`A copy of a result cannot be read: ${join(folder, id)}: ${String(error)}`);
      return undefined;
    }
  }

  async #png(folder: string, id: CopyId): Promise<Uint8Array | undefined> {
    try {
      return new Uint8Array(await readFile(join(folder, `${id}.png`)));
    } catch (error) {
      if (!isMissing(error)) this.log(`A copy of a result cannot be read: ${join(folder, id)}: ${String(error)}`);
      return undefined;
    }
  }

  #folderOf(picture: string): string {
    return join(this.folder, createHash('sha256').update(picture).digest('hex').slice(0, 32));
  }
}

const byAge = (a: Copy | Found, b: Copy | Found): number => a.made - b.made;
const encode = (record: Record): Uint8Array => new TextEncoder().encode(JSON.stringify(record));

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

/** The same file under a second name, where the file system knows that; else a copy. */
const sharedOrCopied = (from: string, to: string): Promise<void> =>
  link(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') return copyFile(from, to);
  });
