/** What the two threads of the command line tell each other. */
import { constants } from 'node:os';
import * as v from 'valibot';

/** Requests to end: Ctrl-C, `kill`, a terminal that closes. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Signal = (typeof SIGNALS)[number];

/** The exit status of a command that ended because it was asked to, as shells count it: 130, 143, 129. */
export const statusOf = (signal: Signal): number => 128 + constants.signals[signal];

const columns = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What the thread of the commands begins with. */
export const beginningSchema = v.object({
  /** Width of the terminal; absent where standard output is none. */
  columns: v.exactOptional(columns),
  /** One whole number, not 0 while a signal is answered by the work itself: a run that keeps what there is. */
  answering: v.instance(SharedArrayBuffer),
});
export type Beginning = v.InferOutput<typeof beginningSchema>;

/** What it is told. */
export const noticeSchema = v.variant('kind', [
  v.object({ kind: v.literal('signal'), signal: v.picklist(SIGNALS) }),
  v.object({ kind: v.literal('resized'), columns }),
]);
export type Notice = v.InferOutput<typeof noticeSchema>;
