import * as vscode from 'vscode';
import type { FileStore } from './write.ts';

/** The file system that `near` is on, whatever it is: local, remote or virtual. */
export function fileStore(near: vscode.Uri): FileStore {
  const { fs } = vscode.workspace;
  const at = (path: string): vscode.Uri => near.with({ path, query: '', fragment: '' });
  return {
    async exists(path) {
      try {
        await fs.stat(at(path));
        return true;
      } catch (error) {
        if (hasCode(error, 'FileNotFound')) return false;
        throw error;
      }
    },
    async write(path, bytes) {
      await fs.writeFile(at(path), bytes);
    },
    async rename(from, to, overwrite) {
      await fs.rename(at(from), at(to), { overwrite });
    },
    async remove(path) {
      await fs.delete(at(path));
    },
    isTaken: (error) => hasCode(error, 'FileExists'),
  };
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof vscode.FileSystemError && error.code === code;
