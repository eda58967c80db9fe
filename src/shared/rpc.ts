/**
 * Typed requests and notifications over any message channel (webview <-> extension host, page <-> worker,
 * host <-> worker thread). Whatever arrives is validated before it is believed, and a request always gets an answer: its
 * result or an error a person can read.
 */
import * as v from 'valibot';

/** One side's vocabulary: what it can be asked, and what it can be told. */
export interface Contract {
  readonly requests: Readonly<Record<string, { readonly params: v.GenericSchema; readonly result: v.GenericSchema }>>;
  readonly notifications: Readonly<Record<string, v.GenericSchema>>;
}

type Requests<C extends Contract> = C['requests'];
export type Params<C extends Contract, M extends keyof Requests<C>> = v.InferOutput<Requests<C>[M]['params']>;
export type Result<C extends Contract, M extends keyof Requests<C>> = v.InferOutput<Requests<C>[M]['result']>;

/** What a side implements. Throwing (or rejecting) answers the request with the error's message. */
export type Handlers<C extends Contract> = {
  readonly [M in keyof Requests<C>]: (params: Params<C, M>) => Promise<Result<C, M>> | Result<C, M>;
} & {
  readonly [M in keyof C['notifications']]: (payload: v.InferOutput<C['notifications'][M]>) => void;
};

/** What a side calls on the other. */
export interface Remote<C extends Contract> {
  request<M extends keyof Requests<C> & string>(
    method: M,
    params: Params<C, M>,
    transfer?: readonly Transferable[],
  ): Promise<Result<C, M>>;
  notify<M extends keyof C['notifications'] & string>(
    method: M,
    payload: v.InferOutput<C['notifications'][M]>,
    transfer?: readonly Transferable[],
  ): void;
  /** Rejects every request still waiting, with this reason. */
  close(reason: string): void;
}

export interface Channel {
  post(message: unknown, transfer?: readonly Transferable[]): void;
  /** Called once, with the function that takes arriving messages. */
  listen(receive: (message: unknown) => void): void;
}

const envelope = v.variant('kind', [
  v.object({ kind: v.literal('request'), id: v.number(), method: v.string(), params: v.unknown() }),
  v.object({ kind: v.literal('response'), id: v.number(), result: v.unknown() }),
  v.object({ kind: v.literal('failure'), id: v.number(), message: v.string() }),
  v.object({ kind: v.literal('notification'), method: v.string(), payload: v.unknown() }),
]);

/** An error the other side answered with. Its message is meant for people. */
export class RemoteError extends Error {
  override name = 'RemoteError';
}

const moved = new WeakMap<object, readonly Transferable[]>();

/** An answer whose buffers go over to the other side instead of being copied; its handler must not use them again. */
export function moving<T extends object>(answer: T, transfer: readonly Transferable[]): T {
  moved.set(answer, transfer);
  return answer;
}

/**
 * Joins a channel: serves `local` with `handlers`, and returns the other side's `remote` vocabulary to call.
 * @param onInvalid told about messages that fit neither contract (they are dropped)
 */
export function connect<L extends Contract, R extends Contract>(
  channel: Channel,
  local: L,
  handlers: Handlers<L>,
  remote: R,
  onInvalid: (problem: string) => void,
): Remote<R> {
  const waiting = new Map<
    number,
    { method: string; resolve: (value: never) => void; reject: (error: Error) => void }
  >();
  const table = handlers as unknown as Record<string, (params: unknown) => unknown>;
  let nextId = 1;
  let closed: string | undefined;

  const serve = async (id: number, method: string, params: unknown): Promise<void> => {
    try {
      const contract = local.requests[method];
      if (!contract) throw new RemoteError(`Unknown request "${method}".`);
      const result = await table[method]!(v.parse(contract.params, params));
      channel.post({ kind: 'response', id, result }, moved.get(result as object));
    } catch (error) {
      channel.post({ kind: 'failure', id, message: describe(error, method) });
    }
  };

  const settle = (
    id: number,
    finish: (call: { method: string; resolve: (value: never) => void; reject: (error: Error) => void }) => void,
  ) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (call) finish(call);
  };

  channel.listen((message) => {
    const parsed = v.safeParse(envelope, message);
    if (!parsed.success) return onInvalid('a message without a known envelope');
    const m = parsed.output;
    switch (m.kind) {
      case 'request':
        return void serve(m.id, m.method, m.params);
      case 'failure':
        return settle(m.id, ({ reject }) => reject(new RemoteError(m.message)));
      case 'response':
        return settle(m.id, ({ method, resolve, reject }) => {
          const result = v.safeParse(remote.requests[method]!.result, m.result);
          if (result.success) resolve(result.output as never);
          else reject(new RemoteError(`The answer to "${method}" is not understood: ${v.summarize(result.issues)}`));
        });
      case 'notification': {
        const schema = local.notifications[m.method];
        const payload = schema && v.safeParse(schema, m.payload);
        if (!payload?.success) return onInvalid(`notification "${m.method}"`);
        table[m.method]!(payload.output);
      }
    }
  });

  return {
    request: (method, params, transfer) =>
      new Promise((resolve, reject) => {
        if (closed !== undefined) return reject(new RemoteError(closed));
        const id = nextId++;
        waiting.set(id, { method, resolve, reject });
        channel.post({ kind: 'request', id, method, params }, transfer);
      }),
    notify: (method, payload, transfer) => channel.post({ kind: 'notification', method, payload }, transfer),
    close(reason) {
      closed = reason;
      for (const { reject } of waiting.values()) reject(new RemoteError(reason));
      waiting.clear();
    },
  };
}

const describe = (error: unknown, method: string): string => {
  if (v.isValiError(error)) return `The request "${method}" is not understood: ${v.summarize(error.issues)}`;
  return error instanceof Error ? error.message : String(error);
};
