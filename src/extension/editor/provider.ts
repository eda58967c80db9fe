/** The custom editor `ganPrior.editor`: documents, their pages, and VS Code's save, revert and backup. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { DocumentEvent } from '../document/events.ts';
import type { Size } from '../../engine/tasks/index.ts';
import type { OnDisk } from '../document/kept.ts';
import { ImageDocument } from '../document/imageDocument.ts';
import type { Workshop } from '../document/workshop.ts';
import type { Paces } from '../../shared/comparison/paces.ts';
import type { Params } from '../../shared/documentState.ts';
import type { MaskPatch } from '../../shared/mask/patch.ts';
import { EDITOR } from './activeImage.ts';
import { decodeBackup, encodeBackup } from './backup.ts';
import { removeUnfinished } from '../save/localFiles.ts';
import { isBelow, type OpenPictures } from '../save/renames.ts';
import { SidecarFile } from '../save/sidecarFile.ts';
import { maskEditLabel } from './maskEdits.ts';
import type { ResultCopies } from '../results/results.ts';
import { OpenImage, type SaveServices } from './openImage.ts';
import { Outliving } from './outliving.ts';
import { EditorPage, type PageServices, type Start } from './page.ts';

export interface EditorServices extends SaveServices, Omit<PageServices, 'takeStart'> {
  workshop(uri: vscode.Uri): Workshop;
  /** Resolves when what belongs to a picture is beside it: it may just have been renamed. */
  settled(uri: vscode.Uri): Promise<void>;
  /** Where the results of a picture live on. */
  copies(uri: vscode.Uri): ResultCopies;
}

