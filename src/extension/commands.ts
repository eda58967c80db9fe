/** The commands: each finds its picture and hands it to the editor. */
import * as vscode from 'vscode';
import type { TaskId } from '../engine/generator/manifest.ts';
import { otherFormat } from './pictureFiles.ts';
import { activeFile, activeImage, askForImage, imageInEditor } from './editor/activeImage.ts';
import type { EditorProvider } from './editor/provider.ts';
import type { RestorationsView } from './restorations/index.ts';
import { severalOf } from './restorations/selection.ts';
import { explainFormats } from './otherFormats.ts';

const TASK_COMMANDS: Readonly<Record<string, TaskId>> = {
  'ganPrior.superResolve': 'super-resolve',
  'ganPrior.colorize': 'colorize',
  'ganPrior.inpaint': 'inpaint',
  'ganPrior.denoise': 'denoise',
  'ganPrior.reconstruct': 'reconstruct',
};

export function registerCommands(
  editors: EditorProvider,
  restorations: RestorationsView,
  extensionId: string,
): vscode.Disposable[] {
  const run = async (task: TaskId, uri: unknown, uris: unknown): Promise<void> => {
    const several = await severalOf(uri, uris);
    return several ? restorations.start(task, several) : open(uri, task);
  };
  const chosenPicture = async (uri: unknown): Promise<vscode.Uri | undefined> => {
    const file = uri instanceof vscode.Uri ? uri : activeFile();
    return file && otherFormat(file.path)
      ? explainFormats(file)
      : uri instanceof vscode.Uri
        ? uri
        : (activeImage() ?? askForImage());
  };
  const open = async (uri: unknown, task?: TaskId): Promise<void> => {
    const picture = await chosenPicture(uri);
    if (picture) await editors.open(picture, task);
  };
  return [
    ...Object.entries(TASK_COMMANDS).map(([command, task]) =>
      vscode.commands.registerCommand(command, (uri: unknown, uris: unknown) => run(task, uri, uris)),
    ),
    vscode.commands.registerCommand('ganPrior.openEditor', (uri: unknown) => open(uri)),
    vscode.commands.registerCommand('ganPrior.compareMethods', async (uri: unknown) => {
      const picture = await chosenPicture(uri);
      if (picture) await editors.compareMethods(picture);
    }),
    vscode.commands.registerCommand('ganPrior.exportAnimation', () => {
      if (editors.exportAnimation()) return;
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open a picture in the GAN Prior editor and run a task first: the animation shows how it went.'),
      );
    }),
    vscode.commands.registerCommand('ganPrior.openWalkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#start`, false),
    ),
    vscode.commands.registerCommand('ganPrior.chooseTruth', async () => {
      const image = editors.activeImage;
      if (image) return image.chooseTruth();
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open a picture in the GAN Prior editor first: its results are compared with the original.'),
      );
    }),
    // The run in front of the person, or of the picture that is named; never one that is out of sight.
    vscode.commands.registerCommand('ganPrior.cancel', (uri: unknown) => {
      const picture = uri instanceof vscode.Uri ? uri : imageInEditor();
      if (picture) editors.find(picture)?.document.stop();
    }),
  ];
}
