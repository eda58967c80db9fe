/** What assistants in VS Code may do, each time after a person has agreed: the five tasks, models, and how near a result comes to its original. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { taskById } from '../engine/tasks/index.ts';
import type { RunThread } from '../node/thread.ts';
import { taskSchema } from '../shared/schemas.ts';
import type { ModelManager } from './modelsView/manager.ts';
import { detailsOf, sizeOfDownload, titleOf } from './modelsView/words.ts';
import { configuredChoice } from './modelsView/choice.ts';
import type { Restoration } from './restorations/picture.ts';
import type { Restorations } from './restorations/restorations.ts';
import { picturesOf } from './restorations/selection.ts';
import { stateOf } from './restorations/words.ts';

export interface AssistantServices {
  readonly restorations: Restorations;
  readonly manager: ModelManager;
  readonly thread: RunThread;
}

/** Longest side of the picture that an assistant is shown, in pixels. */
const SHOWN = 256;

const path = v.pipe(v.string(), v.nonEmpty());
const INPUTS = {
  restore: v.object({ task: taskSchema, files: v.pipe(v.array(path), v.minLength(1)) }),
  models: v.object({}),
  download: v.object({ model: path }),
  compare: v.object({ task: taskSchema, picture: path, result: path, original: path }),
};

/** One tool: what it asks before, and what it answers. Both get what was checked. */
interface Tool<T> {
  readonly input: v.GenericSchema<unknown, T>;
  /** What a person agrees to; absent: it only looks. */
  ask?(input: T): Promise<{ title: string; message: string }> | { title: string; message: string };
  answer(input: T, token: vscode.CancellationToken): Promise<readonly unknown[]>;
}

/** They are there in workspaces that are trusted: what an assistant asks for may come from files of the workspace. */
export function registerTools(services: AssistantServices): vscode.Disposable {
  let registered: vscode.Disposable | undefined;
  const register = (): void => void (registered ??= vscode.Disposable.from(...toolsOf(services)));
  if (vscode.workspace.isTrusted) register();
  const trusted = vscode.workspace.onDidGrantWorkspaceTrust(register);
  return new vscode.Disposable(() => {
    trusted.dispose();
    registered?.dispose();
  });
}

function toolsOf({ restorations, manager, thread }: AssistantServices): vscode.Disposable[] {
  const entryOf = async (model: string) => {
    const row = (await manager.rows()).find(({ id }) => id === model);
    if (row?.entry) return row.entry;
    throw new Error(vscode.l10n.t('There is no model "{0}" that can be downloaded.', model));
  };
  return [
    tool('ganPrior_restore', {
      input: INPUTS.restore,
      ask: ({ task, files }) => ({
        title: taskById(task).title,
        message: vscode.l10n.t('Restore {0}? Results are new files: none is replaced.', files.join(', ')),
      }),
      async answer({ task, files }, token) {
        const pictures = await picturesOf(task, files.map(uriOf));
        if (!pictures) return [vscode.l10n.t('It was given up.')];
        restorations.add(pictures);
        const names = new Set(pictures.map(({ name }) => name));
        const mine = () => restorations.all.filter(({ item }) => item.task === task && names.has(item.name));
        await over(restorations, mine, token);
        const jobs = mine();
        const made = jobs.find(({ status, output }) => status === 'done' && output !== undefined);
        const small =
          made && (await thread.apart((apart) => apart.thumbnail({ source: { path: made.output! }, side: SHOWN })));
        return [jobs.map(lineOf).join('\n'), ...(small ? pictureParts(small.png) : [])];
      },
    }),
    tool('ganPrior_models', {
      input: INPUTS.models,
      async answer() {
        const choice = configuredChoice.current();
        return [
          (await manager.rows()).map((row) => `${row.id}: ${titleOf(row)}, ${detailsOf(row, choice)}`).join('\n'),
        ];
      },
    }),
    tool('ganPrior_downloadModel', {
      input: INPUTS.download,
      async ask({ model }) {
        const entry = await entryOf(model);
        return {
          title: vscode.l10n.t('Download "{0}"?', entry.title),
          message: vscode.l10n.t('{0}, licence: {1}, source: {2}', sizeOfDownload(entry), entry.licence, entry.url),
        };
      },
      async answer({ model }, token) {
        const stop = token.onCancellationRequested(() => manager.cancel(model));
        try {
          const done = await manager.download(await entryOf(model));
          return [done ? vscode.l10n.t('{0} is installed.', model) : vscode.l10n.t('It was given up.')];
        } finally {
          stop.dispose();
        }
      },
    }),
    tool('ganPrior_compare', {
      input: INPUTS.compare,
      async answer({ task, picture, result, original }) {
        const at = (file: string) => ({ path: uriOf(file).fsPath });
        const {
          result: near,
          baseline,
          baselineName,
        } = await thread.apart(async (apart) =>
          apart.compareWithTruth({
            ...{ task, source: at(picture), truth: at(original) },
            result: new Uint8Array(await readFile(at(result).path)),
          }),
        );
        const words = (name: string, { psnr, ssim }: typeof near): string =>
          vscode.l10n.t('{0}: PSNR {1} dB, SSIM {2}', name, psnr.toFixed(2), ssim.toFixed(3));
        return [[words(result, near), words(baselineName, baseline)].join('\n')];
      },
    }),
  ];
}

function tool<T>(name: string, { input, ask, answer }: Tool<T>): vscode.Disposable {
  return vscode.lm.registerTool(name, {
    async prepareInvocation({ input: given }) {
      return ask ? { confirmationMessages: await ask(v.parse(input, given)) } : {};
    },
    async invoke({ input: given }, token) {
      const parts = await answer(v.parse(input, given), token);
      const content = parts.map((part) => (typeof part === 'string' ? new vscode.LanguageModelTextPart(part) : part));
      return new vscode.LanguageModelToolResult(content as vscode.LanguageModelTextPart[]);
    },
  });
}

/** A path, from the first folder of the workspace on. */
function uriOf(file: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.Uri.file(isAbsolute(file) || !folder ? file : join(folder.fsPath, file));
}

/** Resolves when none of them is to be made any more; whoever gives it up leaves them in the view. */
function over(
  restorations: Restorations,
  jobs: () => readonly Restoration[],
  token: vscode.CancellationToken,
): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const left = jobs().some(({ status }) => status !== 'done' && status !== 'failed');
      if (left && restorations.halted === undefined && !token.isCancellationRequested) return;
      for (const one of listening) one.dispose();
      resolve();
    };
    const listening = [restorations.onDidChange(look), token.onCancellationRequested(look)];
    look();
  });
}

function lineOf(job: Restoration): string {
  const { item, output, facts } = job;
  const numbers = facts ? `, ${facts.model}, ${facts.width} × ${facts.height}, ${facts.seconds?.toFixed(1)} s` : '';
  return `${item.name}: ${stateOf(job)}${job.status === 'done' ? ` (${output}${numbers})` : ''}`;
}

/** Versions of VS Code before 1.106 know no parts that are pictures. */
function pictureParts(png: Uint8Array): unknown[] {
  const { LanguageModelDataPart: part } = vscode as {
    LanguageModelDataPart?: { image(data: Uint8Array, mime: string): unknown };
  };
  return part ? [part.image(png, 'image/png')] : [];
}
