/** The package itself: installed as a person would install it, it super-resolves with what is inside and nothing else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { DEFAULT_MODEL } from '../../src/node/models.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { OUT, ROOT } from '../harness/paths.ts';
import { until } from '../harness/wait.ts';
import { Workbench } from '../harness/workbench.ts';
import { Workspace } from './workspace.ts';

const TARGET = `${process.platform}-${process.arch}`;
const VSIX = join(OUT, `${manifest.name}-${manifest.version}-${TARGET}.vsix`);

describe(`the packaged extension for ${TARGET}`, () => {
  let workspace: Workspace;
  let workbench: Workbench;
  before(async () => {
    execFileSync(process.execPath, ['scripts/package.mjs', TARGET], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    workspace = await Workspace.create();
    const settings = { 'ganPrior.model': DEFAULT_MODEL, 'ganPrior.iterations': 3, 'ganPrior.codes': 2 };
    workbench = await Workbench.open({ workspace: workspace.folder, gpu: 'none', settings, vsix: VSIX });
  });
  after(async () => {
    await workbench?.close();
    await workspace?.remove();
  });

  test('super-resolves with the embedded model on the native runtime inside, and saves', async () => {
    await workbench.pickInExplorer('upright.png', 'GAN Prior', 'Super-resolve');
    const editor = await EditorPage.of(workbench, 'upright.png');
    await editor.waitForHeadline(/^Done: 3 steps/);
    assert.match((await editor.facts())['Runs on']!, /onnxruntime-node/);
    await editor.button('Save').click();
    await until('the saved file', async () => (await workspace.files()).includes('upright.super-resolve.png'));
  });
});
