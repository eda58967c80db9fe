/** Evaluates functions against the live vscode API of an extension host; `bridge/host.mjs` is the other end. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type * as vscode from 'vscode';
import { KEEP_NAMES } from './chromium.ts';

export type VSCode = typeof vscode;

interface Message {
  readonly ready?: true;
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
}

export class Bridge {
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #announce: (() => void) | undefined;
  #socket: Socket | undefined;
  #lastId = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.#socket = socket;
      socket.on('error', () => undefined);
      socket.on('close', () => {
        // The host of a closed window may linger into the life of the next one.
        if (socket !== this.#socket) return;
        this.#socket = undefined;
        this.#fail('The extension host is gone.');
      });
      const lines = createInterface({ input: socket });
      lines.on('line', (line) => this.#receive(JSON.parse(line) as Message));
      // Those of the socket come here, too.
      lines.on('error', () => undefined);
    });
  }

  /** @param address a path for a socket; the extension host finds it in the environment as TEST_BRIDGE */
  static async listen(address: string): Promise<Bridge> {
    const server = createServer().listen(address);
    await once(server, 'listening');
    return new Bridge(server);
  }

  /** Resolves when the next extension host has connected: that of the window which is about to be opened. */
  connected = (): Promise<void> => new Promise((resolve) => (this.#announce = resolve));

  /**
   * Runs `action` in the extension host. It is sent as source, so it sees only its arguments, which travel as JSON like
   * its result.
   */
  run<A extends readonly unknown[], R>(
    action: (api: VSCode, ...args: A) => R | PromiseLike<R>,
    ...args: A
  ): Promise<R> {
    return new Promise((resolve, reject) => {
      if (!this.#socket) return reject(new Error('The extension host has not connected.'));
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ id, source: String(action), prelude: KEEP_NAMES, args })}\n`);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.server.close();
  }

  #receive({ ready, id, result, error }: Message): void {
    if (ready) return this.#announce?.();
    const call = this.#waiting.get(id!);
    this.#waiting.delete(id!);
    if (error !== undefined) call?.reject(new Error(error));
    else call?.resolve(result as never);
  }

  #fail(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}
