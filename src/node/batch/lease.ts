/**
 * Several processes on one folder, and no picture made twice: whoever makes one says so in a file beside its result, for as long as it
 * takes. A process that died leaves its file; another one takes it over.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { makeFolder } from '../files.ts';
import { sha256 } from '../sha256.ts';
import { giveName } from '../wholeFile.ts';

/** How often a lease says that its process is alive, and after how long without a word it does not count any more, in milliseconds. */
const BEAT_MS = 15_000;
const STALE_MS = 10 * 60_000;

/** The tokens of this process. */
const ours = new Set<string>();

const leaseSchema = v.object({
  token: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  host: v.string(),
  pid: v.number(),
});
type Content = v.InferOutput<typeof leaseSchema>;

/** The file that says who makes a result: hidden, so that no listing takes it for anything, and short, because names have an end. */
export const leaseOf = (output: string): string =>
  join(dirname(output), `.${sha256(basename(output)).slice(0, 16)}.lease`);

export class Lease {
  readonly #beat: NodeJS.Timeout;

  private constructor(private readonly file: string) {
    // A file that went away was taken over by whoever thought this process dead: it finds the result, or makes the same one.
    this.#beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT_MS).unref();
  }

  /**
   * @param output the file that is to be made
   * @returns nothing while another process makes it
   */
  static async take(output: string): Promise<Lease | undefined> {
    const file = leaseOf(output);
    await makeFolder(dirname(file));
    const token = randomUUID();
    ours.add(token);
    const mine = JSON.stringify({ token, host: hostname(), pid: process.pid } satisfies Content);
    if (await make(file, mine)) return new Lease(file);
    return (await takeOver(file, mine)) ? new Lease(file) : undefined;
  }

  /** Takes away what a dead process left beside a result that is done. */
  static async sweep(output: string): Promise<void> {
    const file = leaseOf(output);
    if (isDead(await look(file))) await rm(file, { force: true });
  }

  async end(): Promise<void> {
    clearInterval(this.#beat);
    await rm(this.file, { force: true });
  }
}

/**
 * Of several processes that find the same dead lease, one gets it: the one that makes a file named after that lease. Who comes to make
 * that file later finds another lease by then.
 */
async function takeOver(file: string, mine: string): Promise<boolean> {
  const found = await look(file);
  if (!found) return make(file, mine);
  if (!isDead(found)) return false;
  const marker = `${file}.${found.token}`;
  if (!(await make(marker, mine))) {
    // Its maker died between two lines of this function.
    if (isDead(await look(marker))) await rm(marker, { force: true });
    return false;
  }
  try {
    if ((await look(file))?.token !== found.token) return false;
    await rename(marker, file);
    return true;
  } finally {
    await rm(marker, { force: true });
  }
}

/** It is there with all that it says or not at all: whoever is killed meanwhile leaves none that nobody can read. @returns whether it is new */
async function make(file: string, content: string): Promise<boolean> {
  const staged = join(dirname(file), `.${randomUUID()}.part`);
  try {
    await writeFile(staged, content);
    await giveName(staged, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(staged, { force: true });
  }
}

interface Found extends Content {
  /** When it last said that its process is alive. */
  readonly beat: number;
}

/** @returns nothing where there is none; one that is not ours to read counts by its time alone */
async function look(file: string): Promise<Found | undefined> {
  try {
    const { mtimeMs } = await stat(file);
    const content = v.safeParse(v.pipe(v.string(), v.parseJson(), leaseSchema), await readFile(file, 'utf8'));
    return { ...(content.success ? content.output : { token: 'unreadable', host: '', pid: 0 }), beat: mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isDead(found: Found | undefined): boolean {
  if (!found) return false;
  if (Date.now() - found.beat > STALE_MS) return true;
  if (found.host !== hostname()) return false;
  // A container that is started again gives its processes the same numbers.
  if (found.pid === process.pid) return !ours.has(found.token);
  try {
    process.kill(found.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
