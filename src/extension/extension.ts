/** Activation: makes the parts and joins them. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { config } from '@vscode/l10n';
import * as vscode from 'vscode';
import { convertInThread } from '../node/store/convertThread.ts';
import { RunThread } from '../node/thread.ts';
import { registerTools } from './assistants.ts';
import { offerInTerminals, type CommandLine } from './commandLine.ts';
import { registerCommands } from './commands.ts';
import { PaceMemory } from './compare/paces.ts';
import { registerPictureCommands } from './pictureCommands.ts';
import { EDITOR } from './editor/activeImage.ts';
import { EditorProvider } from './editor/provider.ts';
import { keepJournal } from './journal.ts';
import { chooseDirections } from './directions.ts';
import { registerDrawings } from './draw/commands.ts';
import { Drawings } from './draw/drawings.ts';
import { Models } from './models.ts';
import { detectorFor, offerDetector } from './faceDetector.ts';
import { ModelActions } from './modelsView/actions.ts';
import { configuredChoice } from './modelsView/choice.ts';
import { vscodeDialogs } from './modelsView/dialogs.ts';
import { showModels } from './modelsView/index.ts';
import { ModelManager } from './modelsView/manager.ts';
import { Samples } from './modelsView/samples.ts';
import { ScriptedDialogs } from './modelsView/scriptedDialogs.ts';
import { markModelsInUse } from './modelsView/usage.ts';
import { showRestorations } from './restorations/index.ts';
import { Maker } from './restorations/maker.ts';
import { Restorations } from './restorations/restorations.ts';
import { Thumbnails } from './restorations/thumbnails.ts';
import { registerResultCommands } from './results/commands.ts';
import { RecoveryCopies } from './results/recoveryCopies.ts';
import { readFile } from './save/readFile.ts';
import { Renames } from './save/renames.ts';
import { askAboutSidecar } from './save/sidecarFile.ts';
import { askAboutExisting, askToDiscard } from './save/saveResult.ts';
import { readSettings, type Settings } from './settings.ts';
import { agreeToSize, withPatience } from './patience.ts';
import { showRuns } from './statusBar.ts';
import { registerStudies } from './study/commands.ts';
import { Studies } from './study/studies.ts';
import { TYPE } from './tasks/definition.ts';
import { PictureTasks } from './tasks/provider.ts';
import { createTestApi, type TestApi } from './testApi.ts';
import { ThreadWorkshop } from './threadWorkshop.ts';

export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  if (vscode.l10n.bundle) config({ contents: vscode.l10n.bundle });
  const log = vscode.window.createOutputChannel('GAN Prior', { log: true });
  const thread = new RunThread(join(context.extensionPath, 'dist', 'runThread.cjs'));
  const settings = settingsReader(log);
  const manager = new ModelManager({
    log,
    embedded: join(context.extensionPath, 'models'),
    storage: context.globalStorageUri.fsPath,
    convert: convertInThread(join(context.extensionPath, 'dist', 'convertThread.cjs')),
  });
  const samples = new Samples(
    join(context.globalStorageUri.fsPath, 'samples'),
    async (model) => (await thread.apart((apart) => apart.samples({ model }))).jpeg,
    (problem) => log.warn(problem),
  );
  const copies = new RecoveryCopies(join(context.globalStorageUri.fsPath, 'results'), (line) => log.warn(line));
  const paces = new PaceMemory(context.globalState);
  const saved = new vscode.EventEmitter<{ source: vscode.Uri; file: vscode.Uri }>();
  const testDialogs = context.extensionMode === vscode.ExtensionMode.Test ? new ScriptedDialogs() : undefined;
  let testApi: TestApi | undefined;

  const models = (picture: vscode.Uri): Models =>
    new Models(settings(picture), baseOf(picture), manager.store.roots, manager.store.layout.networks);
  const lpips = (picture: vscode.Uri): string | undefined => {
    const { lpips: path } = settings(picture);
    return path === '' ? undefined : resolve(baseOf(picture), path);
  };
  const workshopOn = (thread: RunThread, picture: vscode.Uri): ThreadWorkshop =>
    new ThreadWorkshop(thread, {
      name: nameOf(picture),
      read: () => readFile(picture),
      settings: () => settings(picture),
      models: () => models(picture),
      patiently: withPatience,
      agreeToSize: (size) =>
        testApi ? Promise.resolve(testApi.answer === 'replace') : agreeToSize(nameOf(picture), size),
      detector: () => detectorFor(settings(picture), baseOf(picture), manager.store.layout.root),
      lpips: () => lpips(picture),
    });
  const workshop = (picture: vscode.Uri): ThreadWorkshop => workshopOn(thread, picture);
  const editors: EditorProvider = new EditorProvider({
    extensionUri: context.extensionUri,
    log,
    modelFolders: (picture) => models(picture).folders,
    offerDetector: () =>
      offerDetector(manager, new ModelActions(manager, configuredChoice, testDialogs ?? vscodeDialogs)),
    chooseDirections: (model) =>
      chooseDirections(
        {
          layout: manager.store.layout,
          dialogs: testDialogs ?? vscodeDialogs,
          boundaries: () => manager.boundaries(),
          read: async (path) => (await thread.readDirections({ path })).directions,
        },
        model,
      ),
    hostBackend: (picture) => thread.backend(settings(picture).device),
    setup: (picture) => workshop(picture).setup(),
    paces: () => paces.paces,
    workshop,
    settled: (picture): Promise<void> => renames.settled(picture),
    copies: (picture) => copies.of(() => picture.toString()),
    encode: async (png, format, quality, record) => {
      const asked = { png, format, quality, ...(record !== undefined && { record }) };
      const encoded = await withPatience(vscode.l10n.t('Saving the picture'), (signal, tell) =>
        thread.apart((apart) => apart.encode(asked, tell), signal),
      );
      return encoded.bytes;
    },
    settings,
    ask: (existing) => (testApi ? Promise.resolve(testApi.answer) : askAboutExisting(existing)),
    askAboutSidecar: (picture, file) =>
      testApi ? Promise.resolve(testApi.answer === 'replace' ? 'theirs' : undefined) : askAboutSidecar(picture, file),
    askToDiscard: (picture) => (testApi ? Promise.resolve(testApi.answer === 'replace') : askToDiscard(picture)),
    saved: (source, file) => saved.fire({ source, file }),
  });

  // A thread of its own: an editor does not wait for what is made in the background.
  const background = new RunThread(join(context.extensionPath, 'dist', 'runThread.cjs'));
  const maker = new Maker({
    workshop: (picture) => workshopOn(background, picture),
    settings,
    async encode(png, [format, quality, record], signal) {
      const asked = { png: png as Uint8Array<ArrayBuffer>, format, quality, ...(record !== undefined && { record }) };
      return (await background.apart((apart) => apart.encode(asked), signal)).bytes;
    },
  });
  const restorations = new Restorations(
    {
      place: (picture) => maker.place(picture),
      make: (picture, output, making) => maker.make(picture, output, making),
      sentence: (error) => (error instanceof Error ? error.message : String(error)),
    },
    context.workspaceState,
  );
  const thumbnails = new Thumbnails(
    async (path) => (await background.apart((apart) => apart.thumbnail({ source: { path }, side: THUMBNAIL }))).png,
  );
  const view = showRestorations(restorations, thumbnails, editors);
  const studies = new Studies({
    ...{ extensionUri: context.extensionUri, log, settings, models },
    cells: join(context.globalStorageUri.fsPath, 'studies'),
    onDidChangeModels: manager.onDidChange,
    thread: () => new RunThread(join(context.extensionPath, 'dist', 'runThread.cjs')),
    lpips,
  });

  const line = (): CommandLine => ({
    node: process.execPath,
    script: join(context.extensionPath, 'dist', 'cli.js'),
    home: manager.store.layout.root,
  });
  const scripts = join(context.globalStorageUri.fsPath, 'bin');
  offerInTerminals(line(), scripts, context.environmentVariableCollection).catch((error: unknown) =>
    log.warn(`ganprior is not on the PATH of terminals: ${String(error)}`),
  );

  const drawings = new Drawings({
    ...{ extensionUri: context.extensionUri, log, editors, settings, models },
    dialogs: testDialogs ?? vscodeDialogs,
    thread: () => new RunThread(join(context.extensionPath, 'dist', 'runThread.cjs')),
  });

  const renames = new Renames(copies, editors, (line) => log.info(line));

  context.subscriptions.push(
    log,
    saved,
    renames,
    { dispose: () => void thread.dispose() },
    { dispose: () => void background.dispose() },
    restorations,
    thumbnails,
    view,
    keepJournal(editors, log),
    showRuns(editors),
    paces.learnFrom(editors),
    manager,
    showModels(manager, testDialogs ?? vscodeDialogs, samples),
    markModelsInUse(editors, manager, log),
    manager.onDidChange(() => void editors.setupChanged()),
    vscode.window.registerCustomEditorProvider(EDITOR, editors, {
      webviewOptions: { retainContextWhenHidden: true },
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('ganPrior')) void editors.setupChanged();
      if (change.affectsConfiguration('ganPrior.lpips')) editors.compareAgain();
    }),
    registerResultCommands(editors),
    registerTools({ restorations, manager, thread: background }),
    vscode.tasks.registerTaskProvider(TYPE, new PictureTasks(line, settings)),
    ...registerCommands(editors, view, context.extension.id),
    studies,
    registerStudies(studies),
    drawings,
    registerDrawings(drawings),
    ...registerPictureCommands(editors, context),
  );
  if (testDialogs) testApi = createTestApi(editors, testDialogs, saved.event);
  return testApi;
}

/** Longest side of a small picture in a list, in pixels: what a row shows, on a display that has twice as many. */
const THUMBNAIL = 44;

const nameOf = (picture: vscode.Uri): string => picture.path.slice(picture.path.lastIndexOf('/') + 1);

/** The folder that relative paths in a picture's settings start at. */
function baseOf(picture: vscode.Uri): string {
  const places = [vscode.workspace.getWorkspaceFolder(picture)?.uri, vscode.Uri.joinPath(picture, '..')];
  // Models are on the disk, also those of pictures that are not.
  return places.find((place) => place?.scheme === 'file')?.fsPath ?? homedir();
}

/** Reads a picture's settings; each bad value is complained about once. */
function settingsReader(log: vscode.LogOutputChannel): (picture: vscode.Uri) => Settings {
  const told = new Set<string>();
  const complain = (problem: string): void => {
    if (told.has(problem)) return;
    told.add(problem);
    log.warn(problem);
    void vscode.window.showWarningMessage(problem);
  };
  return (picture) => {
    const configuration = vscode.workspace.getConfiguration('ganPrior', picture);
    return readSettings((key) => configuration.get(key), complain);
  };
}
