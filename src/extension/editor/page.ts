/** One editor page: answers what it asks about the document, and tells it what happens to the document elsewhere. */
import * as vscode from 'vscode';
import { packageFiles, type TaskId } from '../../engine/generator/manifest.ts';
import { isTrained } from '../../engine/prior.ts';
import { type Welcome } from '../../shared/documentState.ts';
import {
  hostContract,
  pageContract,
  type HostContract,
  type PageContract,
  type Place,
  type Prepared,
} from '../../shared/protocol.ts';
import { connect, type Handlers, type Remote } from '../../shared/rpc.ts';
import type { DocumentEvent } from '../document/events.ts';
import { placement } from '../document/placement.ts';
import type { Run } from '../document/run.ts';
import { askForAnimation, writeAnimation, type AnimationTarget } from '../save/animationFile.ts';
import { reveal } from '../save/saveResult.ts';
import { webviewChannel } from './channel.ts';
import { pageHtml } from './html.ts';
import type { OpenImage } from './openImage.ts';

/** What a page needs of the extension beside its document. */
export interface PageServices {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** Folders that the document's models may be loaded from. */
  modelFolders(uri: vscode.Uri): string[];
  hostBackend(uri: vscode.Uri): Promise<string>;
  setup(uri: vscode.Uri): Promise<Welcome['setup']>;
  /** The task that a command chose for this document and no page has begun yet; asked once. */
  takeStart(image: OpenImage): TaskId | undefined;
}

