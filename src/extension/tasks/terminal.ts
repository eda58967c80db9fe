/** The terminal of a task: what the command line says, and its exit status. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import * as vscode from 'vscode';

/** How the command line is started. @param columns of the terminal */
export type Start = (columns: number | undefined) => ChildProcessWithoutNullStreams;

export class TaskTerminal implements vscode.Pseudoterminal {
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  #process: ChildProcessWithoutNullStreams | undefined;

  constructor(private readonly start: Start) {}

  open(size: vscode.TerminalDimensions | undefined): void {
    try {
      this.#process = this.start(size?.columns);
    } catch (error) {
      return this.#fail(error);
    }
    const child = this.#process;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => this.#written.fire(text.replace(/\r?\n/g, '\r\n')));
    }
    child.once('error', (error) => this.#fail(error));
    child.once('close', (code) => this.#closed.fire(code ?? 1));
  }

  /** Ctrl-C: what there is is kept. A second one ends it at once. */
  handleInput(data: string): void {
    if (data.includes('\u0003')) this.#process?.kill('SIGINT');
  }

  /** The person closed it, or ended the task. */
  close(): void {
    this.#process?.kill('SIGTERM');
  }

  #fail(error: unknown): void {
    this.#written.fire(`error: ${(error as Error).message}\r\n`);
    this.#closed.fire(1);
  }
}
