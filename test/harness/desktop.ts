/** Which VS Code runs the tests inside the extension host: the desktop one where it can be had, else code-server. */
import { join } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { WORKBENCH_NAME } from './codeServer.ts';
import { CACHE } from './paths.ts';

const UPDATES = 'https://update.code.visualstudio.com/api/releases/stable';

export interface Executable {
  /** For people. */
  readonly name: string;
  readonly path: string;
}

export async function findVSCode(): Promise<Executable> {
  const path = (await desktopCanRun())
    ? await downloadAndUnzipVSCode({ cachePath: join(CACHE, 'desktop') })
    : undefined;
  return path
    ? { name: 'desktop VS Code', path }
    : { name: WORKBENCH_NAME, path: join(import.meta.dirname, 'code.mjs') };
}

/** It needs a screen, and its download must answer. */
async function desktopCanRun(): Promise<boolean> {
  if (process.platform === 'linux' && !process.env['DISPLAY']) return false;
  // VS Code refuses to start as root.
  if (process.getuid?.() === 0) return false;
  return fetch(UPDATES, { signal: AbortSignal.timeout(5000) }).then(
    (response) => response.ok,
    () => false,
  );
}
