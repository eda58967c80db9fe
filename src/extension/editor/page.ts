/** One editor page: answers what it asks about the document, and tells it what happens to the document elsewhere. */
import * as vscode from 'vscode';
import type { TaskId } from '../../engine/generator/manifest.ts';
import type { Paces } from '../../shared/comparison/paces.ts';
import type { Params, Setup } from '../../shared/documentState.ts';
import type { NamedDirection } from '../../shared/exploration.ts';
import { hostContract, pageContract, type HostContract, type PageContract, type Place } from '../../shared/protocol.ts';
import { connect, type Handlers, type Remote } from '../../shared/rpc.ts';
import type { HostBackend, Welcome } from '../../shared/welcome.ts';
import type { DocumentEvent } from '../document/events.ts';
import { contendersOf } from '../compare/contenders.ts';
import type { Comparer } from '../document/comparer.ts';
import { askForAnimation, writeAnimation, type AnimationTarget } from '../save/animationFile.ts';
import { reveal } from '../save/saveResult.ts';
import { webviewChannel } from './channel.ts';
import { pageHtml } from './html.ts';
import { withPatience } from '../patience.ts';
import type { OpenImage } from './openImage.ts';
import { PageExecutor } from './pageExecutor.ts';

/** What a page needs of the extension beside its document. */
export interface PageServices {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** Folders that the document's models may be loaded from. */
  modelFolders(uri: vscode.Uri): string[];
  /** What runs in the host would be made on; it may take seconds to find out. @throws when there is no such device */
  hostBackend(uri: vscode.Uri): Promise<string>;
  setup(uri: vscode.Uri): Promise<Setup>;
  /** Asks whether to download the detector of faces, and does. */
  offerDetector(): Promise<void>;
  /** Asks for directions of a model's codes: those of the catalogue, or a file. @returns nothing when the person cancels */
  chooseDirections(model: string): Promise<readonly NamedDirection[] | undefined>;
  /** How long methods took here. */
  paces(): Paces;
  /** The task that a command chose for this document and no page has begun yet; asked once. */
  takeStart(image: OpenImage): Start | undefined;
}

/** What a command begins. */
export interface Start {
  readonly task: TaskId;
  /** Absent: the defaults. */
  readonly params?: Params;
}

