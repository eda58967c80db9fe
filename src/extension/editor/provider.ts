/** The custom editor `ganPrior.editor`: documents, their pages, and VS Code's save, revert and backup. */
import * as vscode from 'vscode';
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { DocumentEvent } from '../document/events.ts';
import type { OnDisk } from '../document/kept.ts';
import { ImageDocument } from '../document/imageDocument.ts';
import type { Workshop } from '../document/workshop.ts';
import { decodeBackup, encodeBackup } from './backup.ts';
import { SidecarFile } from '../save/sidecarFile.ts';
import { maskEditLabel } from './maskEdits.ts';
import { OpenImage, type SaveServices } from './openImage.ts';
import { EditorPage, type PageServices } from './page.ts';

export const EDITOR = 'ganPrior.editor';

export interface EditorServices extends Omit<SaveServices, 'savesByItself'>, Omit<PageServices, 'takeStart'> {
  workshop(uri: vscode.Uri): Workshop;
}

export class EditorProvider implements vscode.CustomEditorProvider<OpenImage> {
  readonly #pages = new Map<OpenImage, Set<EditorPage>>();
  /** Picture -> the task its next page begins at once. */
  readonly #starts = new Map<string, TaskId>();
  readonly #changed = new vscode.EventEmitter<
    vscode.CustomDocumentEditEvent<OpenImage> | vscode.CustomDocumentContentChangeEvent<OpenImage>
  >();
  readonly #opened = new vscode.EventEmitter<OpenImage>();
  readonly #closed = new vscode.EventEmitter<OpenImage>();
  // VS Code tells the two kinds apart event by event, which its type does not say.
  readonly onDidChangeCustomDocument = this.#changed.event as vscode.Event<vscode.CustomDocumentEditEvent<OpenImage>>;
  readonly onDidOpen = this.#opened.event;
  readonly onDidClose = this.#closed.event;

  constructor(private readonly services: EditorServices) {}

  get images(): OpenImage[] {
    return [...this.#pages.keys()];
  }

  /** The document whose editor has the focus. */
  get activeImage(): OpenImage | undefined {
    return this.images.find((image) => [...this.#pages.get(image)!].some((page) => page.active));
  }

  isVisible(image: OpenImage): boolean {
    return [...(this.#pages.get(image) ?? [])].some((page) => page.visible);
  }

  /** Opens a picture in the editor. @param task begun at once when given */
  async open(uri: vscode.Uri, task?: TaskId): Promise<void> {
    if (task) this.#starts.set(uri.toString(), task);
    await vscode.commands.executeCommand('vscode.openWith', uri, EDITOR);
    const image = this.images.find((candidate) => candidate.uri.toString() === uri.toString());
    const pages = [...((image && this.#pages.get(image)) ?? [])];
    // The page in front first: only one of them takes it.
    for (const page of pages.sort((a, b) => Number(b.active) - Number(a.active))) page.offerStart();
  }

  /** Lets the page in front export the animation of its run. @returns whether there is such a page */
  exportAnimation(): boolean {
    const page = [...this.#pages.values()].flatMap((pages) => [...pages]).find(({ active }) => active);
    page?.exportAnimation();
    return page !== undefined;
  }

  /** Another metric is wanted beside the results. */
  compareAgain(): void {
    for (const { document } of this.images) void document.compareAgain();
  }

  async setupChanged(): Promise<void> {
    await Promise.all([...this.#pages.values()].flatMap((pages) => [...pages].map((page) => page.setupChanged())));
  }

  async openCustomDocument(uri: vscode.Uri, { backupId }: vscode.CustomDocumentOpenContext): Promise<OpenImage> {
    const backup = backupId ? decodeBackup(await vscode.workspace.fs.readFile(vscode.Uri.parse(backupId))) : undefined;
    const workshop = this.services.workshop(uri);
    const sidecar = new SidecarFile(uri);
    const readDisk = async (): Promise<OnDisk> => {
      const { mask, ...kept } = await sidecar.read();
      return { ...kept, mask: mask && (await workshop.decodeMask(mask, sidecar.name)) };
    };
    const document = new ImageDocument(workshop, await readDisk().catch(nothingReadable), backup);
    const image = new OpenImage(uri, document, sidecar, readDisk, { ...this.services, savesByItself });
    if (backup && document.kept.changed) {
      // The file may have been changed since: then what is restored here is asked about.
      sidecar.known = backup.sidecar;
      void image.lookAtSidecar();
    }
    this.#pages.set(image, new Set());
    image.onDidDispose(() => {
      this.#pages.delete(image);
      this.#closed.fire(image);
    });
    document.listen((event) => {
      if (event.kind === 'maskLost') return void vscode.window.showWarningMessage(maskLost(image.name));
      if (event.kind === 'unsaved' || (event.kind === 'choices' && event.unsaved)) {
        return this.#changed.fire({ document: image });
      }
      const label = editLabel(event, savesByItself(uri));
      if (label === undefined || !('undo' in event)) return;
      const { undo, redo } = event;
      this.#changed.fire({ document: image, label, undo, redo });
    });
    this.#opened.fire(image);
    return image;
  }

  resolveCustomEditor(image: OpenImage, panel: vscode.WebviewPanel): void {
    const page = new EditorPage(panel, image, {
      ...this.services,
      takeStart: ({ uri }) => {
        const task = this.#starts.get(uri.toString());
        this.#starts.delete(uri.toString());
        return task;
      },
    });
    const pages = this.#pages.get(image)!;
    pages.add(page);
    panel.onDidDispose(() => {
      pages.delete(page);
      page.dispose();
    });
  }

  saveCustomDocument(image: OpenImage): Promise<void> {
    return image.write();
  }

  saveCustomDocumentAs(image: OpenImage, destination: vscode.Uri): Promise<void> {
    return image.writeTo(destination);
  }

  async revertCustomDocument(image: OpenImage): Promise<void> {
    image.document.revert(await image.readDisk().catch(nothingReadable));
  }

  async backupCustomDocument(
    image: OpenImage,
    { destination }: vscode.CustomDocumentBackupContext,
  ): Promise<vscode.CustomDocumentBackup> {
    await vscode.workspace.fs.writeFile(destination, encodeBackup(image.backup()));
    return { id: destination.toString(), delete: () => void vscode.workspace.fs.delete(destination) };
  }
}

/** What Undo and Redo call an event; nothing for what is no edit. @param keepsResults results are no unsaved changes */
function editLabel(event: DocumentEvent, keepsResults: boolean): string | undefined {
  switch (event.kind) {
    case 'maskEdit':
      return maskEditLabel(event.edit);
    case 'regionEdit':
      return vscode.l10n.t('Choose Region');
    case 'edit':
      return keepsResults ? undefined : vscode.l10n.t('New Result');
    default:
      return undefined;
  }
}

/** A file that cannot be read is told of, and keeps nobody from the picture. */
function nothingReadable(error: unknown): OnDisk {
  void vscode.window.showWarningMessage((error as Error).message);
  return {};
}

const maskLost = (name: string): string =>
  vscode.l10n.t(
    'The mask of {0} was made for a picture of another size and is left out. The file beside the picture keeps it until another mask is saved.',
    name,
  );

/**
 * Whether auto save is on. It would write every result unasked, and ask about the file of the one before, so results
 * are no unsaved changes then; saving them stays with the person. Masks are: nobody is asked anything when they are saved.
 */
const savesByItself = (uri: vscode.Uri): boolean =>
  vscode.workspace.getConfiguration('files', uri).get('autoSave') !== 'off';
