/** "Draw From a Model": one tab, the thread that draws for it, and the runs that begin with what is picked there. */
import * as vscode from 'vscode';
import { TASKS, type TaskId } from '../../engine/generator/manifest.ts';
import { isTrained } from '../../engine/prior.ts';
import type { RunThread } from '../../node/thread.ts';
import {
  drawHostContract,
  drawPageContract,
  type DrawHostContract,
  type DrawModel,
  type DrawPageContract,
} from '../../shared/draw/protocol.ts';
import type { Handlers } from '../../shared/rpc.ts';
import { askForImage } from '../editor/activeImage.ts';
import type { EditorProvider } from '../editor/provider.ts';
import type { Models } from '../models.ts';
import type { Dialogs } from '../modelsView/dialogs.ts';
import { openPanel, type PanelPage, type PanelServices } from '../panelPage.ts';
import type { Settings } from '../settings.ts';
import { DrawDocument, type DrawWorkshop, type FinishedRun } from './drawDocument.ts';

export interface DrawServices extends PanelServices {
  readonly editors: EditorProvider;
  readonly dialogs: Pick<Dialogs, 'pick'>;
  thread(): RunThread;
  /** Of a picture; of no picture those of the workspace. */
  settings(picture: vscode.Uri): Settings;
  models(picture: vscode.Uri): Models;
}

export class Drawings implements vscode.Disposable {
  #page: PanelPage<DrawPageContract> | undefined;

  constructor(private readonly services: DrawServices) {}

  /** Opens the tab, or brings it to the front. @param picture what runs are begun on; absent: it is asked for */
  async open(picture: vscode.Uri | undefined): Promise<void> {
    const base = picture ?? vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
    const models = await modelsOf(this.services.models(base));
    if (models.length === 0)
      throw new Error(vscode.l10n.t('There is no model to draw from. Import or download one first.'));
    this.#page?.dispose();
    const thread = this.services.thread();
    const document: DrawDocument = new DrawDocument(models, workshopOf(this.services, base, picture, thread), {
      state: (state) => page.remote.notify('state', state),
      picture: (id, png) => page.remote.notify('picture', { id, png }),
    });
    const answered = async (work: Promise<unknown>): Promise<Record<string, never>> => {
      await work;
      return {};
    };
    const handlers: Handlers<DrawHostContract> = {
      ready: () => {
        // After the answer, which makes the page that shows them.
        setTimeout(() => document.showPictures());
        return { state: document.state, strings: vscode.l10n.bundle ?? {} };
      },
      draw: (wish) => answered(document.draw(wish)),
      between: ({ ids, steps }) => answered(document.between(ids, steps)),
      mix: ({ coarse, fine, layer }) => answered(document.mix(coarse, fine, layer)),
      addResults: () => answered(document.addResults()),
      start: ({ ids }) => answered(document.start(ids)),
    };
    const look = { type: 'ganPrior.draw', title: vscode.l10n.t('Draw From a Model'), script: 'draw' };
    const page = openPanel(this.services, look, drawHostContract, handlers, drawPageContract);
    this.#page = page;
    page.onDidClose(() => {
      if (this.#page === page) this.#page = undefined;
      // With it goes what was compiled.
      void thread.dispose();
    });
  }

  dispose(): void {
    this.#page?.dispose();
  }
}

async function modelsOf(models: Models): Promise<DrawModel[]> {
  const { models: found } = await models.setup();
  const described = found.map(async ({ id, name, lastCut }): Promise<DrawModel[]> => {
    if (lastCut === undefined) return [];
    const { manifest } = await models.choose('reconstruct', id);
    if (!isTrained(manifest)) return [];
    return [{ id, name, lastLayer: lastCut, truncates: manifest.mapping?.truncates === true }];
  });
  return (await Promise.all(described)).flat();
}

function workshopOf(
  services: DrawServices,
  base: vscode.Uri,
  picture: vscode.Uri | undefined,
  thread: RunThread,
): DrawWorkshop {
  const find = (id: string) => services.models(base).choose('reconstruct', id);
  return {
    models: () => modelsOf(services.models(base)),

    async codeSize(id) {
      const { manifest } = await find(id);
      return isTrained(manifest) ? manifest.latent.size : 0;
    },

    async draw(id, truncation, what) {
      const { folder } = await find(id);
      const { device } = services.settings(base);
      const asked = { model: folder, device, what, ...(truncation !== undefined && { truncation }) };
      return (await thread.draw(asked)).png;
    },

    results: () =>
      services.editors.images.flatMap(({ name, document }): FinishedRun[] => {
        const finished = document.explorer.finishedRun;
        if (!finished) return [];
        const { plan, outcome } = finished;
        return [{ picture: name, model: plan.manifest.id, job: plan.job, values: outcome.parameters }];
      }),

    async start(model, startCodes) {
      const chosen = picture ?? (await choosePicture(services));
      if (!chosen) return;
      const items = TASKS.map((value) => ({ label: taskName(value), value }));
      const task = await services.dialogs.pick(vscode.l10n.t('What to do with the picture'), items);
      if (!task) return;
      const { models } = await services.models(chosen).setup();
      const usual = models.find(({ id }) => id === model)?.defaults[task]?.codes ?? 0;
      const codes = startCodes.length > usual ? { codes: startCodes.length } : {};
      await services.editors.open(chosen, task, { model, ...codes, startCodes: startCodes.map((code) => [...code]) });
    },
  };
}

/** One that an editor shows, or another one. */
async function choosePicture({ editors, dialogs }: DrawServices): Promise<vscode.Uri | undefined> {
  const other = { label: vscode.l10n.t('Another picture...'), value: undefined };
  const open = editors.images.map(({ name, uri }) => ({ label: name, value: uri }));
  if (open.length === 0) return askForImage();
  const items: { label: string; value: vscode.Uri | 'other' }[] = [...open, { label: other.label, value: 'other' }];
  const chosen = await dialogs.pick(vscode.l10n.t('Which picture to begin with'), items);
  return chosen === 'other' ? askForImage() : chosen;
}

const taskName = (task: TaskId): string =>
  ({
    'super-resolve': vscode.l10n.t('Super-resolve'),
    colorize: vscode.l10n.t('Colorize'),
    inpaint: vscode.l10n.t('Inpaint'),
    reconstruct: vscode.l10n.t('Reconstruct'),
    denoise: vscode.l10n.t('Denoise'),
  })[task];
