/** Many pictures in the workbench: a selection and a folder through the Explorer's menu, the view of what becomes of them, a window that is loaded again. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { embeddedRecord } from '../../src/node/codecs/encode.ts';
import { parseRecord } from '../../src/node/record.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

describe('many pictures', () => {
  const suite = openedWorkbench({ iterations: 30, settings: { 'ganPrior.codes': 2, 'ganPrior.device': 'cpu' } });

  const rows = (): Locator => suite.workbench.page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row');
  const row = (name: string): Locator =>
    rows().filter({ has: suite.workbench.page.locator('.label-name').getByText(name, { exact: true }) });
  const saysOf = async (name: string): Promise<string> =>
    (await row(name)
      .textContent()
      .catch(() => '')) ?? '';
  const tabs = (): Promise<string[]> => suite.workbench.page.locator('.tabs-container .tab').allTextContents();
  const results = async (folder = ''): Promise<string[]> =>
    (await readdir(suite.workspace.path(folder))).filter((name) => /\.denoise\.png$/.test(name)).sort();

  test('three that are selected are made, one after another, without an editor', async () => {
    const { workbench, workspace } = suite;
    await workbench.explorerRow('other.png').click();
    for (const name of ['turned.jpg', 'upright.png'])
      await workbench.explorerRow(name).click({ modifiers: ['ControlOrMeta'] });
    const before = await tabs();
    await workbench.pickInExplorer('upright.png', 'GAN Prior', 'Denoise');
    const made = ['other.denoise.png', 'turned.denoise.png', 'upright.denoise.png'];
    await until('three results', async () => String(await results()) === String(made), 60_000);
    for (const name of ['other.png', 'turned.jpg', 'upright.png'])
      await until(`${name} is done`, async () => /done/.test(await saysOf(name)));
    assert.deepEqual(
      (await tabs()).filter((tab) => /GAN Prior|denoise/.test(tab)),
      before.filter((tab) => /GAN Prior|denoise/.test(tab)),
      'no editor is opened',
    );
    const record = parseRecord(embeddedRecord(await readFile(workspace.path('turned.denoise.png'))) ?? '');
    assert.deepEqual([record?.task, record?.source.name, record?.options.seed], ['denoise', 'turned.jpg', 0]);
    assert.deepEqual(await workspace.sizeOf('turned.denoise.png'), [37, 53]);

    await row('other.png').click();
    await workbench.page.locator('.tab.active', { hasText: 'before and after' }).waitFor();
  });

  test('what is done is skipped, what fails says why, and is made once it can be', async () => {
    const { workbench, workspace } = suite;
    await mkdir(workspace.path('mixed'));
    await copyFile(workspace.path('other.png'), workspace.path('mixed/sound.png'));
    await copyFile(workspace.path('other.png'), workspace.path('mixed/sound.jpg'));
    await writeFile(workspace.path('mixed/broken.png'), 'no picture');
    await workbench.explorerRow('mixed').waitFor();
    await workbench.pickInExplorer('mixed', 'GAN Prior', 'Denoise');
    await until('the sentence', async () => /failed: broken\.png is not a/.test(await saysOf('broken.png')), 60_000);
    // Of two that differ in their ending alone, each has a result.
    const both = ['sound.jpg.denoise.png', 'sound.png.denoise.png'];
    await until('both results', async () => String(await results('mixed')) === String(both), 60_000);
    await copyFile(workspace.path('other.png'), workspace.path('mixed/broken.png'));
    await row('broken.png').hover();
    await row('broken.png').getByRole('button', { name: 'Try Again' }).click();
    await until('its result', async () => (await results('mixed')).includes('broken.denoise.png'), 60_000);
    const times = async () =>
      Promise.all((await results('mixed')).map(async (name) => (await stat(workspace.path(`mixed/${name}`))).mtimeMs));
    const first = await times();
    await workbench.pickInExplorer('mixed', 'GAN Prior', 'Denoise');
    await until('it is found', async () => /was there already/.test(await saysOf('broken.png')));
    assert.deepEqual(await times(), first);
  });

  test('a folder of thirty goes on after the window is loaded again, and makes each once', async () => {
    const { workbench, workspace } = suite;
    await mkdir(workspace.path('thirty'));
    for (let i = 0; i < 30; i++)
      await copyFile(workspace.path('other.png'), workspace.path(`thirty/${String(i).padStart(2, '0')}.png`));
    await workbench.explorerRow('thirty').waitFor();
    await workbench.pickInExplorer('thirty', 'GAN Prior', 'Denoise');
    await until('some of them', async () => (await results('thirty')).length >= 5, 60_000);
    const times = async (names: readonly string[]) =>
      Promise.all(names.map(async (name) => (await stat(workspace.path(`thirty/${name}`))).mtimeMs));
    await workbench.show(workspace.folder);
    const made = (await results('thirty')).slice(0, 5);
    const before = await times(made);
    assert.ok((await results('thirty')).length < 30, 'it was in the middle');
    await until('all of them', async () => (await results('thirty')).length === 30, 120_000);
    assert.deepEqual(await times(made), before, 'what was done stays');
    await until('the sum', async () =>
      /\d+ of \d+ done/.test(
        (await suite.workbench.page.locator('.pane-header', { hasText: 'Restorations' }).textContent()) ?? '',
      ),
    );
    assert.deepEqual(
      (await readdir(workspace.path('thirty'))).filter((name) => /lease|part/.test(name)),
      [],
    );
  });

  test('a task of tasks.json runs in its terminal, says how it ended, and marks what failed', async () => {
    const { workbench, workspace } = suite;
    await mkdir(workspace.path('tasked'));
    await copyFile(workspace.path('other.png'), workspace.path('tasked/sound.png'));
    await writeFile(workspace.path('tasked/broken.png'), 'no picture');
    const task = { type: 'ganPrior', task: 'denoise', label: 'clean up', files: ['tasked/*.png'], output: 'cleaned' };
    // Written by VS Code, so that it knows at once.
    await workbench.host.run(
      async (vscode, path, text) =>
        vscode.workspace.fs.writeFile(vscode.Uri.file(path), new TextEncoder().encode(text)),
      workspace.path('.vscode/tasks.json'),
      JSON.stringify({ version: '2.0.0', tasks: [task] }),
    );
    const names = () =>
      workbench.host.run(async (vscode) => {
        const tasks = await vscode.tasks.fetchTasks({ type: 'ganPrior' });
        return tasks.map(({ name }) => name);
      });
    await until('the task', async () => (await names()).includes('clean up'));
    const offered = await names();
    assert.ok(offered.includes('Denoise: pictures in tasked'), offered.join());

    const ended = workbench.host.run(async (vscode) => {
      const tasks = await vscode.tasks.fetchTasks({ type: 'ganPrior' });
      const mine = tasks.find(({ name }) => name === 'clean up');
      if (!mine) throw new Error(tasks.map(({ name }) => name).join());
      const code = new Promise<number | undefined>((resolve) => {
        vscode.tasks.onDidEndTaskProcess(({ exitCode }) => resolve(exitCode));
      });
      await vscode.tasks.executeTask(mine);
      return code;
    });
    assert.equal(await ended, 1);
    assert.ok((await readdir(workspace.path('cleaned'))).includes('sound.denoise.png'));
    await workbench.page.locator('.single-terminal-tab', { hasText: 'clean up' }).waitFor();
    const marks = () =>
      workbench.host.run(
        (vscode, path) => vscode.languages.getDiagnostics(vscode.Uri.file(path)).map(({ message }) => message),
        workspace.path('tasked/broken.png'),
      );
    await until('the mark', async () => /^is not a PNG/.test((await marks())[0] ?? ''));
  });

  test('an assistant restores a picture, and is told where the result is', async () => {
    const { workbench, workspace } = suite;
    await copyFile(workspace.path('other.png'), workspace.path('asked.png'));
    const { names, said } = await workbench.host.run(async (vscode) => {
      const invoke = async (name: string, input: object) => {
        const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
        return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : 'picture'));
      };
      const said = [
        await invoke('ganPrior_restore', { task: 'denoise', files: ['asked.png'] }),
        await invoke('ganPrior_models', {}),
        await invoke('ganPrior_compare', {
          ...{ task: 'denoise', picture: 'asked.png', result: 'asked.denoise.png', original: 'asked.png' },
        }),
      ];
      const names = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('ganPrior_'));
      return { names, said };
    });
    assert.deepEqual(names.sort(), [
      'ganPrior_compare',
      'ganPrior_downloadModel',
      'ganPrior_models',
      'ganPrior_restore',
    ]);
    assert.match(said[0]![0]!, /asked\.png: done \(.*asked\.denoise\.png, .*24 × 24/);
    assert.equal(said[0]![1], 'picture');
    assert.match(said[1]![0]!, /fruit128/);
    assert.match(said[2]![0]!, /PSNR [\d.]+ dB, SSIM [\d.]+/);
    assert.ok((await workspace.files()).includes('asked.denoise.png'));
  });
});
