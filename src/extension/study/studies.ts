/** "Study Layers and Models": a tab for each picture, the thread that makes its cells, and where they are kept and saved. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TaskOptions } from '../../engine/tasks/index.ts';
import { isTrained } from '../../engine/prior.ts';
import type { RunThread } from '../../node/thread.ts';
import {
  studyHostContract,
  studyPageContract,
  type StudyHostContract,
  type StudyPageContract,
} from '../../shared/study/protocol.ts';
import type { Handlers } from '../../shared/rpc.ts';
import type { StudyModel } from '../../shared/study/state.ts';
import type { Models } from '../models.ts';
import { openPanel, type PanelPage, type PanelServices } from '../panelPage.ts';
import { fileStore, isWritable } from '../save/fileStore.ts';
import { fileBeside } from '../save/fileBeside.ts';
import { readFile } from '../save/readFile.ts';
import { reveal } from '../save/saveResult.ts';
import { writeTogether } from '../save/filesTogether.ts';
import type { Settings } from '../settings.ts';
import { StudyDocument, type StudyWorkshop } from './studyDocument.ts';

export interface StudyServices extends PanelServices {
  /** The folder of what is done, for all pictures. */
  readonly cells: string;
  readonly onDidChangeModels: vscode.Event<void>;
  thread(): RunThread;
  settings(picture: vscode.Uri): Settings;
  models(picture: vscode.Uri): Models;
  /** Where the LPIPS metric lies, if it is to be measured. */
  lpips(picture: vscode.Uri): string | undefined;
}

export class Studies implements vscode.Disposable {
  readonly #open = new Map<string, { readonly page: PanelPage<StudyPageContract>; readonly document: StudyDocument }>();

  constructor(private readonly services: StudyServices) {
    void removeOld(services.cells).catch(() => undefined);
  }

  /** The study of a picture that is open. */
  find(picture: vscode.Uri): StudyDocument | undefined {
    return this.#open.get(picture.toString())?.document;
  }

  /** Opens the tab of a picture, or brings it to the front. */
  async open(picture: vscode.Uri): Promise<void> {
    const key = picture.toString();
    const models = await modelsOf(this.services, picture);
    // Looked for once it can be opened at once: who asks twice gets one.
    const there = this.#open.get(key);
    if (there) return there.page.reveal();
    const opened = this.#openPanel(picture, models);
    this.#open.set(key, opened);
    opened.page.onDidClose(() => this.#open.delete(key));
  }

  #openPanel(picture: vscode.Uri, models: StudyModel[]) {
    const { services } = this;
    const name = nameOf(picture.path);
    const thread = services.thread();
    const document: StudyDocument = new StudyDocument(name, models, workshopOf(services, picture, thread), {
      state: (state) => page.remote.notify('state', state),
      picture: (of, png) => page.remote.notify('picture', { of, png }),
      cleared: () => page.remote.notify('cleared', {}),
    });
    const handlers: Handlers<StudyHostContract> = {
      ready: () => {
        // After the answer, which makes the page that shows them.
        setTimeout(() => document.showPictures());
        return { state: document.state, strings: vscode.l10n.bundle ?? {} };
      },
      start: ({ choices }) => {
        void document.start(choices);
        return {};
      },
      stop: () => document.stop(),
      save: async () => {
        await document.save();
        return {};
      },
      open: async ({ name }) => {
        if (document.state.saved.includes(name)) await openSaved(fileBeside(picture, name));
        return {};
      },
    };
    const title = vscode.l10n.t('Study: {0}', name);
    const look = { type: 'ganPrior.study', title, script: 'study' };
    const page = openPanel(services, look, studyHostContract, handlers, studyPageContract);
    const listening = services.onDidChangeModels(() => void document.modelsChanged());
    page.onDidClose(() => {
      listening.dispose();
      // What is done is kept; the cell at hand is given up.
      void thread.dispose();
    });
    return { page, document };
  }

  dispose(): void {
    for (const { page } of this.#open.values()) page.dispose();
  }
}

async function modelsOf(services: StudyServices, picture: vscode.Uri): Promise<StudyModel[]> {
  const { models } = await services.models(picture).setup();
  return models.map(({ id, name, lastCut, tasks, defaults }) => ({
    ...{ id, name, lastLayer: lastCut ?? null },
    tasks: tasks ?? (Object.keys(defaults) as StudyModel['tasks']),
  }));
}

function workshopOf(services: StudyServices, picture: vscode.Uri, thread: RunThread): StudyWorkshop {
  return {
    models: () => modelsOf(services, picture),

    async start({ task, layers, codes, iterations, models: ids }, tell) {
      const { device, memory, precision } = services.settings(picture);
      const models = services.models(picture);
      const chosen = ids.map(async (id) => {
        const { folder, manifest } = await models.choose(task, id);
        if (!isTrained(manifest)) return { folder, settings: {} };
        const { perceptual, network } = await models.perceptual(undefined, manifest.resolution);
        return { folder, settings: { perceptual }, ...(network && { network: network.folder }) };
      });
      const settings: TaskOptions = {
        ...(iterations !== undefined && { iterations }),
        ...(memory !== undefined && { memory }),
        ...(precision === 'mixed' && { precision }),
      };
      const metric = services.lpips(picture);
      await mkdir(services.cells, { recursive: true });
      return thread.study(
        {
          ...{ bytes: await readFile(picture), name: nameOf(picture.path), models: await Promise.all(chosen) },
          ...{ task, layers, settings, device, cells: services.cells },
          ...(codes.length > 0 && { codes }),
          ...(metric !== undefined && { lpips: metric }),
        },
        tell,
      );
    },

    async save(files, { task }) {
      const beside = fileBeside(picture, `${stemOf(picture.path)}.study-${task}`);
      if (!isWritable(beside)) {
        throw new Error(
          vscode.l10n.t('Files cannot be written to {0}: copy the picture to a folder first.', beside.scheme),
        );
      }
      const written = await writeTogether(fileStore(beside), beside.path, files);
      await reveal(beside.with({ path: written[0]! }));
      return written.map(nameOf);
    },
  };
}

/** A page is for a browser, everything else for VS Code. */
async function openSaved(file: vscode.Uri): Promise<void> {
  if (/\.html$/i.test(file.path)) await vscode.env.openExternal(file);
  else await vscode.commands.executeCommand('vscode.open', file);
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const stemOf = (path: string): string => nameOf(path).replace(/(?<=.)\.[^.]*$/, '');

/** What was made longer ago is made again when somebody asks for it. */
const KEPT_MS = 60 * 24 * 60 * 60 * 1000;

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > KEPT_MS) await rm(file, { force: true });
  }
}