export class EditorProvider implements vscode.CustomEditorProvider<OpenImage>, OpenPictures {
  /** Pictures that are being renamed -> where their editors are. */
  readonly #renamed = new Map<string, vscode.ViewColumn | undefined>();
  readonly #pages = new Map<OpenImage, Set<EditorPage>>();
  /** Picture -> the task its next page begins at once. */
  readonly #starts = new Map<string, Start>();
  readonly #changed = new vscode.EventEmitter<
    vscode.CustomDocumentEditEvent<OpenImage> | vscode.CustomDocumentContentChangeEvent<OpenImage>
  >();
  readonly #opened = new vscode.EventEmitter<OpenImage>();
  readonly #closed = new vscode.EventEmitter<OpenImage>();
  // VS Code tells the two kinds apart event by event, which its type does not say.
  readonly onDidChangeCustomDocument = this.#changed.event as vscode.Event<vscode.CustomDocumentEditEvent<OpenImage>>;
  /** An image is open until its last editor is closed and its run is over. */
  readonly #outliving = new Outliving((image) => {
    this.#pages.delete(image);
    this.#closed.fire(image);
  });
  readonly onDidOpen = this.#opened.event;
  readonly onDidClose = this.#closed.event;

  constructor(private readonly services: EditorServices) {}

  get images(): OpenImage[] {
    return [...this.#pages.keys()];
  }

  /** The open document of a picture. */
  find(uri: vscode.Uri): OpenImage | undefined {
    return this.images.find((image) => image.uri.toString() === uri.toString());
  }

  /** The document whose editor has the focus. */
  get activeImage(): OpenImage | undefined {
    return this.images.find((image) => [...this.#pages.get(image)!].some((page) => page.active));
  }

  isVisible(image: OpenImage): boolean {
    return [...(this.#pages.get(image) ?? [])].some((page) => page.visible);
  }

  /** Opens a picture in the editor. @param task begun at once when given @param params of that run, beside its defaults */
  async open(uri: vscode.Uri, task?: TaskId, params?: Params): Promise<void> {
    if (task) this.#starts.set(uri.toString(), { task, ...(params && { params }) });
    await vscode.commands.executeCommand('vscode.openWith', uri, EDITOR);
    const image = this.find(uri);
    const pages = [...((image && this.#pages.get(image)) ?? [])];
    // The page in front first: only one of them takes it.
    for (const page of pages.sort((a, b) => Number(b.active) - Number(a.active))) void page.offerStart();
  }

  /** Opens a picture in the editor, where methods to compare can be chosen. */
  async compareMethods(uri: vscode.Uri): Promise<void> {
    await this.open(uri);
    const image = this.find(uri);
    const pages = [...((image && this.#pages.get(image)) ?? [])];
    (pages.find(({ active }) => active) ?? pages[0])?.compareMethods();
  }

  pacesChanged(paces: Paces): void {
    for (const pages of this.#pages.values()) for (const page of pages) page.pacesChanged(paces);
  }

  async saveBelow(uris: readonly vscode.Uri[]): Promise<void> {
    const renamed = this.images.filter((image) => uris.some((uri) => isBelow(image.uri, uri)));
    for (const image of renamed) {
      const tab = tabsOf(image.uri).find(
        ({ input }) => input instanceof vscode.TabInputCustom && input.viewType === EDITOR,
      );
      this.#renamed.set(image.uri.toString(), tab?.group.viewColumn);
    }
    await Promise.all(
      renamed.map((image) =>
        image
          .saveDocument()
          .catch((error: unknown) => this.services.log.warn(`${image.name} is renamed unsaved: ${String(error)}`)),
      ),
    );
  }

  async reopen(before: vscode.Uri, after: vscode.Uri): Promise<void> {
    for (const [key, viewColumn] of [...this.#renamed]) {
      const old = vscode.Uri.parse(key);
      if (!isBelow(old, before)) continue;
      this.#renamed.delete(key);
      const uri = after.with({ path: after.path + old.path.slice(before.path.length) });
      // VS Code goes on with its own editor of pictures, since ours is not the first choice for them.
      const instead = tabsOf(uri).filter(
        ({ input }) => !(input instanceof vscode.TabInputCustom && input.viewType === EDITOR),
      );
      await vscode.commands.executeCommand('vscode.openWith', uri, EDITOR, { viewColumn, preview: false });
      await vscode.window.tabGroups.close(instead, true);
    }
  }

  /** Lets the page in front export the animation of its run. @returns whether there is such a page */
  exportAnimation(): boolean {
    const page = this.#activePage;
    page?.exportAnimation();
    return page !== undefined;
  }

  /** Lets the page in front put its picture on the clipboard, which the host cannot. */
  copyPicture(): void {
    this.#activePage?.copyPicture();
  }

  get #activePage(): EditorPage | undefined {
    return [...this.#pages.values()].flatMap((pages) => [...pages]).find(({ active }) => active);
  }

  /** Another metric is wanted beside the results. */
  compareAgain(): void {
    for (const { document } of this.images) void document.compareAgain();
  }

  async setupChanged(): Promise<void> {
    await Promise.all([...this.#pages.values()].flatMap((pages) => [...pages].map((page) => page.setupChanged())));
  }

  async openCustomDocument(uri: vscode.Uri, { backupId }: vscode.CustomDocumentOpenContext): Promise<OpenImage> {
    await this.services.settled(uri);
    // Nobody waits for it, and a folder that may only be read is no problem.
    if (uri.scheme === 'file') removeUnfinished(dirname(uri.fsPath)).catch(() => undefined);
    const backup = backupId ? decodeBackup(await vscode.workspace.fs.readFile(vscode.Uri.parse(backupId))) : undefined;
    const workshop = this.services.workshop(uri);
    const sidecar = new SidecarFile(uri);
    const readDisk = async (): Promise<OnDisk> => {
      const { mask, otherMasks = [], ...kept } = await sidecar.read();
      const files = mask ? [mask, ...otherMasks] : otherMasks;
      const masks: MaskPatch[] = [];
      for (const file of files) {
        try {
          masks.push(await workshop.decodeMask(file, sidecar.name));
        } catch (error) {
          sidecar.keepDamaged(file);
          nothingReadable(error);
        }
      }
      return { ...kept, masks };
    };
    const copies = this.services.copies(uri);
    const onDisk = await readDisk().catch(nothingReadable);
    const going = this.#outliving.take(uri);
    going?.reopen(onDisk);
    const document = going ?? new ImageDocument(workshop, onDisk, backup, copies);
    if (!going) await document.results.restore();
    const image = new OpenImage(uri, document, sidecar, readDisk, this.services);
    if (backup && document.kept.changed) {
      // The file may have been changed since: then what is restored here is asked about.
      sidecar.known = backup.sidecar;
      void image.lookAtSidecar();
    }
    this.#pages.set(image, new Set());
    image.onDidDispose(() => this.#outliving.closed(image));
    document.listen((event) => {
      if (event.kind === 'maskAside') {
        return void vscode.window.showWarningMessage(maskAside(image.name, event.size));
      }
      if (event.kind === 'unsaved' || (event.kind === 'choices' && event.unsaved)) {
        return this.#changed.fire({ document: image });
      }
      const label = editLabel(event);
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
        const start = this.#starts.get(uri.toString());
        this.#starts.delete(uri.toString());
        return start;
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
    return image.save();
  }

  saveCustomDocumentAs(image: OpenImage, destination: vscode.Uri): Promise<void> {
    return image.saveAs(destination);
  }

  async revertCustomDocument(image: OpenImage): Promise<void> {
    image.document.kept.revert(await image.readDisk().catch(nothingReadable));
  }

  async backupCustomDocument(
    image: OpenImage,
    { destination }: vscode.CustomDocumentBackupContext,
  ): Promise<vscode.CustomDocumentBackup> {
    await vscode.workspace.fs.writeFile(destination, encodeBackup(await image.backup()));
    return { id: destination.toString(), delete: () => void vscode.workspace.fs.delete(destination) };
  }
}

const tabsOf = (uri: vscode.Uri): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString());

/** What Undo and Redo call an event; nothing for what is no edit. */
function editLabel(event: DocumentEvent): string | undefined {
  switch (event.kind) {
    case 'maskEdit':
      return maskEditLabel(event.edit);
    case 'regionEdit':
      return vscode.l10n.t('Choose Region');
    default:
      return undefined;
  }
}

/** A file that cannot be read is told of, and keeps nobody from the picture. */
function nothingReadable(error: unknown): OnDisk {
  void vscode.window.showWarningMessage((error as Error).message);
  return {};
}

const maskAside = (name: string, { width, height }: Size): string =>
  vscode.l10n.t(
    '{0} has another size now. What was painted on it belongs to {1} × {2} pixels: it is kept, and is back when the picture has that size again.',
    name,
    width,
    height,
  );
