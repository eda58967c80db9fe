/** Every task from the command palette and from the form of the editor, to its saved file and the record in there. */
import assert from 'node:assert/strict';
import { copyFile, readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import strings from '../../package.nls.json' with { type: 'json' };
import { TASKS, type TaskId } from '../../src/engine/generator/manifest.ts';
import { ALL_TASKS } from '../../src/engine/tasks/index.ts';
import { embeddedRecord } from '../../src/node/codecs/encode.ts';
import { parseRecord } from '../../src/node/record.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { resultCount } from './pictures.ts';
import { openedWorkbench } from './suite.ts';
import { SIZES } from './workspace.ts';

const SOURCE = 'other.png';
const [PALETTE, FORM] = ['palette.png', 'form.png'];

/** Titles of the commands. */
const COMMANDS: Readonly<Record<TaskId, string>> = {
  'super-resolve': strings['command.superResolve'],
  colorize: strings['command.colorize'],
  inpaint: strings['command.inpaint'],
  denoise: strings['command.denoise'],
  reconstruct: strings['command.reconstruct'],
};

describe('every task', () => {
  const suite = openedWorkbench({ iterations: 4, settings: { 'ganPrior.codes': 2 } });
  before(async () => {
    const { path } = suite.workspace;
    for (const name of [PALETTE, FORM]) await copyFile(path(SOURCE), path(name));
  });

  async function paint(editor: EditorPage): Promise<void> {
    // The page may still show another task.
    await editor.frame.getByRole('toolbar', { name: 'Mask' }).waitFor();
    await editor.paint([0.3, 0.4], [0.7, 0.6]);
  }

  /**
   * Waits for the run, saves its result and looks at the file.
   * @param made results that the picture has then: the page may still show that the run before is done
   */
  async function finish(editor: EditorPage, picture: string, task: TaskId, made: number): Promise<void> {
    await until(`result ${made}`, async () => (await resultCount(editor)) === made);
    await editor.waitForHeadline(/^Done: \d steps/);
    const file = picture.replace('.png', `.${task}.png`);
    await editor.button('Save').click();
    await until(file, async () => (await suite.workspace.files()).includes(file));
    const record = parseRecord(embeddedRecord(await readFile(suite.workspace.path(file))) ?? '');
    assert.ok(record);
    assert.deepEqual([record.task, record.source.name, record.options.codes], [task, picture, 2]);
    assert.equal(record.mask !== undefined, task === 'inpaint');
    const times = record.options.factor ?? 1;
    assert.equal(times > 1, task === 'super-resolve');
    assert.deepEqual(
      await suite.workspace.sizeOf(file),
      SIZES[SOURCE].map((side) => side * times),
    );
  }

  for (const [i, task] of TASKS.entries()) {
    test(`${task} from the palette, on the picture in front`, async () => {
      // The first time it is VS Code's own preview that shows it, then this editor.
      if (task === TASKS[0]) {
        await suite.workbench.host.run(
          async (vscode, path) => vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path)),
          suite.workspace.path(PALETTE),
        );
      }
      await suite.workbench.pickInPalette(`GAN Prior: ${COMMANDS[task]}`);
      const editor = await EditorPage.of(suite.workbench, PALETTE);
      if (task === 'inpaint') {
        await paint(editor);
        await editor.start();
      }
      await finish(editor, PALETTE, task, i + 1);
    });
  }

  for (const [i, { id, title }] of ALL_TASKS.entries()) {
    test(`${id} from the form`, async () => {
      await suite.workbench.host.run(
        async (vscode, path) => vscode.commands.executeCommand('ganPrior.openEditor', vscode.Uri.file(path)),
        suite.workspace.path(FORM),
      );
      const editor = await EditorPage.of(suite.workbench, FORM);
      await editor.choose('#task', title);
      if (id === 'inpaint') await paint(editor);
      await editor.start();
      await finish(editor, FORM, id, i + 1);
    });
  }

  test('any picture: what means nothing to it is away, it draws at the shape of the picture, and knows no colours', async () => {
    const [picture, file] = ['turned.jpg', 'turned.denoise.png'] as const;
    await suite.workbench.host.run(
      async (vscode, path) => vscode.commands.executeCommand('ganPrior.openEditor', vscode.Uri.file(path)),
      suite.workspace.path(picture),
    );
    const editor = await EditorPage.of(suite.workbench, picture);
    await editor.choose('#task', 'Denoise');
    await editor.choose('#model', 'Any picture');
    const shown = (id: string) => editor.frame.locator(`#${id}`).isVisible();
    for (const id of ['layer', 'codes', 'starts', 'alphaLearningRate', 'perceptual', 'tune'])
      assert.equal(await shown(id), false, id);
    for (const id of ['iterations', 'seed', 'width', 'learningRate']) assert.equal(await shown(id), true, id);
    // What is optimised may be chosen, and what that takes is said before.
    await editor.choose('#method', 'Deep Decoder');
    assert.match(
      (await editor.frame.locator('.form, details').allTextContents()).join(' '),
      /of which it has few.* 4 steps for \d+ × \d+ pixels: about \d+ seconds on two cores/,
    );
    await editor.start();
    await editor.waitForHeadline(/^Done: 4 steps/);
    const size = await editor.frame
      .locator('canvas.preview')
      .evaluate((canvas) => [(canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height]);
    assert.deepEqual(size, SIZES[picture]);
    await editor.button('Save').click();
    await until(file, async () => (await suite.workspace.files()).includes(file));
    assert.deepEqual(await suite.workspace.sizeOf(file), SIZES[picture]);
    const record = parseRecord(embeddedRecord(await readFile(suite.workspace.path(file))) ?? '');
    const { codes, width, method } = record!.options;
    assert.deepEqual([record!.model.id, codes, width, method], ['untrained', undefined, 64, 'deep-decoder']);

    await editor.choose('#task', 'Colorize');
    assert.match(
      (await editor.frame.locator('.form').textContent())!,
      /Any picture, .* cannot do this task: .* is used instead/,
    );
  });
});
