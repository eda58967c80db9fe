/** The main thread: starts the one that works, passes output and signals on, and says in one line how that one died. */
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { reason } from '../node/errors.ts';
import { NATIVE_THREAD } from '../node/nativeRuntime.ts';
import { EXIT, report } from './errors.ts';
import { SIGNALS, type Beginning, type Notice, type Signal } from './messages.ts';

/** How long the work may take to end after it was asked to, in milliseconds, unless it answers signals itself. */
const GRACE_MS = 2000;

/** @param entry the script that both threads run */
export function supervise(entry: URL): void {
  const answering = new SharedArrayBuffer(4);
  const columns = columnsOf(process.stdout);
  const beginning: Beginning = { answering, ...(columns !== undefined && { columns }) };
  const worker = new Worker(entry, {
    ...NATIVE_THREAD,
    argv: process.argv.slice(2),
    workerData: beginning,
    stdout: true,
    stderr: true,
    // As --max-old-space-size says, which counts for the main thread alone.
    resourceLimits: { maxOldGenerationSizeMb: getHeapStatistics().heap_size_limit / 2 ** 20 },
  });
  const tell = (notice: Notice): void => worker.postMessage(notice);
  passOutputOn(worker);
  process.stdout.on('resize', () => tell({ kind: 'resized', columns: process.stdout.columns }));

  let asked = false;
  const onSignal = (signal: Signal): void => {
    if (asked) return die(signal);
    asked = true;
    tell({ kind: 'signal', signal });
    setTimeout(() => {
      if (Atomics.load(new Int32Array(answering), 0) === 0) return die(signal);
      process.stderr.write('Stopping when the computation at hand is done. Once more to give up at once.\n');
    }, GRACE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);

  let died = false;
  worker.once('error', (error) => {
    died = true;
    report(error);
  });
  worker.once('exit', (code) => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    if (code !== 0 || died) process.exitCode = died ? EXIT.failed : code;
  });
}

/** A terminal that is none of the system's, such as that of a task in VS Code, says by a variable how wide it is. */
function columnsOf({ isTTY, columns }: NodeJS.WriteStream): number | undefined {
  if (isTTY) return columns;
  const told = Number(process.env['GANPRIOR_COLUMNS']);
  return Number.isInteger(told) && told > 0 ? told : undefined;
}

/**
 * Who no longer reads (`| head`) is no reason to give up files that are being made: the rest is written to nobody. Any
 * other failure is said once.
 */
function passOutputOn(worker: Worker): void {
  let said = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A terminal that was closed gives EIO.
    if (said || error.code === 'EPIPE' || error.code === 'EIO') return;
    said = true;
    process.exitCode = EXIT.failed;
    process.stderr.write(`error: standard output cannot be written: ${reason(error)}.\n`);
  });
  process.stderr.on('error', () => undefined);
  worker.stdout.on('data', (part: Buffer) => process.stdout.write(part));
  worker.stderr.on('data', (part: Buffer) => process.stderr.write(part));
}

/** Ends at once, whatever native code is doing: `process.exit()` would wait for it. */
function die(signal: Signal): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
