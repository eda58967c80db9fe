/** Without a WebGPU adapter the extension host makes the run, and says so; what goes wrong is said in the editor. */
import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';
import { SIZES } from './workspace.ts';

describe('the editor without a WebGPU adapter', () => {
  const suite = openedWorkbench();

  const configure = (key: string, value: string | number) =>
    suite.workbench.host.run(
      async (vscode, name, setting) =>
        vscode.workspace.getConfiguration('ganPrior').update(name, setting, vscode.ConfigurationTarget.Workspace),
      key,
      value,
    );

  test('a turned JPEG is super-resolved in the host, upright and in proportion', async () => {
    await suite.workbench.pickInExplorer('turned.jpg', 'GAN Prior', 'Super-resolve');
    const editor = await EditorPage.of(suite.workbench, 'turned.jpg');
    await editor.waitForHeadline(/^Done: 12 steps/);
    assert.match((await editor.facts())['Runs on']!, /^Processor \(onnxruntime-(node|web)/);
    assert.match(
      (await editor.notes()).join(' '),
      /No GPU here that this page can use: the run is made on this computer's processor\./,
    );

    await editor.button('Save').click();
    await until('the saved file', async () => (await suite.workspace.files()).includes('turned.super-resolve.png'));
    const [width, height] = await suite.workspace.sizeOf('turned.super-resolve.png');
    const [sourceWidth, sourceHeight] = SIZES['turned.jpg'];
    assert.ok(height > width, `the result is ${width} x ${height}`);
    assert.ok(
      Math.abs(width / sourceWidth - height / sourceHeight) < 1 / sourceWidth,
      `the result is ${width} x ${height}`,
    );
  });

  test('the command that stops a run keeps what there is', async () => {
    await configure('iterations', 100_000);
    await suite.workbench.pickInExplorer('upright.png', 'GAN Prior', 'Super-resolve');
    const editor = await EditorPage.of(suite.workbench, 'upright.png');
    await editor.waitForHeadline(/^Step \d+ of 100000$/);
    await suite.workbench.host.run(async (vscode) => vscode.commands.executeCommand('ganPrior.cancel'));
    await editor.waitForHeadline(/^Stopped after \d+ steps/);
    assert.equal(await editor.button('Save').count(), 1);
  });

  test('"webgpu" without any GPU: the picture is shown, and that there is none is said before a run and after one', async () => {
    await configure('device', 'webgpu');
    await suite.workbench.pickInExplorer('other.png', 'GAN Prior', 'Open in Editor');
    const editor = await EditorPage.of(suite.workbench, 'other.png');
    await editor.waitForHeadline(/^Ready$/);
    // Whether the host has one it knows only where it has the runtime for it.
    await until('the word before the run', async () =>
      /This window has no GPU that can be used\. .* "ganPrior\.device" can be "auto" or "cpu"\.|This page can use no GPU here/.test(
        (await editor.notes()).join(' '),
      ),
    );
    await editor.choose('#task', 'Reconstruct');
    await editor.start();
    await editor.waitForHeadline(/^This did not work$/);
    assert.match(await editor.problem(), /there is no GPU/i);
    await configure('device', 'cpu');
    await configure('iterations', 12);
    await editor.button('Try again').click();
    await editor.waitForHeadline(/^Done: 12 steps/);
    await configure('device', 'auto');
    await suite.workbench.host.run(async (vscode) =>
      vscode.commands.executeCommand('workbench.action.closeAllEditors'),
    );
  });

  test('a damaged model is named in the editor, and no file is left', async () => {
    const damaged = suite.workspace.path('damaged');
    await cp(TINY_MODEL, damaged, { recursive: true });
    await writeFile(join(damaged, 'slice-02.onnx'), 'not a model');
    await configure('model', damaged);
    const before = await suite.workspace.files();
    await suite.workbench.pickInExplorer('other.png', 'GAN Prior', 'Super-resolve');
    const editor = await EditorPage.of(suite.workbench, 'other.png');
    await editor.waitForHeadline(/^This did not work$/);
    assert.match(await editor.problem(), /slice-02\.onnx/);
    assert.doesNotMatch(await editor.problem(), /\n\s+at /);
    assert.deepEqual(await suite.workspace.files(), before);
  });
});
