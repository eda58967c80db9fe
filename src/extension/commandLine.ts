/** The command line that comes with the extension, on VS Code's own Node: for tasks, and as `ganprior` in the integrated terminal. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type * as vscode from 'vscode';
import { t } from '@vscode/l10n';

export interface CommandLine {
  /** Node, or a VS Code that is Node when `ELECTRON_RUN_AS_NODE` says so. */
  readonly node: string;
  readonly script: string;
  /** Where models are kept: the same that the models view shows. */
  readonly home: string;
}

const variablesOf = ({ home }: CommandLine) => ({ ELECTRON_RUN_AS_NODE: '1', GANPRIOR_HOME: home });

/** @param columns of the terminal that shows what it says */
export function start(
  line: CommandLine,
  args: readonly string[],
  cwd: string,
  columns: number | undefined,
): ChildProcessWithoutNullStreams {
  const shown = columns !== undefined && { GANPRIOR_COLUMNS: String(columns) };
  return spawn(line.node, [line.script, ...args], { cwd, env: { ...process.env, ...variablesOf(line), ...shown } });
}

/** Puts `ganprior` on the PATH of terminals that are opened from now on. @param folder for the small scripts that start it */
export async function offerInTerminals(
  line: CommandLine,
  folder: string,
  variables: Pick<vscode.GlobalEnvironmentVariableCollection, 'prepend' | 'description'>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = { ganprior: shellScript(line), 'ganprior.cmd': batchFile(line) };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await chmod(join(folder, 'ganprior'), 0o755);
  variables.description = t('`ganprior`, the command line of GAN Prior');
  variables.prepend('PATH', folder + delimiter);
}

const shellScript = ({ node, script, home }: CommandLine): string => {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    '#!/bin/sh',
    `[ -n "$GANPRIOR_HOME" ] || GANPRIOR_HOME=${quoted(home)}`,
    'export GANPRIOR_HOME ELECTRON_RUN_AS_NODE=1',
    `exec ${quoted(node)} ${quoted(script)} "$@"`,
    '',
  ].join('\n');
};

/** A percent sign begins a variable in such a file. */
const batchFile = ({ node, script, home }: CommandLine): string => {
  const quoted = (text: string): string => text.replaceAll('%', '%%');
  return [
    '@echo off',
    'setlocal',
    'set ELECTRON_RUN_AS_NODE=1',
    `if not defined GANPRIOR_HOME set "GANPRIOR_HOME=${quoted(home)}"`,
    `"${quoted(node)}" "${quoted(script)}" %*`,
    '',
  ].join('\r\n');
};
