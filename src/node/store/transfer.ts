/** One attempt to get the rest of a file. */
import { DownloadError, TransientError } from './errors.ts';
import { failure, hostOf, request } from './http.ts';
import type { PartFile } from './partFile.ts';

export interface Transfer {
  readonly url: string;
  /** Longest time without a byte, in milliseconds. */
  readonly stallMs: number;
  /** The most that is taken of a server that announces no length. */
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
  /** Asked before the first byte is taken. @param total length of the whole file, where the server says */
  expect(total: number | undefined): Promise<void>;
  onBytes(count: number): void;
}

/**
 * Adds to the part what the server has beyond it, or begins it anew when the server's file is another one by now.
 * @throws TransientError when another attempt may help
 * @throws DownloadError when none will
 */
export async function receive(part: PartFile, transfer: Transfer): Promise<void> {
  const { url, signal } = transfer;
  const watch = new StallWatch(transfer.stallMs, url, signal);
  try {
    const response = await request(url, resumption(part), watch.signal);
    watch.alive();
    try {
      if ((await begin(part, response, transfer)) === 'complete') return;
      await save(part, response, transfer, watch);
    } finally {
      // What nobody reads keeps the connection, and with it the process.
      await response.body?.cancel().catch(() => undefined);
    }
  } finally {
    watch.end();
  }
  const { size, total } = part;
  if (total !== undefined && size < total) throw new TransientError(`${hostOf(url)}: it sent less than it announced`);
}

/** Asks for the rest, if it is still the rest of the same file. */
const resumption = (part: PartFile): Record<string, string> =>
  part.validator === undefined ? {} : { range: `bytes=${part.size}-`, 'if-range': part.validator };

/** Makes the part fit the answer. */
async function begin(part: PartFile, response: Response, transfer: Transfer): Promise<'more' | 'complete'> {
  const { status, headers } = response;
  if (status === 200) {
    const known = describe(headers);
    await part.restart(known);
    await transfer.expect(known.total);
    return 'more';
  }
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const total = range?.[2] === undefined || range[2] === '*' ? undefined : Number(range[2]);
  if (status === 416) {
    // The server has nothing beyond what is here: it is the whole file, which the hash will tell, or not its beginning.
    if (part.size > 0 && total === part.size) return 'complete';
    return startOver(part, `${hostOf(transfer.url)}: its file is shorter than what was here`);
  }
  const fits = range?.[1] !== undefined && Number(range[1]) === part.size && part.size > 0;
  const same = part.total === undefined || total === undefined || total === part.total;
  if (!fits || !same) {
    return startOver(part, `${hostOf(transfer.url)}: it sent another part than it was asked for`);
  }
  await transfer.expect(part.total ?? total);
  return 'more';
}

/** The next attempt asks for the whole file. */
async function startOver(part: PartFile, problem: string): Promise<never> {
  await part.discard();
  throw new TransientError(problem);
}

function describe(headers: Headers): { total?: number; validator?: string } {
  const length = headers.get('content-length');
  const encoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  const etag = headers.get('etag');
  // A weak tag promises the same meaning, not the same bytes.
  const validator = etag?.startsWith('"') ? etag : headers.get('last-modified');
  return {
    ...(length !== null && !encoded && /^\d+$/.test(length) && { total: Number(length) }),
    ...(validator !== null && validator !== undefined && { validator }),
  };
}

async function save(part: PartFile, response: Response, transfer: Transfer, watch: StallWatch): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const out = await part.append();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw failure(error, transfer.url, watch.signal);
      });
      if (done) return;
      watch.alive();
      if (part.size + value.length > (part.total ?? transfer.limit)) {
        throw new DownloadError(`${hostOf(transfer.url)} sends more than it should. Nothing was kept.`, false);
      }
      await out.write(value);
      transfer.onBytes(value.length);
    }
  } finally {
    await out.close();
    await part.trim();
    reader.releaseLock();
  }
}

/** Aborts a transfer that brings nothing for too long, or that somebody cancels. */
class StallWatch {
  readonly #controller = new AbortController();
  readonly #cancel = (): void => this.#controller.abort(this.outer?.reason);
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stallMs: number,
    private readonly url: string,
    private readonly outer: AbortSignal | undefined,
  ) {
    if (outer?.aborted) this.#cancel();
    outer?.addEventListener('abort', this.#cancel);
    this.alive();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something arrived. */
  alive(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#controller.abort(new TransientError(`${hostOf(this.url)}: nothing arrives any more`));
    }, this.stallMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener('abort', this.#cancel);
  }
}
