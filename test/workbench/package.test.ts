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
import { TINY_MODEL } from '../support/tinyModel.ts';
import { Workspace } from './workspace.ts';

const TARGET = `${process.platform}-${process.arch}`;

/** @returns where the package for `target` is */
function packaged(target: string): string {
  execFileSync(process.execPath, ['scripts/package.mjs', target], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(OUT, `${manifest.name}-${manifest.version}-${target}.vsix`);
}

describe(`the packaged extension for ${TARGET}`, () => {
  let workspace: Workspace;
  let workbench: Workbench;
  before(async () => {
    const vsix = packaged(TARGET);
    workspace = await Workspace.create();
    const settings = { 'ganPrior.model': DEFAULT_MODEL, 'ganPrior.iterations': 3, 'ganPrior.codes': 2 };
    workbench = await Workbench.open({ workspace: workspace.folder, gpu: 'none', settings, vsix });
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

describe('the package for all platforms, whose host has no GPU, with the device "webgpu"', () => {
  let vsix: string;
  before(() => {
    vsix = packaged('universal');
  });

  for (const gpu of ['software', 'none'] as const) {
    test(`${gpu === 'none' ? 'says what to do where the page has none either' : 'runs on the GPU of the page'}`, async () => {
      const settings = { 'ganPrior.model': TINY_MODEL, 'ganPrior.iterations': 3, 'ganPrior.device': 'webgpu' };
      const workspace = await Workspace.create();
      const workbench = await Workbench.open({ workspace: workspace.folder, gpu, settings, vsix });
      try {
        await workbench.pickInExplorer('upright.png', 'GAN Prior', 'Open in Editor');
        const editor = await EditorPage.of(workbench, 'upright.png');
        await editor.waitForHeadline(/^Ready$/);
        if (gpu === 'none') {
          await until('the word before the run', async () =>
            (await editor.notes()).some((note) => note.startsWith('This window has no GPU that can be used.')),
          );
        }
        await editor.choose('#task', 'Reconstruct');
        await editor.start();
        if (gpu === 'none') {
          await editor.waitForHeadline(/^This did not work$/);
          assert.match(await editor.problem(), /there is no GPU: use the CPU\.$/);
        } else {
          await editor.waitForHeadline(/^Done: 3 steps/);
          assert.match((await editor.facts())['Runs on']!, /WebGPU/);
        }
      } finally {
        await workbench.close();
        await workspace.remove();
      }
    });
  }
});
