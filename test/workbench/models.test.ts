/** The models view: what is there, and a download from a catalogue of one's own to the first run with it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DEFAULT_MODEL } from '../../src/node/models.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { Workbench } from '../harness/workbench.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { FileServer } from '../unit/store/fileServer.ts';
import { Workspace } from './workspace.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/reference/gandissect_legacy.pth');

describe('the models view', () => {
  let workspace: Workspace;
  let workbench: Workbench;
  let server: FileServer;
  let models: string;
  before(async () => {
    workspace = await Workspace.create();
    const checkpoint = await readFile(FIXTURE);
    server = await FileServer.start(checkpoint);
    models = workspace.path('store');
    const installed = join(models, 'v1/models');
    await mkdir(installed, { recursive: true });
    await cp(TINY_MODEL, join(installed, 'tiny16'), { recursive: true });
    await cp(TINY_MODEL, join(installed, 'spoiled'), { recursive: true });
    await rm(join(installed, 'spoiled/slice-02.onnx'));
    const entry = {
      id: 'noise32',
      kind: 'generator',
      title: 'Noise 32',
      domain: 'noise',
      resolution: 32,
      url: server.url,
      sha256: createHash('sha256').update(checkpoint).digest('hex').slice(0, 8),
      bytes: checkpoint.length,
      licence: 'MIT',
      page: 'https://example.com/',
      goodFor: 'Tests.',
    };
    const catalog = { format: 1, name: 'A catalogue of the workspace', models: [entry] };
    await writeFile(workspace.path('catalog.json'), JSON.stringify(catalog));
    const settings = { 'ganPrior.catalogs': ['catalog.json'] };
    workbench = await Workbench.open({ workspace: workspace.folder, gpu: 'none', settings });
    await workbench.host.run(async (vscode, folder) => {
      // A folder is a matter of the machine that the extension runs on, so a file of the person's settings cannot set it.
      const { Global } = vscode.ConfigurationTarget;
      await vscode.workspace.getConfiguration('ganPrior').update('modelFolder', folder, Global);
      await vscode.commands.executeCommand('ganPrior.models.focus');
    }, models);
  });
  after(async () => {
    await workbench?.close();
    await server?.close();
    await workspace?.remove();
  });

  const rows = (): Promise<string[]> =>
    workbench.page.locator('[aria-label="GAN Prior Models"] .monaco-list-row').allTextContents();
  const shows = (pattern: RegExp): Promise<unknown> =>
    until(`a row like ${pattern}`, async () => (await rows()).find((row) => pattern.test(row.replace(/\s+/g, ' '))));

  test('tells installed, broken and available models apart', async () => {
    await shows(/Broken.*1/);
    await shows(/Installed.*2/);
    // The picture chooses the model as long as nobody else does, so none is the default.
    await shows(/Fruit 128.*128 × 128 · comes with the extension$/);
    await shows(/Tiny random generator.*16 × 16/);
  });

  test('a model shows what it draws to whoever points at it: its own strip, or one that is drawn then', async () => {
    const { page } = workbench;
    for (const name of ['Fruit 128', 'Tiny random generator']) {
      const strip = page.locator('.monaco-hover img');
      // A pointer that rests while the tree is drawn anew shows nothing: it is moved until it does.
      await until(`a strip of ${name}`, async () => {
        await page.mouse.move(5, 5);
        await page.getByRole('treeitem', { name: new RegExp(name) }).hover();
        const alternative = await strip
          .first()
          .getAttribute('alt', { timeout: 3000 })
          .catch(() => null);
        return alternative === `Pictures that ${name} draws at random`;
      });
      assert.equal(await strip.first().evaluate((image: HTMLImageElement) => image.naturalWidth), 6 * 64);
    }
    await page.mouse.move(5, 5);
  });

  const configure = (key: string, value: unknown): Promise<void> =>
    workbench.host.run(
      async (vscode, name, wanted) =>
        vscode.workspace.getConfiguration('ganPrior').update(name, wanted, vscode.ConfigurationTarget.Global),
      key,
      value,
    );
  /** Runs the download command with the answers a person gives. @returns what was asked and told so far */
  const download = (...answers: string[]): Promise<string[]> =>
    workbench.host.run(async (vscode, next) => {
      const { exports } = vscode.extensions.getExtension('gan-prior.gan-prior')!;
      const { dialogs } = exports as { dialogs: { seen: string[]; answers: string[] } };
      dialogs.answers = next;
      await vscode.commands.executeCommand('ganPrior.downloadModel');
      return dialogs.seen;
    }, answers);

  test('a download asks first, and none that is declined begins', async () => {
    const seen = await download('Noise 32');
    assert.match(seen.at(-1)!, /Download "Noise 32"\?[^]*Size: \d+ kB[^]*Licence: MIT/);
    assert.deepEqual(server.seen, []);
  });

  test('a model is downloaded, converted, shown, and can be made the default, of all tasks or of one', async () => {
    await download('Noise 32', 'Download');
    await shows(/Noise 32.*32 × 32/);
    assert.deepEqual((await readdir(join(models, 'v1/downloads'))).sort(), []);
    await configure('models', { inpaint: 'noise32' });
    await shows(/Noise 32.*default for Inpaint/);
    await configure('model', DEFAULT_MODEL);
    await shows(/Fruit 128.*default for Super-resolve, Colorize, Denoise, Reconstruct/);
    await configure('models', undefined);
    await configure('model', 'noise32');
    await shows(/Noise 32.*default$/);
    await configure('model', undefined);
    const title = await workbench.page.locator('.pane-header', { hasText: 'GAN Prior Models' }).textContent();
    assert.match(title!, /\d[\d.]* [kM]B on disk/);
  });

  test('the editor of a picture uses the model of the task', async () => {
    await configure('model', DEFAULT_MODEL);
    await configure('models', { colorize: 'noise32' });
    await workbench.pickInExplorer('other.png', 'GAN Prior', 'Open in Editor');
    const { frame } = await EditorPage.of(workbench, 'other.png');
    const chosen = (label: string) => frame.getByLabel(label, { exact: true });
    const choose = async (label: string, option: string): Promise<void> => {
      await chosen(label).click();
      await frame.getByRole('option', { name: option, exact: true }).click();
    };
    const hint = (pattern: RegExp) =>
      until(`a hint like ${pattern}`, async () => pattern.test((await frame.locator('.form').textContent()) ?? ''));
    await hint(/draws 128 × 128/);
    await choose('Task', 'Colorize');
    await hint(/draws 32 × 32/);
    await choose('Task', 'Inpaint');
    await hint(/draws 128 × 128/);

    // Left to itself, the picture chooses: no installed model knows four squares of colour.
    await configure('model', undefined);
    await hint(/It has seen drawings only/);
  });

  test('colours that no model knows are asked about before they are drawn; noise is removed at once', async () => {
    await configure('models', undefined);
    const command = (id: string) =>
      workbench.host.run(
        async (vscode, name, path) => void (await vscode.commands.executeCommand(name, vscode.Uri.file(path))),
        `ganPrior.${id}`,
        workspace.path('other.png'),
      );
    const editor = await EditorPage.of(workbench, 'other.png');
    await command('colorize');
    await until('the task', async () =>
      /Colorize.*Your picture looks like something else/.test(
        ((await editor.frame.locator('.form').textContent()) ?? '').replace(/\s+/g, ' '),
      ),
    );
    assert.equal(await editor.headline(), 'Ready');
    await command('denoise');
    await editor.waitForHeadline(/^Done/);
    assert.match((await editor.facts())['Model']!, /Any picture/);
  });
});
