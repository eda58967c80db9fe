import { EngineError } from '../../engine/errors.ts';

/** A download that ended without its file. The message names the address's host and says what to do. */
export class DownloadError extends EngineError {
  override name = 'DownloadError';
  constructor(
    message: string,
    /** Whether what has arrived is worth keeping, so that the next download goes on from there. */
    readonly resumable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Trouble on the way that another attempt may not meet. */
export class TransientError extends Error {
  override name = 'TransientError';
  constructor(
    message: string,
    /** Milliseconds the server asked to wait. */
    readonly retryAfterMs = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The store refuses to do something; the message says why. */
export class StoreError extends EngineError {
  override name = 'StoreError';
}
