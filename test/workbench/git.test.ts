/** A picture in a git repository: the difference between two versions shows each as it is. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { encode } from 'fast-png';
import { until } from '../harness/wait.ts';
import { quarters } from '../unit/node/pictures.ts';
import { command } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

/** With what a URI has to quote. */
const PICTURE = 'bär 100% #1.png';

describe('a picture in git', () => {
  const suite = openedWorkbench();
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
      cwd: suite.workspace.folder,
      stdio: 'pipe',
    });
  const write = (width: number, height: number): Promise<void> =>
    writeFile(suite.workspace.path(PICTURE), encode({ ...quarters(width, height), channels: 4 }));
  /** What the editors that are seen show: file name, and the size of the picture itself. */
  const shown = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const frame of suite.workbench.page.frames()) {
      const image = frame.locator('img.source');
      if (!frame.url().includes('/fake.html?') || (await image.count().catch(() => 0)) === 0) continue;
      found.push(
        await image.evaluate(
          (node: HTMLImageElement) => `${node.alt.split(',')[0]}: ${node.naturalWidth} × ${node.naturalHeight}`,
        ),
      );
    }
    return found.sort();
  };

  before(async () => {
    git('init', '--quiet');
    await write(20, 10);
    git('add', '.');
    git('commit', '--quiet', '-m', 'A picture');
    await write(24, 24);
  });

  test('shows the version that was committed beside the one on the disk', async () => {
    // The extension looks for repositories when a window is opened.
    await suite.workbench.show(suite.workspace.folder);
    await until('the change', () =>
      suite.workbench.host.run(async (vscode, file) => {
        interface Api {
          readonly repositories: readonly {
            readonly state: { readonly workingTreeChanges: readonly { readonly uri: { readonly path: string } }[] };
          }[];
        }
        const extension = vscode.extensions.getExtension<{ getAPI(version: 1): Api }>('vscode.git');
        const api = (await extension!.activate()).getAPI(1);
        return api.repositories.some(({ state }) =>
          state.workingTreeChanges.some(({ uri }) => uri.path.endsWith(`/${file}`)),
        );
      }, PICTURE),
    );
    await suite.workbench.host.run(
      async (vscode, path) => void (await vscode.commands.executeCommand('git.openChange', vscode.Uri.file(path))),
      suite.workspace.path(PICTURE),
    );
    const { page } = suite.workbench;
    await page.locator('.tab.active', { hasText: `${PICTURE} ↔ ${PICTURE}` }).waitFor();
    // Whatever takes the focus meanwhile closes the list.
    await until('GAN Prior in the list', async () => {
      void command(suite, 'workbench.action.reopenWithEditor');
      return page
        .locator('.quick-input-list .monaco-list-row', { hasText: 'GAN Prior' })
        .click({ timeout: 2000 })
        .then(
          () => true,
          () => false,
        );
    });
    await until('both versions', async () => String(await shown()) === `${PICTURE}: 20 × 10,${PICTURE}: 24 × 24`);
    await command(suite, 'workbench.action.closeAllEditors');
    assert.deepEqual(
      (await suite.workspace.files()).filter((file) => file.includes('ganprior')),
      [],
    );
  });
});
