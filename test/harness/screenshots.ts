/**
 * `npm run screenshots`: the editor at rest, in the middle of a run and done, in VS Code's themes and in a narrow window,
 * as docs/screenshots/*.png. Everything is real: the workbench, the embedded model, the run on the host's CPU.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EditorPage } from './editorPage.ts';
import { ROOT } from './paths.ts';
import { THEME_IDS, themeName, useTheme } from './themes.ts';
import { until } from './wait.ts';
import { Workbench } from './workbench.ts';

const FOLDER = join(ROOT, 'docs/screenshots');
const SAMPLES = join(ROOT, 'media/sample');
const SAMPLE = 'fruit-16.png';
const WIDE = { width: 1280, height: 760 };
const NARROW = { width: 760, height: 900 };

const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
const workspace = join(folder, 'pictures');
mkdirSync(workspace);
for (const file of readdirSync(SAMPLES)) copyFileSync(join(SAMPLES, file), join(workspace, file));
mkdirSync(FOLDER, { recursive: true });

const workbench = await Workbench.open({
  workspace,
  gpu: 'none',
  size: WIDE,
  settings: { 'workbench.colorTheme': themeName('dark'), 'window.commandCenter': false, 'ganPrior.iterations': 150 },
});
const { page, host } = workbench;
const shoot = (name: string) => page.screenshot({ path: join(FOLDER, `${name}.png`) });

try {
  await workbench.pickInExplorer(SAMPLE, 'GAN prior', 'Open in GAN prior editor');
  const editor = await EditorPage.of(workbench, SAMPLE);
  await editor.waitForHeadline(/^Ready$/);
  await shoot('rest-dark');

  await editor.button('Start').click();
  await until('the middle of the run', async () => (await editor.step()) >= 40, 600_000);
  await shoot('running-dark');
  await editor.button('Pause').click();
  await editor.waitForHeadline(/^Paused/);
  for (const theme of ['light', 'high-contrast'] as const) {
    await useTheme(workbench, theme);
    await shoot(`running-${theme}`);
  }
  await useTheme(workbench, 'dark');
  await page.setViewportSize(NARROW);
  await host.run(async (vscode) => vscode.commands.executeCommand('workbench.action.closeSidebar'));
  await shoot('running-narrow');
  await page.setViewportSize(WIDE);

  await editor.button('Resume').click();
  await editor.waitForHeadline(/^Done/);
  for (const theme of THEME_IDS) {
    await useTheme(workbench, theme);
    await shoot(`done-${theme}`);
  }
} catch (error) {
  console.error(`See ${await workbench.screenshot('screenshots')}`);
  throw error;
} finally {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
}
