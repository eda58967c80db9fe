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
    super(`${shown(file)} ${problem}`, options);
  }
}

/**
 * A text from outside, such as a file's name, as a part of one line: what would move the cursor is written out, and an
 * empty one can be seen.
 */
export function shown(text: string): string {
  if (text === '') return '""';
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (letter) => {
    const known = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[letter];
    return known ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
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
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'part of the path is not a folder',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead round in a circle',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EDQUOT: 'no more may be stored there',
  EFBIG: 'it would be too large a file',
  EIO: 'the disk reports an error',
  EBUSY: 'it is in use',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENXIO: 'there is no such device',
  EPIPE: 'nobody reads it',
  EEXIST: 'it exists already',
};
