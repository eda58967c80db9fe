/** Runs inside the extension host, against the vscode API and the extension's own test API. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension/testApi.ts';

const COMMANDS = ['superResolve', 'colorize', 'inpaint', 'reconstruct', 'openEditor', 'cancel'];

async function activate(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi>('gan-prior.gan-prior');
  assert.ok(extension, 'the extension is not there');
  return extension.activate();
}

const picture = (name: string): vscode.Uri => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);

suite('the extension', () => {
  test('offers its commands', async () => {
    await activate();
    const all = await vscode.commands.getCommands(true);
    for (const command of COMMANDS) assert.ok(all.includes(`ganPrior.${command}`), command);
  });

  test('has the settings of its contract, with a default each', () => {
    const settings = vscode.workspace.getConfiguration('ganPrior');
    for (const key of ['layer', 'codes', 'iterations', 'model', 'device', 'output']) {
      assert.notEqual(settings.inspect(key)?.defaultValue, undefined, key);
    }
  });

  test('opens a picture in its editor when asked, and leaves pictures to VS Code otherwise', async () => {
    await vscode.commands.executeCommand('ganPrior.openEditor', picture('upright.png'));
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputCustom);
    assert.equal(tab.input.viewType, 'ganPrior.editor');
    await vscode.commands.executeCommand('vscode.open', picture('other.png'));
    const other = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(!(other?.input instanceof vscode.TabInputCustom) || other.input.viewType !== 'ganPrior.editor');
  });
});
