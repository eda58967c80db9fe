/** How the command line fails: one line on stderr, and an exit status that scripts can tell apart. */
import { EngineError } from '../engine/errors.ts';
import { shown } from '../node/errors.ts';

/** The command was called wrongly: exit status 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Who is stopped by a signal exits with its own status: see `messages.ts`. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** The line to show for an error. */
export const errorLine = (error: unknown, file?: string): string => `error: ${problemOf(error, file)}`;

/** What went wrong, with the file that it concerns. What was not foreseen says so, and how to see more. */
export function problemOf(error: unknown, file?: string): string {
  const message = shown((error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ').trim());
  const name = file === undefined || message.includes(shown(file)) ? '' : `${shown(file)}: `;
  if (isOutOfMemory(error)) {
    return `${name}there is not enough memory. Choose fewer --codes, a --region, or a smaller picture.`;
  }
  if (error instanceof EngineError || error instanceof UsageError) return `${name}${message}`;
  return `${name}unexpected failure: ${message} (GAN_PRIOR_DEBUG=1 shows where)`;
}

/** Of JavaScript's heap, of its buffers, or of the native runtime. */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ||
    /allocation failed|bad_alloc|failed to allocate/i.test(error.message));

export function report(error: unknown, file?: string): void {
  process.stderr.write(`${errorLine(error, file)}\n`);
  if (process.env['GAN_PRIOR_DEBUG']) console.error(error);
}

/** Something worth knowing that stops nothing, about one file. */
export const note = (text: string, file: string): void => void process.stderr.write(`note: ${file}: ${text}\n`);
