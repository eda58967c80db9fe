/** The command's side of its thread: the terminal as the main thread sees it, and the signals that it receives. */
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { shown } from '../node/errors.ts';
import { writesDone } from '../node/files.ts';
import { beginningSchema, noticeSchema, statusOf, type Signal } from './messages.ts';

const beginning = v.safeParse(beginningSchema, workerData);
const answering = beginning.success ? new Int32Array(beginning.output.answering) : new Int32Array(1);
const answers = new Set<() => void>();
let received: Signal | undefined;

/** Standard output. */
export const terminal = {
  isTTY: beginning.success && beginning.output.columns !== undefined,
  columns: beginning.success ? beginning.output.columns : undefined,
  write: (text: string): boolean => process.stdout.write(text),
};

/** Writes one line to standard output. */
export const say = (line: string): boolean => terminal.write(`${shown(line)}\n`);

/** The request to end that has arrived, if any. */
export const receivedSignal = (): Signal | undefined => received;

/** From now on `answer` is called when a request to end arrives; without any, the command ends at once. @returns a function that ends this */
export function answerSignals(answer: () => void): () => void {
  answers.add(answer);
  Atomics.store(answering, 0, answers.size);
  return () => {
    answers.delete(answer);
    Atomics.store(answering, 0, answers.size);
  };
}

parentPort?.on('message', (message: unknown) => {
  const notice = v.parse(noticeSchema, message);
  if (notice.kind === 'resized') {
    terminal.columns = notice.columns;
    return;
  }
  received = notice.signal;
  if (answers.size > 0) for (const answer of answers) answer();
  // What is being written gets its name, or is taken away, first.
  else void writesDone().then(() => process.exit(statusOf(notice.signal)));
});
// Listening does not keep the thread alive.
parentPort?.unref();
