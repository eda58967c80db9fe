/** How the command line fails: one line on stderr, and an exit status that scripts can tell apart. */
import { EngineError } from '../engine/errors.ts';

/** The command was called wrongly: exit status 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The line to show for an error. What was not foreseen says so, and how to see more. */
export function errorLine(error: unknown, file?: string): string {
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ').trim();
  if (!(error instanceof EngineError) && !(error instanceof UsageError)) {
    return `error: ${file ? `${file}: ` : ''}unexpected failure: ${message} (GAN_PRIOR_DEBUG=1 shows where)`;
  }
  return `error: ${file && !message.includes(file) ? `${file}: ` : ''}${message}`;
}

export function report(error: unknown, file?: string): void {
  process.stderr.write(`${errorLine(error, file)}\n`);
  if (process.env['GAN_PRIOR_DEBUG']) console.error(error);
}
