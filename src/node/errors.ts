import { EngineError } from '../engine/errors.ts';

/** Something about one file that a person can act on. The message starts with the file's name. */
export class FileError extends EngineError {
  override name = 'FileError';
  constructor(
    readonly file: string,
    /** The rest of the sentence: "is empty.", "cannot be read: ...". */
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file} ${problem}`, options);
  }
}

/** The reason inside a system error ("no such file or directory"), without its code, call and path. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return SYSTEM_REASONS[code] ?? error.message.replace(/\s+/g, ' ');
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EEXIST: 'it exists already',
};
