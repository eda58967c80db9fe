import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { isMissing, isTaken } from './fileProblem.ts';
import { giveName, writeThrough } from '../../node/wholeFile.ts';
import { replace, temporaryName } from './localFiles.ts';
import { StrandedError, type FileStore } from './write.ts';

/** The file system that `near` is on, whatever it is: local, remote or virtual. */
export function fileStore(near: vscode.Uri): FileStore {
  const { fs } = vscode.workspace;
  const at = (path: string): vscode.Uri => near.with({ path, query: '', fragment: '' });
  const local = (path: string): string => at(path).fsPath;
  return {
    async exists(path) {
      try {
        await fs.stat(at(path));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    read: async (path) => fs.readFile(at(path)),
    isTaken,
    // VS Code deletes a file before it renames another one to its name, and does not wait for the disk.
    ...(near.scheme === 'file'
      ? {
          write: (path, bytes) => writeThrough(local(path), bytes),
          place: (from, to) => giveName(local(from), local(to)),
          replace: (from, to) => replace(local(from), local(to)),
          remove: (path) => rm(local(path)),
        }
      : {
          write: async (path, bytes) => fs.writeFile(at(path), bytes),
          place: async (from, to) => fs.rename(at(from), at(to), { overwrite: false }),
          replace: (from, to) => exchange(at, from, to),
          remove: async (path) => fs.delete(at(path)),
        }),
  };
}

/** A file system that is known by its renames alone: the old file is kept until the new one is in its place. */
async function exchange(at: (path: string) => vscode.Uri, from: string, to: string): Promise<void> {
  const { fs } = vscode.workspace;
  const aside = to.slice(0, to.lastIndexOf('/') + 1) + temporaryName();
  await fs.rename(at(to), at(aside), { overwrite: false });
  try {
    await fs.rename(at(from), at(to), { overwrite: false });
  } catch (error) {
    await fs.rename(at(aside), at(to), { overwrite: false }).then(undefined, () => {
      throw new StrandedError(to, aside, from, error);
    });
    throw error;
  }
  await fs.delete(at(aside));
}

/** Whether files can be written to where a URI is. */
export const isWritable = ({ scheme }: vscode.Uri): boolean =>
  vscode.workspace.fs.isWritableFileSystem(scheme) !== false;
