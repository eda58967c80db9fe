/** A server on this machine that hands out one file, well or badly. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';

/** What goes wrong with one request. */
export type Fault =
  | 'none'
  /** Sends this many bytes of the answer, then nothing, with the connection open. */
  | { readonly stallAfter: number }
  /** Announces all, ends after this many bytes. */
  | { readonly truncateAfter: number }
  | { readonly resetAfter: number }
  /** Answers a Range with the whole file. */
  | 'ignore range'
  /** Says that the range is beyond the file. */
  | 'range not satisfiable'
  /** Sends a range that begins elsewhere. */
  | 'other range'
  /** Sends the bytes without saying how many. */
  | 'no length'
  /** Sends one byte too many, without a length. */
  | 'endless'
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly redirect: string };

export interface Seen {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly status: number;
  /** Bytes of the body that were handed to the connection. */
  sent: number;
}

export class FileServer {
  /** Faults of the next requests, in order; later requests are answered well. */
  readonly faults: Fault[] = [];
  readonly seen: Seen[] = [];
  etag: string | undefined = '"1"';
  #content: Buffer;
  #waiters: (() => void)[] = [];
  #received = 0;
  #arrivals: (() => void)[] = [];
  readonly #connections = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    content: Uint8Array,
  ) {
    this.#content = Buffer.from(content);
    server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
  }

  static async start(content: Uint8Array): Promise<FileServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FileServer(server, content);
  }

  /** Replaces the file, under another ETag. */
  replace(content: Uint8Array): void {
    this.#content = Buffer.from(content);
    this.etag = `"${createHash('sha256').update(content).digest('hex').slice(0, 8)}"`;
  }

  /** Told how much of the file has arrived: a broken connection loses what its receiver has not read yet. */
  arrived(received: number): void {
    this.#received = received;
    for (const look of this.#arrivals.splice(0)) look();
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/prior-00000000.pth`;
  }

  /** Bytes of the file that were sent, over all requests. */
  get sent(): number {
    return this.seen.reduce((sum, { sent }) => sum + sent, 0);
  }

  /** Resolves when this many requests have been made. */
  async requests(count: number): Promise<void> {
    while (this.seen.length < count) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Resolves when nobody is connected any more. */
  async left(): Promise<void> {
    for (const socket of this.#connections) await once(socket, 'close');
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const fault = this.faults.shift() ?? 'none';
    const { range, 'if-range': ifRange } = request.headers as Record<string, string | undefined>;
    const respond = (status: number, headers: Record<string, string>): Seen => {
      const seen: Seen = { path: request.url ?? '', range, ifRange, status, sent: 0 };
      this.seen.push(seen);
      for (const wake of this.#waiters.splice(0)) wake();
      response.writeHead(status, headers);
      return seen;
    };
    if (typeof fault === 'object' && 'status' in fault) {
      respond(fault.status, fault.retryAfter === undefined ? {} : { 'retry-after': `${fault.retryAfter}` });
      return void response.end('no');
    }
    if (typeof fault === 'object' && 'redirect' in fault) {
      respond(302, { location: fault.redirect });
      return void response.end();
    }
    const total = this.#content.length;
    const first = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? NaN);
    if (fault === 'range not satisfiable' || first >= total) {
      respond(416, { 'content-range': `bytes */${total}` });
      return void response.end();
    }
    const partial = !Number.isNaN(first) && ifRange === this.etag && fault !== 'ignore range';
    const start = partial ? first - (fault === 'other range' ? 1 : 0) : 0;
    const body = this.#content.subarray(start);
    const seen = respond(partial ? 206 : 200, {
      ...(this.etag !== undefined && { etag: this.etag }),
      ...(fault !== 'no length' && fault !== 'endless' && { 'content-length': `${body.length}` }),
      ...(partial && { 'content-range': `bytes ${start}-${total - 1}/${total}` }),
    });
    this.#send(response, body, fault, seen, start);
  }

  #send(response: ServerResponse, body: Buffer, fault: Fault, seen: Seen, start: number): void {
    const write = (bytes: Buffer, then: () => void): void => {
      seen.sent += bytes.length;
      response.write(bytes, then);
    };
    if (typeof fault === 'string') {
      write(body, () => (fault === 'endless' ? write(Buffer.alloc(1), () => response.end()) : response.end()));
    } else if ('stallAfter' in fault) {
      write(body.subarray(0, fault.stallAfter), () => undefined);
    } else if ('truncateAfter' in fault) {
      const { truncateAfter } = fault;
      write(body.subarray(0, truncateAfter), () => this.#once(start + truncateAfter, () => response.socket?.end()));
    } else if ('resetAfter' in fault) {
      const { resetAfter } = fault;
      write(body.subarray(0, resetAfter), () =>
        this.#once(start + resetAfter, () => response.socket?.resetAndDestroy()),
      );
    }
  }

  /** Calls back when the receiver has this many bytes of the file. */
  #once(received: number, then: () => void): void {
    if (this.#received >= received) then();
    else this.#arrivals.push(() => this.#once(received, then));
  }
}
