/**
 * A file that is arriving: `FILE.part` with the bytes so far, and `FILE.part.json` with what it takes to know that the
 * rest on the server belongs to them.
 */
import { open, readFile, rename, rm, stat, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import * as v from 'valibot';

const sidecarSchema = v.object({
  url: v.string(),
  /** A strong ETag or a date; what If-Range compares. */
  validator: v.exactOptional(v.string()),
  /** Length of the whole file. */
  total: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
export type Sidecar = v.InferOutput<typeof sidecarSchema>;

export class PartFile {
  readonly path: string;
  readonly #sidecar: string;
  #size = 0;
  #known: Sidecar | undefined;

  private constructor(
    readonly file: string,
    private readonly url: string,
  ) {
    this.path = `${file}.part`;
    this.#sidecar = `${file}.part.json`;
  }

  /** Takes up what an earlier download of this address left; of another address it is dropped. */
  static async open(file: string, url: string): Promise<PartFile> {
    const part = new PartFile(file, url);
    const text = await readFile(part.#sidecar, 'utf8').catch(() => '');
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), sidecarSchema), text);
    if (parsed.success && parsed.output.url === url) {
      part.#known = parsed.output;
      part.#size = await stat(part.path).then(
        ({ size }) => size,
        () => 0,
      );
    } else {
      await part.discard();
    }
    return part;
  }

  /** Bytes that are here. */
  get size(): number {
    return this.#size;
  }

  get total(): number | undefined {
    return this.#known?.total;
  }

  /** What to ask the server to compare before it sends only the rest; undefined when that is not possible. */
  get validator(): string | undefined {
    return this.#size > 0 ? this.#known?.validator : undefined;
  }

  /** All the bytes that the server promised are here. */
  get complete(): boolean {
    return this.#size > 0 && this.#size === this.#known?.total;
  }

  /** Begins the file anew. */
  async restart(known: Omit<Sidecar, 'url'>): Promise<void> {
    await writeFile(this.path, '');
    this.#size = 0;
    this.#known = { url: this.url, ...known };
    await writeFile(this.#sidecar, JSON.stringify(this.#known));
  }

  /** Opens the end of the file for writing. */
  async append(): Promise<{ write(bytes: Uint8Array): Promise<void>; close(): Promise<void> }> {
    const handle: FileHandle = await open(this.path, 'a');
    return {
      write: async (bytes) => {
        await handle.appendFile(bytes);
        this.#size += bytes.length;
      },
      close: () => handle.close(),
    };
  }

  /** After a write that failed half-way: what counts is what was written whole. */
  async trim(): Promise<void> {
    await truncate(this.path, this.#size).catch(() => undefined);
  }

  /** Gives the file its name. */
  async finish(target = this.file): Promise<void> {
    await rename(this.path, target);
    await rm(this.#sidecar, { force: true });
    this.#size = 0;
    this.#known = undefined;
  }

  async discard(): Promise<void> {
    await Promise.all([rm(this.path, { force: true }), rm(this.#sidecar, { force: true })]);
    this.#size = 0;
    this.#known = undefined;
  }
}

/** What an unfinished download holds; undefined when there is none. */
export async function partState(file: string): Promise<{ size: number; total: number | undefined } | undefined> {
  const found = await stat(`${file}.part`).catch(() => undefined);
  if (!found) return undefined;
  const text = await readFile(`${file}.part.json`, 'utf8').catch(() => '');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), sidecarSchema), text);
  return { size: found.size, total: parsed.success ? parsed.output.total : undefined };
}