export class EditorPage implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #remote: Remote<PageContract>;
  /** Who the page is to the document; another object after a reload. */
  #key = {};
  #loaded: string | undefined;
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
  offerStart(): void {
    if (this.#loaded === undefined) return;
    const task = this.#takeStart();
    if (task) this.#remote.notify('start', { task });
  }

  /** The task that a command chose; a run that is going is not disturbed by it. */
  #takeStart(): TaskId | undefined {
    const task = this.services.takeStart(this.image);
    const { document } = this.image;
    if (!task || document.run?.active) return undefined;
    document.kept.begin(task);
    return task;
  }

  exportAnimation(): void {
    this.#remote.notify('exportAnimation', {});
  }

  copyPicture(): void {
    this.#remote.notify('copyPicture', {});
  }

  async setupChanged(): Promise<void> {
    const options = this.#options();
    // Other roots mean a reload of the page, which is safe but not for nothing.
    if (JSON.stringify(options) !== JSON.stringify(this.panel.webview.options)) this.panel.webview.options = options;
    this.#remote.notify('setupChanged', await this.services.setup(this.image.uri));
  }

  dispose(): void {
    this.image.document.leave(this.#key);
    this.#remote.close('The editor was closed.');
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  readonly #handlers: Handlers<HostContract> = {
    ready: ({ page }) => this.#welcome(page),
    prepare: async ({ task, params }) => this.#prepared(await this.image.document.prepare(task, params, this.#key)),
    resume: ({ run }) => this.#prepared(this.image.document.resume(run, this.#key)),
    runOnHost: ({ run }) => {
      this.image.document.runOnHost(run, this.#key);
      return {};
    },
    control: ({ action }) => {
      this.image.document.control(action);
      return {};
    },
    amend: ({ run, params }) => {
      this.image.document.amend(run, params);
      return {};
    },
    keep: async ({ run, step, x }) => {
      await this.image.document.keep(run, step, x);
      return {};
    },
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
    askForAnimation: async ({ formats }) => {
      this.#animation = await askForAnimation(this.image.uri, formats);
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
    loadMask: async () => {
      await this.image.loadMask();
      return {};
    },
    saveMask: async () => {
      const saved = await this.image.saveMask();
      return saved ? { name: saved } : {};
    },
    chooseTruth: async () => {
      await this.image.chooseTruth();
      return {};
    },
    forgetTruth: async () => {
      await this.image.document.chooseTruth(undefined);
      return {};
    },
    choose: (choices) => this.image.document.kept.choose(choices, this.#key),
    report: ({ run, event }) => this.image.document.report(run, event, this.#key),
    failed: ({ run, message }) => this.image.document.failed(run, message, this.#key),
    log: ({ level, message }) => this.services.log[level](`${this.image.name}: ${message}`),
    show: ({ what }) => void this.#show(what),
  };

  async #welcome(page: string): Promise<Welcome> {
    const { image, services } = this;
    const { document } = image;
    if (this.#loaded !== page) {
      document.leave(this.#key);
      this.#key = {};
    }
    const [size, hostBackend, setup] = await Promise.all([
      document.inspect(),
      services.hostBackend(image.uri),
      services.setup(image.uri),
    ]);
    this.#loaded = page;
    const start = this.#takeStart();
    const { truth } = document;
    const mask = await document.kept.mask();
    const { region, choices } = document.kept;
    const dist = vscode.Uri.joinPath(services.extensionUri, 'dist');
    return {
      source: {
        name: image.name,
        uri: this.#sourceUri(),
        ...size,
      },
      setup,
      hostBackend,
      assets: {
        worker: this.#uri(vscode.Uri.joinPath(dist, 'engineWorker.js')),
        maskWorker: this.#uri(vscode.Uri.joinPath(dist, 'maskWorker.js')),
        wasm: this.#uri(vscode.Uri.joinPath(dist, 'ort', 'ort-wasm-simd-threaded.asyncify.wasm')),
      },
      ...(document.run && { run: document.run.state }),
      ...(document.result && { result: document.result }),
      ...(mask && { mask }),
      ...(region && { region }),
      ...(choices && { choices }),
      ...(truth && { truth }),
      ...(start && { start }),
      strings: vscode.l10n.bundle ?? {},
    };
  }

  #prepared({ id, plan, checkpoint }: Run): Prepared {
    const folder = vscode.Uri.file(plan.folder);
    const { network, manifest } = plan;
    const files = isTrained(manifest) ? packageFiles(manifest) : [];
    return {
      run: id,
      job: plan.job,
      manifest,
      slices: files.map(({ file }) => this.#uri(vscode.Uri.joinPath(folder, file))),
      ...(network && { network: this.#uri(vscode.Uri.joinPath(vscode.Uri.file(network.folder), network.file)) }),
      notes: [...plan.notes],
      placement: placement(plan.frame),
      ...(checkpoint && { checkpoint }),
    };
  }

  #pass(event: DocumentEvent): void {
    switch (event.kind) {
      case 'event':
        if (event.from !== this.#key) this.#remote.notify('runEvent', { run: event.run.id, event: event.event });
        return;
      case 'failed':
        if (event.from !== this.#key) this.#remote.notify('runFailed', { run: event.run.id, message: event.message });
        return;
      case 'interrupted':
        return this.#remote.notify('runInterrupted', { run: event.run.id });
      case 'control':
        if (event.run.page === this.#key) this.#remote.notify('control', { run: event.run.id, action: event.action });
        return;
      case 'amend':
        if (event.run.page !== this.#key) return;
        return this.#remote.notify('amend', { run: event.run.id, amendment: event.amendment });
      case 'changed':
        return this.#remote.notify('runChanged', { run: event.run.id, change: event.change });
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
      case 'choices':
        if (event.from !== this.#key) this.#remote.notify('choicesChanged', event.choices);
        return;
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
    const picture = vscode.Uri.joinPath(this.image.uri, '..');
    return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist'), picture, ...models] };
  }

  /** Another one for every version of the file, so that no page shows one that it has seen before. */
  #sourceUri(): string {
    const { uri, version } = this.image;
    const shown = this.panel.webview.asWebviewUri(uri);
    // VS Code drops the query of a file on a remote machine, so ours is added afterwards. Git's own says which version it is.
    return (uri.query === '' ? shown.with({ query: `version=${version}` }) : shown).toString();
  }

  #uri(uri: vscode.Uri): string {
    return this.panel.webview.asWebviewUri(uri).toString();
  }
}
