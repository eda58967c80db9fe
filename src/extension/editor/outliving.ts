/** Runs whose editors were all closed: each goes on in the host, and a notification tells of its end. */
import * as vscode from 'vscode';
import type { ImageDocument } from '../document/imageDocument.ts';
import { EDITOR } from './activeImage.ts';
import type { OpenImage } from './openImage.ts';

export class Outliving {
  readonly #images = new Map<OpenImage, () => void>();

  /** @param over told when nothing goes on in an image any more, or an editor has taken its document over */
  constructor(private readonly over: (image: OpenImage) => void) {}

  /** The last editor of a picture is closed. */
  closed(image: OpenImage): void {
    const { document } = image;
    // An interrupted one waits for a page with a GPU, which the next editor may have.
    const goes = (): boolean => document.busy || document.run?.state.status === 'interrupted';
    if (!goes()) return this.#end(image);
    const unlisten = document.listen((event) => {
      if ((event.kind !== 'run' && event.kind !== 'comparison') || goes()) return;
      if (document.run?.state.status === 'finished') void tell(image);
      this.#end(image);
    });
    this.#images.set(image, unlisten);
  }

  /** Hands over the document of a picture that is opened again, if its run goes on. */
  take(uri: vscode.Uri): ImageDocument | undefined {
    const image = [...this.#images.keys()].find((candidate) => candidate.uri.toString() === uri.toString());
    if (!image) return undefined;
    this.#images.delete(image);
    this.over(image);
    return image.document;
  }

  #end(image: OpenImage): void {
    this.#images.get(image)?.();
    this.#images.delete(image);
    this.over(image);
    image.document.dispose();
  }
}

async function tell({ uri, name }: OpenImage): Promise<void> {
  const open = vscode.l10n.t('Open');
  const said = vscode.l10n.t('The run of {0} is over. Its result is kept until you save or discard it.', name);
  if ((await vscode.window.showInformationMessage(said, open)) !== open) return;
  await vscode.commands.executeCommand('vscode.openWith', uri, EDITOR);
}
