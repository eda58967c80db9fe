/** The models view: what is there, and a download from a catalogue of one's own to the first run with it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
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
    await shows(/Fruit 128.*128 × 128 · comes with the extension · default/);
    await shows(/Tiny random generator.*16 × 16/);
  });

  test('a model is downloaded, converted, shown, and can be made the default', async () => {
    const id = await workbench.host.run(async (vscode) => {
      const { exports } = vscode.extensions.getExtension('gan-prior.gan-prior')!;
      return (exports as { downloadModel(id: string): Promise<string | undefined> }).downloadModel('noise32');
    });
    assert.equal(id, 'noise32');
    assert.deepEqual((await readdir(join(models, 'v1/downloads'))).sort(), []);
    await shows(/Noise 32.*32 × 32/);
    await workbench.host.run(async (vscode) =>
      vscode.workspace.getConfiguration('ganPrior').update('model', 'noise32', vscode.ConfigurationTarget.Global),
    );
    await shows(/Noise 32.*default/);
  });
});
