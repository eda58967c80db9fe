/** One of several threads that make pictures at one time: see slots.ts. */
import { MessagePort } from 'node:worker_threads';
import { portChannel } from '../node/portChannel.ts';
import type { Order } from '../node/batch/service.ts';
import { connect, type Handlers } from '../shared/rpc.ts';
import type { Make } from './batch.ts';
import { problemOf } from './errors.ts';
import { openMake } from './restore.ts';
import { slotContract, slotHostContract, type SlotData } from './slots.ts';

type Beginning = SlotData & { readonly port: MessagePort };

/** @returns nothing: this thread is none of them */
export function beginningOfSlot(data: unknown): Beginning | undefined {
  const given = data as Partial<Beginning> | null;
  return given?.slot && given.port instanceof MessagePort ? (given as Beginning) : undefined;
}

export function serveSlot({ slot: { task, options }, port }: Beginning): void {
  let make: Make | undefined;
  let follow: ((order: Order) => void) | undefined;
  const handlers: Handlers<typeof slotContract> = {
    async open() {
      make = await openMake(task, options);
      return {};
    },
    async make(placed) {
      try {
        const tell = (fraction: number, etaMs?: number): void =>
          host.notify('progress', { fraction, ...(etaMs !== undefined && { etaMs }) });
        return { facts: await make!(placed, { obey: (given) => (follow = given), tell }) };
      } catch (error) {
        const code = codeOf(error);
        return { problem: problemOf(error, placed.name), ...(code !== undefined && { code }) };
      } finally {
        follow = undefined;
      }
    },
    order: (order) => follow?.(order),
  };
  const host = connect(portChannel(port), slotContract, handlers, slotHostContract, () => undefined);
}

/** Of the system's error behind it. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return (error as NodeJS.ErrnoException).code ?? codeOf(error.cause);
}
