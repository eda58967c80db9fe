/** Work that several callers wait for at once: the first one starts it, the last one to cancel stops it. */

interface Shared<T, E> {
  readonly work: Promise<T>;
  readonly listeners: Set<(event: E) => void>;
  readonly controller: AbortController;
  callers: number;
}

export interface Caller<E> {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: E) => void) | undefined;
}

export class SharedWork<T, E> {
  readonly #going = new Map<string, Shared<T, E>>();

  /** Names of the work that goes on. */
  get keys(): string[] {
    return [...this.#going.keys()];
  }

  /** Joins the work of this name, or starts it. A caller that cancels is rejected with its signal's reason. */
  async join(
    key: string,
    { signal, onEvent }: Caller<E>,
    start: (signal: AbortSignal, onEvent: (event: E) => void) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const shared = this.#going.get(key) ?? this.#start(key, start);
    shared.callers += 1;
    if (onEvent) shared.listeners.add(onEvent);
    const left = new Promise<never>((_, reject) => {
      const leave = (): void => {
        shared.callers -= 1;
        if (shared.callers > 0) return reject(signal?.reason as Error);
        // Who comes now begins anew; the last one waits until the work has put its things away.
        if (this.#going.get(key) === shared) this.#going.delete(key);
        shared.controller.abort(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([shared.work, left]);
    } finally {
      if (onEvent) shared.listeners.delete(onEvent);
    }
  }

  #start(key: string, start: (signal: AbortSignal, onEvent: (event: E) => void) => Promise<T>): Shared<T, E> {
    const controller = new AbortController();
    const listeners = new Set<(event: E) => void>();
    const tell = (event: E): void => {
      for (const listener of listeners) listener(event);
    };
    const work = start(controller.signal, tell).finally(() => {
      if (this.#going.get(key) === shared) this.#going.delete(key);
    });
    const shared: Shared<T, E> = { work, listeners, controller, callers: 0 };
    this.#going.set(key, shared);
    return shared;
  }
}
