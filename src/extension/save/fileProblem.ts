/** What the system says when a file cannot be read or saved, in words. Every read and every save of a file goes through here. */
import { t } from '@vscode/l10n';

/** A file that could not be read or saved; the message is for people. */
export class FileProblem extends Error {
  override name = 'FileProblem';
}

/** The codes of Node and those of `vscode.FileSystemError`, which tells some of Node's in its message alone. */
const KINDS = {
  full: ['ENOSPC', 'EDQUOT', 'FileExceedsStorageQuota'],
  readOnly: ['EROFS'],
  denied: ['EACCES', 'EPERM', 'NoPermissions', 'FileWriteLocked'],
  taken: ['EEXIST', 'ENOTEMPTY', 'FileExists', 'EntryExists'],
  missing: ['ENOENT', 'FileNotFound', 'EntryNotFound'],
  noFolder: ['ENOTDIR', 'FileNotADirectory', 'EntryNotADirectory'],
  folder: ['EISDIR', 'FileIsADirectory', 'EntryIsADirectory'],
  nameTooLong: ['ENAMETOOLONG'],
  busy: ['EBUSY', 'ETXTBSY', 'EMFILE', 'ENFILE'],
  tooLarge: ['EFBIG', 'FileTooLarge'],
  unreachable: ['Unavailable', 'EIO', 'ENODEV', 'ENXIO', 'ESTALE', 'ETIMEDOUT', 'ECONNRESET', 'EHOSTDOWN', 'ENOTCONN'],
} as const satisfies Record<string, readonly string[]>;
type Kind = keyof typeof KINDS;

/**
 * The same error with a message for people.
 * @param path of the file, or its URI's
 * @returns errors that have one already, and those that are none of a file, as they are
 */
export function fileProblem(error: unknown, path: string, doing: 'read' | 'write'): Error {
  const codes = codesOf(error);
  if (error instanceof FileProblem || codes.length === 0)
    return error instanceof Error ? error : new Error(String(error));
  const { name, folder } = partsOf(path);
  const sentence =
    doing === 'read' ? whyNotRead(kindOf(codes), name, codes[0]!) : whyNotSaved(kindOf(codes), name, folder, codes[0]!);
  return new FileProblem(sentence, { cause: error });
}

/** Whether a file is not there. */
export const isMissing = (error: unknown): boolean => ['missing', 'noFolder'].includes(kindOf(codesOf(error)) ?? '');

/** Whether a name is taken already. */
export const isTaken = (error: unknown): boolean => kindOf(codesOf(error)) === 'taken';

const kindOf = (codes: readonly string[]): Kind | undefined =>
  codes
    .map((code) => (Object.keys(KINDS) as Kind[]).find((kind) => (KINDS[kind] as readonly string[]).includes(code)))
    .find((kind) => kind !== undefined);

/** What a file system calls an error, the most telling name first; nothing for any other error. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const code = String((error as { code?: unknown }).code);
  if (!/FileSystemError/.test(error.name) && !/^E[A-Z]{2,}$/.test(code)) return [];
  // VS Code's own "Unknown" hides what the system said.
  const said = /\b(E[A-Z]{2,}):/.exec(error.message)?.[1];
  return [...(said === undefined ? [] : [said]), code];
}

function whyNotSaved(kind: Kind | undefined, name: string, folder: string, code: string): string {
  switch (kind) {
    case 'full':
      return t('{0} was not saved: the disk is full.', name);
    case 'readOnly':
      return t('{0} was not saved: nothing can be written to {1}, which is read-only.', name, folder);
    case 'denied':
      return t('{0} was not saved: you are not allowed to write to it, or to {1}.', name, folder);
    case 'taken':
      return t('{0} was not saved: there is a file of that name already.', name);
    case 'missing':
      return t('{0} was not saved: the folder {1} is not there any more.', name, folder);
    case 'noFolder':
      return t('{0} was not saved: {1} is not a folder.', name, folder);
    case 'folder':
      return t('{0} was not saved: there is a folder of that name.', name);
    case 'nameTooLong':
      return t('{0} was not saved: the name is too long.', name);
    case 'busy':
      return t('{0} was not saved: another program is using it.', name);
    case 'tooLarge':
      return t('{0} was not saved: it is larger than this disk allows.', name);
    case 'unreachable':
      return t('{0} was not saved: {1} cannot be reached.', name, folder);
    case undefined:
      return t('{0} was not saved: the system says {1}.', name, code);
  }
}

function whyNotRead(kind: Kind | undefined, name: string, code: string): string {
  switch (kind) {
    case 'missing':
    case 'noFolder':
      return t('{0} is not there any more.', name);
    case 'denied':
      return t('{0} cannot be read: you are not allowed to.', name);
    case 'folder':
      return t('{0} cannot be read: it is a folder.', name);
    case 'nameTooLong':
      return t('{0} cannot be read: the name is too long.', name);
    case 'busy':
      return t('{0} cannot be read: another program is using it.', name);
    case 'tooLarge':
      return t('{0} cannot be read: it is too large.', name);
    case 'unreachable':
      return t('{0} cannot be read: the place where it is cannot be reached.', name);
    case 'full':
    case 'readOnly':
    case 'taken':
    case undefined:
      return t('{0} cannot be read: the system says {1}.', name, code);
  }
}

function partsOf(path: string): { name: string; folder: string } {
  const parts = path.split(/[/\\]/);
  const name = parts.pop() ?? path;
  return { name, folder: parts.pop() || '/' };
}
