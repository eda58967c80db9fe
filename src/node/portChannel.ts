import type { TransferListItem } from 'node:worker_threads';
import type { Channel } from '../shared/rpc.ts';

/** Either end of a worker thread's message port. */
interface Port {
  postMessage(message: unknown, transfer?: readonly TransferListItem[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** A worker thread's port as a channel for `rpc.ts`. */
export const portChannel = (port: Port): Channel => ({
  post: (message, transfer = []) => port.postMessage(message, transfer as readonly TransferListItem[]),
  listen: (receive) => void port.on('message', receive),
});
