/**
 * Downloads one file so that it ends as the right one or not at all: it arrives beside its name, goes on after a broken
 * connection or a restart, is checked against its length and hash, and only then gets its name.
 */

import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { reason } from '../errors.ts';
import { makeFolder } from '../files.ts';
import { isSafeUrl } from './address.ts';
import { hashFile, quarantine } from './check.ts';
import { DownloadError, TransientError } from './errors.ts';
import { hostOf } from './http.ts';
import { Meter } from './meter.ts';
import { PartFile } from './partFile.ts';
import { formatBytes, freeSpace } from './sizes.ts';
import { receive } from './transfer.ts';

export interface DownloadRequest {
  readonly url: string;
  /** Where the file goes. */
  readonly file: string;
  /** Where it goes when it fails its check. */
  readonly quarantine: string;
  /** The SHA-256 of the file, or the beginning of it. */
  readonly sha256?: string;
  /** Where the hash of the first download is written down, which `sha256` is then. */
  readonly pin?: string;
  /** The exact length in bytes. */
  readonly bytes?: number;
  /** The most bytes that are taken where the exact length is not known. */
  readonly limit?: number;
  /** Bytes of disk that must stay free beside the file, for what is made of it. */
  readonly spareBytes?: number;
}

export type DownloadEvent =
  | {
      readonly kind: 'progress';
      readonly received: number;
      readonly total: number | undefined;
      readonly bytesPerSecond: number;
      readonly etaMs: number | undefined;
    }
  /** The connection failed; another attempt follows. */
  | { readonly kind: 'retry'; readonly problem: string; readonly delayMs: number }
  | { readonly kind: 'checking'; readonly fraction: number };

export interface Patience {
  /** Longest time without a byte. */
  readonly stallMs: number;
  /** Attempts in a row that bring nothing new, and attempts in all. */
  readonly fruitless: number;
  readonly attempts: number;
  /** Wait before the second attempt; it doubles each time, up to the longest. */
  readonly backoffMs: number;
  readonly longestBackoffMs: number;
  /** Least time between two progress events. */
  readonly progressMs: number;
}

export const PATIENCE: Patience = {
  stallMs: 30_000,
  fruitless: 5,
  attempts: 30,
  backoffMs: 500,
  longestBackoffMs: 15_000,
  progressMs: 100,
};

export interface DownloadOptions {
  /** Cancels; what has arrived is kept for the next time. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: DownloadEvent) => void) | undefined;
  readonly patience?: Partial<Patience> | undefined;
  readonly freeSpace?: ((folder: string) => Promise<number>) | undefined;
}

export interface Downloaded {
  readonly bytes: number;
  /** The hash of the whole file. */
  readonly sha256: string;
  /** Bytes that came over the network this time. */
  readonly transferred: number;
}

/**
 * @throws DownloadError when there is no file in the end; the signal's reason when it is cancelled
 */
export async function download(request: DownloadRequest, options: DownloadOptions = {}): Promise<Downloaded> {
  const { url, file } = request;
  if (!isSafeUrl(url)) throw new DownloadError(`${url} is not used: only https addresses are.`, false);
  try {
    await makeFolder(dirname(file));
    const part = await PartFile.open(file, url);
    try {
      return await new Download(part, request, options).run();
    } catch (error) {
      const keep = part.size > 0 && (!(error instanceof DownloadError) || error.resumable);
      if (!keep) await part.discard();
      throw error;
    }
  } catch (error) {
    if (options.signal?.aborted || error instanceof DownloadError) throw error;
    throw new DownloadError(`${file} cannot be written: ${reason(error)}.`, true, { cause: error });
  }
}

class Download {
  readonly #patience: Patience;
  readonly #meter = new Meter();
  #transferred = 0;
  #lastEvent = -Infinity;

  constructor(
    private readonly part: PartFile,
    private readonly request: DownloadRequest,
    private readonly options: DownloadOptions,
  ) {
    this.#patience = { ...PATIENCE, ...options.patience };
  }

  async run(): Promise<Downloaded> {
    const { part } = this;
    // A file put together from several transfers that fails its check may be a mixture, so it gets a second chance.
    const pieced = part.size > 0;
    const transfers = await this.#fetch();
    const checked = await this.#check();
    if (checked) return this.#finish(checked);
    if (pieced || transfers > 1) {
      await part.discard();
      await this.#fetch();
      const again = await this.#check();
      if (again) return this.#finish(again);
    }
    return this.#reject();
  }