export class EditorPage implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #remote: Remote<PageContract>;
  /** Who the page is to the document; another object after a reload. */
  #key = {};
  /** The load of the page that the key belongs to. */
  #load: string | undefined;
  /** Whether it knows the document. */
  #welcomed = false;
  /** The page as it makes steps, once it has said whether it has a GPU; another one after a reload. */
  #executor = answered<PageExecutor | undefined>();
  /** A command asks for the choice of methods, and the page is not up yet. */
  #offersMethods: true | undefined;
  /** Where the person wants the animation that the page is making. */
  #animation: AnimationTarget | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly image: OpenImage,
    private readonly services: PageServices,
  ) {
    const { webview } = panel;
    const { extensionUri, log } = services;
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    webview.options = this.#options();
    this.#remote = connect(
      webviewChannel(webview, this.#subscriptions),
      hostContract,
      this.#handlers,
      pageContract,
      (problem) => log.warn(`${image.name}: dropped ${problem} from the editor page.`),
    );
    const unlisten = image.document.listen((event) => this.#pass(event));
    this.#subscriptions.push({ dispose: unlisten });
    webview.html = pageHtml({
      script: this.#uri(vscode.Uri.joinPath(dist, 'webview.js')),
      style: this.#uri(vscode.Uri.joinPath(dist, 'webview.css')),
      cspSource: webview.cspSource,
      nonce: crypto.randomUUID().replaceAll('-', ''),
      language: vscode.env.language,
    });
  }

  get visible(): boolean {
    return this.panel.visible;
  }

  get active(): boolean {
    return this.panel.active;
  }

  /** Begins a task if the page is up; a page that is not finds it in `ready`. */
  async offerStart(): Promise<void> {
    if (!this.#welcomed) return;
    const start = this.services.takeStart(this.image);
    if (start) this.#begin(start, await this.services.setup(this.image.uri));
  }

  /**
   * Begins the task that a command chose, with the defaults; a run that is going is not disturbed by it. It is only chosen where
   * something has to be painted first, or where no model suits the picture, which the form says then.
   */
  #begin({ task, params }: Start, { unsuited }: Setup): void {
    const { document } = this.image;
    if (document.busy) return;
    if (params) return this.#beginWith(task, params);
    document.kept.begin(task);
    if (task !== 'inpaint' && !unsuited?.includes(task)) document.runner.start(task, {}, this.#executor.given);
  }

  /** Begins with what was chosen elsewhere; the form shows what of it has a field. */
  #beginWith(task: TaskId, { startCodes, ...chosen }: Params): void {
    const { document } = this.image;
    document.kept.choose({ task, params: chosen }, undefined);
    try {
      document.runner.start(task, { ...chosen, ...(startCodes && { startCodes }) }, this.#executor.given);
    } catch (error) {
      void vscode.window.showErrorMessage((error as Error).message);
    }
  }

  /** Lets the person choose methods to compare; a page that is not up finds it in `ready`. */
  compareMethods(): void {
    if (this.#welcomed) this.#remote.notify('compareMethods', {});
    else this.#offersMethods = true;
  }

  pacesChanged(paces: Paces): void {
    if (this.#welcomed) this.#remote.notify('pacesChanged', { paces });
  }

  exportAnimation(): void {
    this.#remote.notify('exportAnimation', {});
  }

  copyPicture(): void {
    // A page without the focus may not write to the clipboard, and the menu had it.
    this.panel.reveal();
    this.#remote.notify('copyPicture', {});
  }

  async setupChanged(): Promise<void> {
    const options = this.#options();
    // Other roots mean a reload of the page, which is safe but not for nothing.
    if (JSON.stringify(options) !== JSON.stringify(this.panel.webview.options)) this.panel.webview.options = options;
    this.#remote.notify('setupChanged', await this.services.setup(this.image.uri));
    if (this.#welcomed) await this.#tellHostBackend();
  }

  dispose(): void {
    this.#leave(false);
    this.#remote.close('The editor was closed.');
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  readonly #handlers: Handlers<HostContract> = {
    ready: ({ page }) => this.#welcome(page),
    start: ({ task, params }) => ({ run: this.image.document.start(task, params, this.#executor.given) }),
    control: ({ run, action }) => {
      this.image.document.runner.control(action, run);
      return {};
    },
    amend: ({ run, params }) => {
      this.image.document.runner.amend(run, params);
      return {};
    },
    keep: async ({ run, step, version, x }) => {
      await unlessGivenUp(
        withPatience(vscode.l10n.t('Keeping the picture of step {0}', step), (signal, tell) =>
          this.image.document.keep(run, step, x, version, signal, tell),
        ),
      );
      return {};
    },
    explore: ({ run }) => this.image.document.explorer.open(run, this.#key),
    tryOut: ({ run, exploration, soon }) => this.image.document.explorer.show(run, exploration, soon),
    thumbnails: async ({ run, part, side }) => ({
      pictures: await this.image.document.explorer.thumbnails(run, part, side),
    }),
    viewPart: async ({ run, part, view }) => ({ shown: await this.image.document.explorer.viewPart(run, part, view) }),
    moreDirections: async ({ run }) => {
      const { explorer } = this.image.document;
      const further = await this.services.chooseDirections(explorer.model(run));
      return further ? { explorable: await explorer.addDirections(run, further) } : {};
    },
    keepTried: async ({ run, exploration }) => {
      await unlessGivenUp(
        withPatience(vscode.l10n.t('Keeping the changed picture'), (signal, tell) =>
          this.image.document.keepTried(run, exploration, signal, tell),
        ),
      );
      return {};
    },
    leaveTrials: () => this.image.document.explorer.leave(this.#key),
    save: async ({ as }) => {
      const saved = await (as ? this.image.saveResultAs() : this.image.saveResult());
      return saved ? { name: saved } : {};
    },
    stepResult: async ({ by }) => {
      await this.image.document.results.step(by);
      return {};
    },
    discardResult: async ({ run }) => {
      await this.image.discardResult(run);
      return {};
    },
    askForAnimation: async ({ of, formats }) => {
      this.#animation = await askForAnimation(this.image.uri, of, formats);
      return this.#animation ? { format: this.#animation.format } : {};
    },
    writeAnimation: async ({ bytes }) => {
      const target = this.#animation;
      this.#animation = undefined;
      if (!target) throw new Error(vscode.l10n.t('Nobody said where to save this animation.'));
      await writeAnimation(target, bytes);
      await reveal(target.uri);
      return { name: target.uri.path.slice(target.uri.path.lastIndexOf('/') + 1) };
    },
    editMask: ({ patch, edit }) => {
      this.image.document.kept.editMask(patch, edit, this.#key);
      return {};
    },
    editRegion: ({ region }) => {
      this.image.document.kept.editRegion(region ?? undefined, this.#key);
      return {};
    },
    findFaces: async () => {
      const { document } = this.image;
      if (!document.detects) await this.services.offerDetector();
      if (!document.detects) return { byHand: true };
      const found = await unlessGivenUp(document.findFaces());
      return found === undefined ? {} : { found };
    },
    forgetFaces: () => {
      this.image.document.faces.forget();
      return {};
    },
    loadMask: async () => {
      await unlessGivenUp(this.image.loadMask());
      return {};
    },
    saveMask: async () => {
      const saved = await unlessGivenUp(this.image.saveMask());
      return saved === undefined ? {} : { name: saved };
    },
    chooseTruth: async () => {
      await this.image.chooseTruth();
      return {};
    },
    forgetTruth: async () => {
      await this.image.document.chooseTruth(undefined);
      return {};
    },
    compare: async ({ task, params, methods }) => {
      const setup = await this.services.setup(this.image.uri);
      const contenders = contendersOf(setup, task, params, methods);
      await this.image.document.comparer.begin(task, contenders, params, this.#executor.given);
      return {};
    },
    skipCompared: ({ comparison }) => {
      this.image.document.comparer.skip(comparison);
      return {};
    },
    stopComparing: () => {
      this.image.document.comparer.stop();
      return {};
    },
    saveCompared: async ({ comparison, method }) => {
      const name = await unlessGivenUp(this.image.saveCompared(comparison, method));
      return name === undefined ? {} : { name };
    },
    saveComparison: async ({ comparison, format }) => {
      const name = await unlessGivenUp(this.image.saveComparison(comparison, format));
      return name === undefined ? {} : { name };
    },
    choose: (choices) => this.image.document.kept.choose(choices, this.#key),
    chooseFaces: ({ chosen }) => this.image.document.faces.choose(chosen, this.#key),
    gpu: ({ name }) => this.#foundGpu(name !== null),
    report: ({ execution, event }) => this.#executor.value?.report(execution, event),
    broken: ({ execution, fault, message }) => {
      this.services.log.warn(`${this.image.name}: the page cannot make steps: ${message}`);
      this.#executor.value?.broken(execution, fault, message);
    },
    log: ({ level, message }) => this.services.log[level](`${this.image.name}: ${message}`),
    show: ({ what }) => void this.#show(what),
  };

  async #welcome(page: string): Promise<Welcome> {
    const { image, services } = this;
    const { document } = image;
    if (this.#load !== page) {
      this.#load = page;
      this.#leave(true);
      this.#key = {};
      this.#executor = answered();
    }
    const [size, setup] = await Promise.all([document.inspect(), services.setup(image.uri)]);
    this.#welcomed = true;
    const start = services.takeStart(image);
    if (start) this.#begin(start, setup);
    const { truth, comparer } = document;
    const compare = this.#offersMethods;
    this.#offersMethods = undefined;
    const mask = await document.kept.mask();
    const { region, choices } = document.kept;
    return {
      source: {
        name: image.name,
        uri: this.#sourceUri(),
        ...size,
      },
      setup,
      maskWorker: this.#dist('maskWorker.js'),
      ...(document.run && { run: document.run.state }),
      ...(document.result && { result: document.result }),
      ...(mask && { mask }),
      ...(region && { region }),
      ...(document.faces.value && { faces: document.faces.value }),
      ...(choices && { choices }),
      ...(truth && { truth }),
      ...(comparer.state && { compared: { comparison: comparer.state, pictures: picturesOf(comparer) } }),
      ...(compare && { compare }),
      paces: services.paces(),
      strings: vscode.l10n.bundle ?? {},
    };
  }

  #foundGpu(there: boolean): void {
    const assets = {
      worker: this.#dist('engineWorker.js'),
      wasm: this.#dist('ort/ort-wasm-simd-threaded.asyncify.wasm'),
    };
    const uri = (folder: string, file: string) => this.#uri(vscode.Uri.joinPath(vscode.Uri.file(folder), file));
    const executor = there ? new PageExecutor(this.#remote, assets, uri) : undefined;
    this.image.document.runner.join(executor);
    this.#executor.answer(executor);
    void this.#tellHostBackend();
  }

  /** A page with a GPU has no use for it, and the host need not look for its own. */
  async #tellHostBackend(): Promise<void> {
    if (this.#executor.value) return;
    const told = await this.services.hostBackend(this.image.uri).then(
      (name): HostBackend => ({ kind: 'found', name }),
      (error: unknown): HostBackend => ({ kind: 'none', problem: (error as Error).message }),
    );
    this.#remote.notify('hostBackend', told);
  }

  /** @param returns the page is being loaded again */
  #leave(returns: boolean): void {
    this.image.document.explorer.leave(this.#key);
    const { value } = this.#executor;
    this.#executor.answer(undefined);
    if (value) this.image.document.runner.leave(value, returns);
  }

  #pass(event: DocumentEvent): void {
    switch (event.kind) {
      case 'run':
        return this.#remote.notify('runEvent', { run: event.run.id, event: event.event });
      case 'preview': {
        const { run, step, x, shown } = event;
        return this.#remote.notify('preview', { run: run.id, step, shown, ...(x && { x }) });
      }
      case 'notice':
        return this.#remote.notify('notice', { message: event.message });
      case 'result':
        return this.#remote.notify('result', { result: event.result ?? null });
      case 'saved':
        return this.#remote.notify('saved', { run: event.run, name: event.name });
      case 'sourceChanged':
        return this.#remote.notify('sourceChanged', {});
      case 'mask':
        if (event.from !== this.#key) this.#remote.notify('maskChanged', { patch: event.patch });
        return;
      case 'region':
        if (event.from !== this.#key) this.#remote.notify('regionChanged', { region: event.region ?? null });
        return;
      case 'faces':
        if (event.from !== this.#key) this.#remote.notify('facesChanged', { faces: event.faces ?? null });
        return;
      case 'choices':
        if (event.from !== this.#key) this.#remote.notify('choicesChanged', event.choices);
        return;
      case 'comparison':
        if (event.comparison) this.#remote.notify('comparisonChanged', { comparison: event.comparison });
        return;
      case 'compared': {
        const { comparison, method, png } = event;
        return this.#remote.notify('comparedPicture', { comparison, method, png });
      }
      case 'truth':
        return this.#remote.notify('truthChanged', { truth: event.truth ?? null });
      case 'unsaved':
      case 'maskEdit':
      case 'regionEdit':
      case 'maskAside':
        return;
    }
  }

  async #show(what: Place): Promise<void> {
    switch (what) {
      case 'log':
        return this.services.log.show();
      case 'settings':
        return void (await vscode.commands.executeCommand('workbench.action.openSettings', 'ganPrior.model'));
      case 'models':
        return void (await vscode.commands.executeCommand('ganPrior.models.focus'));
      case 'saved':
        if (this.image.savedUri) await vscode.commands.executeCommand('vscode.open', this.image.savedUri);
    }
  }

  #options(): vscode.WebviewOptions {
    const { extensionUri, modelFolders } = this.services;
    const models = modelFolders(this.image.uri).map((folder) => vscode.Uri.file(folder));
    // VS Code compares folders without queries, and Git's URIs say the version in theirs.
    const picture = vscode.Uri.joinPath(this.image.uri, '..').with({ query: '' });
    return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist'), picture, ...models] };
  }

  /** Another one for every version of the file, so that no page shows one that it has seen before. */
  #sourceUri(): string {
    const { uri, version } = this.image;
    const shown = this.panel.webview.asWebviewUri(uri);
    // VS Code drops the query of a file on a remote machine, so ours is added afterwards. Git's own says which version it is.
    return (uri.query === '' ? shown.with({ query: `version=${version}` }) : shown).toString();
  }

  /** A file of the extension's own. */
  #dist(file: string): string {
    return this.#uri(vscode.Uri.joinPath(this.services.extensionUri, 'dist', file));
  }

  #uri(uri: vscode.Uri): string {
    return this.panel.webview.asWebviewUri(uri).toString();
  }
}

const picturesOf = ({ pictures }: Comparer): { method: string; png: Uint8Array }[] =>
  [...pictures].map(([method, png]) => ({ method, png }));

/** What becomes of work; nothing where the person has given it up, who knows that. */
const unlessGivenUp = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    if (error instanceof vscode.CancellationError) return undefined;
    throw error;
  });

/** What somebody will say, once. */
function answered<T>() {
  let answer: (value: T) => void = () => undefined;
  const given = new Promise<T>((resolve) => (answer = resolve));
  const answered = {
    given,
    value: undefined as T | undefined,
    answer(value: T) {
      answered.value = value;
      answer(value);
    },
  };
  return answered;
}
