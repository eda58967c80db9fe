/** Small pictures of files, for a list: made one after another, and only of so many, because a list may have thousands. */
import * as vscode from 'vscode';
import { Turns } from '../turns.ts';

const MOST = 300;

export class Thumbnails implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #turns = new Turns();
  /** By path; nothing while it is made, or where it cannot be. */
  readonly #made = new Map<string, vscode.Uri | undefined>();

  /** @param make a PNG file of the picture, made small */
  constructor(private readonly make: (path: string) => Promise<Uint8Array>) {}

  /** @returns nothing while there is none; it is told of when there is */
  of(path: string): vscode.Uri | undefined {
    if (!this.#made.has(path) && this.#made.size < MOST) {
      this.#made.set(path, undefined);
      void this.#turns
        .take(() => this.make(path))
        .then(
          (png) => {
            this.#made.set(path, vscode.Uri.parse(`data:image/png;base64,${Buffer.from(png).toString('base64')}`));
            this.#changed.fire();
          },
          // A picture that cannot be read says so when its turn comes.
          () => undefined,
        );
    }
    return this.#made.get(path);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
