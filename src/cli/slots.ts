/** Several pictures at one time: as many threads, each with a runtime of its own, because native code keeps a thread busy. */
import { MessageChannel, Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { EngineError } from '../engine/errors.ts';
import type { TaskId } from '../engine/generator/manifest.ts';
import { factsSchema } from '../node/batch/report.ts';
import { NATIVE_THREAD } from '../node/nativeRuntime.ts';
import { portChannel } from '../node/portChannel.ts';
import { actionSchema } from '../shared/run/control.ts';
import { connect, type Contract, type Handlers, type Remote } from '../shared/rpc.ts';
import type { Make } from './batch.ts';
import type { RestoreOptions } from './commands/restore.ts';

/** What a slot is asked, and told. */
export const slotContract = {
  requests: {
    open: { params: v.object({}), result: v.object({}) },
    make: {
      params: v.object({ name: v.string(), within: v.string(), output: v.string() }),
      result: v.union([
        v.object({ facts: factsSchema }),
        /** code: the system's, such as ENOSPC. */
        v.object({ problem: v.string(), code: v.exactOptional(v.string()) }),
      ]),
    },
  },
  notifications: { order: actionSchema },
} as const satisfies Contract;
export const slotHostContract = {
  requests: {},
  notifications: { progress: v.object({ fraction: v.number(), etaMs: v.exactOptional(v.number()) }) },
} as const satisfies Contract;

/** What a slot begins with, beside its port. */
export interface SlotData {
  readonly slot: { readonly task: TaskId; readonly options: RestoreOptions };
}

/** A failure in a slot, told as that thread says it. */
class SlotError extends EngineError {
  override name = 'SlotError';
  constructor(
    problem: string,
    readonly code: string | undefined,
  ) {
    super(problem);
  }
}

class Slot {
  readonly #worker: Worker;
  readonly #remote: Remote<typeof slotContract>;
  #hear: ((fraction: number, etaMs?: number) => void) | undefined;

  constructor(data: SlotData) {
    const { port1, port2 } = new MessageChannel();
    this.#worker = new Worker(new URL(import.meta.url), {
      ...NATIVE_THREAD,
      workerData: { ...data, port: port2 },
      transferList: [port2],
    });
    const handlers: Handlers<typeof slotHostContract> = {
      progress: ({ fraction, etaMs }) => this.#hear?.(fraction, etaMs),
    };
    this.#remote = connect(portChannel(port1), slotHostContract, handlers, slotContract, (problem) =>
      this.#lost(`it sent ${problem}`),
    );
    this.#worker.once('error', (error) => this.#lost(error.message));
    this.#worker.once('exit', () => this.#lost('it ended'));
  }

  open = (): Promise<object> => this.#remote.request('open', {});

  make: Make = async (placed, { obey, tell }) => {
    this.#hear = tell;
    obey((order) => this.#remote.notify('order', order));
    const { name, within, output } = placed;
    const made = await this.#remote.request('make', { name, within, output });
    if ('facts' in made) return made.facts;
    throw new SlotError(made.problem, made.code);
  };

  close = (): Promise<number> => this.#worker.terminate();

  #lost(why: string): void {
    this.#remote.close(`The thread that made it stopped: ${why}.`);
    void this.#worker.terminate();
  }
}

export class Slots {
  private constructor(
    private readonly all: readonly Slot[],
    private readonly free = [...all],
  ) {}

  /** @throws what keeps one of them from beginning */
  static async open(count: number, task: TaskId, options: RestoreOptions): Promise<Slots> {
    const all = Array.from({ length: count }, () => new Slot({ slot: { task, options } }));
    try {
      await Promise.all(all.map((slot) => slot.open()));
    } catch (error) {
      await Promise.all(all.map((slot) => slot.close()));
      throw new EngineError((error as Error).message, { cause: error });
    }
    return new Slots(all);
  }

  /** Whoever calls it knows that one is free. */
  make: Make = async (placed, making) => {
    const slot = this.free.pop()!;
    try {
      return await slot.make(placed, making);
    } finally {
      this.free.push(slot);
    }
  };

  close = (): Promise<unknown> => Promise.all(this.all.map((slot) => slot.close()));
}