  /** Gets all the bytes, however many attempts it takes. @returns how many of them brought some */
  async #fetch(): Promise<number> {
    const { part, options } = this;
    const { attempts, fruitless, backoffMs, longestBackoffMs } = this.#patience;
    let [failures, productive] = [0, 0];
    for (let attempt = 1; !part.complete; attempt++) {
      const before = this.#transferred;
      try {
        await this.#attempt();
        return productive + 1;
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        const gained = this.#transferred > before;
        productive += Number(gained);
        failures = gained ? 1 : failures + 1;
        if (failures >= fruitless || attempt >= attempts) throw this.#givenUp(error, attempt);
        const delayMs = Math.max(error.retryAfterMs, Math.min(backoffMs * 2 ** (failures - 1), longestBackoffMs));
        options.onEvent?.({ kind: 'retry', problem: error.message, delayMs });
        await delay(delayMs, undefined, options.signal ? { signal: options.signal } : {}).catch(() => undefined);
        options.signal?.throwIfAborted();
      }
    }
    return productive;
  }

  #attempt(): Promise<void> {
    const { url, bytes, limit = Infinity } = this.request;
    const most = bytes ?? limit;
    return receive(this.part, {
      url,
      limit: most,
      stallMs: this.#patience.stallMs,
      signal: this.options.signal,
      expect: async (total) => {
        if (total !== undefined && (total > most || total !== (bytes ?? total))) {
          throw new DownloadError(
            `${hostOf(url)} offers a file of ${total} bytes, where ${bytes === undefined ? 'at most ' : ''}${most} were expected. Nothing was kept.`,
            false,
          );
        }
        await this.#makeSure(total ?? bytes);
      },
      onBytes: (count) => {
        this.#transferred += count;
        this.#tell();
      },
    });
  }

  /** @throws DownloadError when the disk has no room for the rest of the file */
  async #makeSure(total: number | undefined): Promise<void> {
    if (total === undefined) return;
    const folder = dirname(this.part.file);
    const needed = total - this.part.size + (this.request.spareBytes ?? 0);
    const free = await (this.options.freeSpace ?? freeSpace)(folder);
    if (free >= needed) return;
    throw new DownloadError(
      `${folder} has ${formatBytes(free)} free, and ${basename(this.part.file)} needs ${formatBytes(needed)}. Make room, or choose another folder.`,
      true,
    );
  }

  #tell(): void {
    const now = performance.now();
    const { size: received, total } = this.part;
    this.#meter.add(received);
    if (now - this.#lastEvent < this.#patience.progressMs && received !== total) return;
    this.#lastEvent = now;
    const { bytesPerSecond } = this.#meter;
    const etaMs = total === undefined ? undefined : this.#meter.timeLeft(total - received);
    this.options.onEvent?.({ kind: 'progress', received, total, bytesPerSecond, etaMs });
  }

  /** The hash of the file when it is the right one. */
  async #check(): Promise<string | undefined> {
    const { size, path } = this.part;
    const { bytes, sha256 = '' } = this.request;
    if (bytes !== undefined && size !== bytes) return undefined;
    const { onEvent, signal } = this.options;
    onEvent?.({ kind: 'checking', fraction: 0 });
    const hash = await hashFile(path, (read) => onEvent?.({ kind: 'checking', fraction: read / size }), signal);
    return hash.startsWith(sha256) ? hash : undefined;
  }

  async #finish(sha256: string): Promise<Downloaded> {
    const bytes = this.part.size;
    await this.part.finish();
    return { bytes, sha256, transferred: this.#transferred };
  }

  async #reject(): Promise<never> {
    const { url, bytes, sha256 = '', pin } = this.request;
    const { size, path } = this.part;
    const hash = await hashFile(path);
    const promised = pin === undefined ? 'the one that was promised' : 'the one that came the first time';
    const found = `It is ${size} bytes with the SHA-256 ${hash}.`;
    const wanted = `Expected${bytes === undefined ? '' : ` ${bytes} bytes and`} a SHA-256 that begins with ${sha256}.`;
    const explanation = `This file came from ${url} and is not ${promised}. ${found} ${wanted} It was not opened. Delete it, or compare it with what its authors publish.`;
    const moved = await quarantine(this.part, this.request.quarantine, explanation);
    const anew = pin === undefined ? '' : ` If its authors have changed the file, delete ${pin} and download again.`;
    throw new DownloadError(
      `${hostOf(url)} sent another file than ${promised} (SHA-256 ${hash.slice(0, 8)} instead of ${sha256.slice(0, 8)}). It was not opened; it lies in ${moved}.${anew}`,
      false,
    );
  }

  #givenUp(error: TransientError, attempts: number): DownloadError {
    const { size } = this.part;
    const kept = size > 0 ? ` ${formatBytes(size)} are kept: try again to go on from there.` : ' Try again later.';
    return new DownloadError(`The download was tried ${attempts} times and failed: ${error.message}.${kept}`, true, {
      cause: error,
    });
  }
}
