/**
 * `npm run screenshots`: the editor at rest, done, with a mask, in the middle of a run and after an error, in VS Code's themes
 * and in a narrow window, as docs/screenshots/*.png. Everything is real: the workbench, the embedded model, the run on the host's CPU.
 */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop, toPicture, toPlanes } from '../../src/engine/image/planes.ts';
import { encodePng, readPicture } from '../../src/node/codecs/index.ts';
import { drawnFaces, FACES, marksOf } from './drawnFaces.ts';
import { EditorPage } from './editorPage.ts';
import { ROOT } from './paths.ts';
import { THEME_IDS, themeName, useTheme, type Theme } from './themes.ts';
import { until } from './wait.ts';
import { Workbench } from './workbench.ts';

const FOLDER = join(ROOT, 'docs/screenshots');
const SAMPLES = join(ROOT, 'media/sample');
const SAMPLE = 'cat-64.png';
const ORIGINAL = 'cat-256.jpg';
const FRUIT = 'fruit-128.png';
const WIDE = { width: 1280, height: 760 };
const NARROW = { width: 760, height: 900 };

const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
const workspace = join(folder, 'pictures');
mkdirSync(workspace);
for (const file of readdirSync(SAMPLES))
  if (!file.endsWith('.md')) copyFileSync(join(SAMPLES, file), join(workspace, file));
mkdirSync(FOLDER, { recursive: true });
await writeHoliday(join(workspace, 'holiday'));

const workbench = await Workbench.open({
  workspace,
  gpu: 'none',
  size: WIDE,
  settings: { 'workbench.colorTheme': themeName('dark'), 'window.commandCenter': false },
});
const { page, host } = workbench;
const shoot = (name: string) => page.screenshot({ path: join(FOLDER, `${name}.png`) });
async function shootThemes(name: string, themes: readonly Theme[]): Promise<void> {
  for (const theme of themes) {
    await useTheme(workbench, theme);
    await shoot(`${name}-${theme}`);
  }
}

/** A folder of parts of the photograph, and a file that is no picture. */
async function writeHoliday(where: string): Promise<void> {
  mkdirSync(where);
  const photograph = toPlanes(await readPicture(join(SAMPLES, ORIGINAL)));
  for (let i = 0; i < 12; i++) {
    const part = crop(photograph, { x: (i * 37) % 160, y: (i * 53) % 160, width: 96, height: 96 });
    writeFileSync(join(where, `IMG_${2041 + i}.png`), encodePng(toPicture(part)));
  }
  writeFileSync(join(where, 'IMG_2040.png'), 'no picture');
}

/** Drags the four marks onto the first drawn face. */
async function alignFirst({ frame }: EditorPage): Promise<void> {
  await frame.getByRole('button', { name: /^Align:/ }).click();
  const sheet = (await frame.locator('.sheet').first().boundingBox())!;
  for (const [i, [x, y]] of marksOf(FACES[0]!).entries()) {
    const mark = (await frame.locator('.marks .mark').nth(i).boundingBox())!;
    await page.mouse.move(mark.x + mark.width / 2, mark.y + mark.height / 2);
    await page.mouse.down();
    await page.mouse.move(sheet.x + sheet.width * x, sheet.y + sheet.height * y, { steps: 4 });
    await page.mouse.up();
  }
}

/** Looks at where a code of the drawn apple acts. */
async function inspectFruit(): Promise<void> {
  await host.run(
    async (vscode, path) => vscode.commands.executeCommand('ganPrior.reconstruct', vscode.Uri.file(path)),
    join(workspace, FRUIT),
  );
  const editor = await EditorPage.of(workbench, FRUIT);
  await editor.waitForHeadline(/^Done/);
  const { frame } = editor;
  await frame.getByText('Try out changes').press('Enter');
  const row = frame.getByRole('toolbar', { name: 'Pictures of Code 4' });
  await row.scrollIntoViewIfNeeded();
  await row.locator('canvas').first().waitFor();
  await row.getByRole('button').last().click();
  await frame.locator('canvas.preview').waitFor();
}

try {
  await workbench.pickInExplorer(SAMPLE, 'GAN Prior', 'Open in Editor');
  const editor = await EditorPage.of(workbench, SAMPLE);
  await editor.waitForHeadline(/^Ready$/);
  await shootThemes('rest', ['light', 'dark']);

  const run = (command: string) => host.run(async (vscode, id) => vscode.commands.executeCommand<unknown>(id), command);
  await run('ganPrior.models.focus');
  await page.getByRole('treeitem', { name: /Fruit 128/ }).waitFor();
  await shoot('models-dark');
  await workbench.pickInExplorer('holiday', 'GAN Prior', 'Denoise');
  const rows = page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row');
  await until('some of them', async () => (await rows.filter({ hasText: ' done' }).count()) >= 4, 120_000);
  await rows.filter({ hasText: 'IMG_2042' }).click();
  await page.locator('.tab.active', { hasText: 'IMG_2042' }).waitFor();
  await shoot('restorations-dark');
  await run('workbench.action.closeActiveEditor');
  await run('ganPrior.openWalkthrough');
  await page.getByText('Get started with GAN Prior').first().waitFor();
  await shoot('walkthrough-dark');
  await run('workbench.action.closeActiveEditor');
  await run('workbench.files.action.focusFilesExplorer');

  await editor.button('Start').click();
  await editor.waitForHeadline(/^Done/);
  await editor.frame.locator('.sheet:not(.settling)').waitFor();
  await shootThemes('done', THEME_IDS);

  await host.run(
    async (vscode, path) => vscode.commands.executeCommand('ganPrior.inpaint', vscode.Uri.file(path)),
    join(workspace, ORIGINAL),
  );
  const painted = await EditorPage.of(workbench, ORIGINAL);
  await painted.frame.getByRole('toolbar', { name: 'Mask' }).waitFor();
  await painted.paint([0.12, 0.18], [0.5, 0.12]);
  await painted.paint([0.42, 0.5], [0.56, 0.72]);
  await painted.paint([0.72, 0.88], [0.9, 0.62]);
  await shootThemes('mask', THEME_IDS);
  await useTheme(workbench, 'dark');
  // What it chooses by itself takes one step.
  await painted.choose('#method', 'Deep Random Projector');
  await painted.button('Start').click();
  await until('the middle of the run', async () => (await painted.step()) >= 35, 600_000);
  await shoot('running-dark');
  await painted.button('Pause').click();
  await painted.waitForHeadline(/^Paused/);
  await shootThemes('running', ['light', 'high-contrast']);
  await useTheme(workbench, 'dark');
  await page.setViewportSize(NARROW);
  await host.run(async (vscode) => vscode.commands.executeCommand('workbench.action.closeSidebar'));
  await shoot('running-narrow');
  await page.setViewportSize(WIDE);
  await painted.button('Stop').click();
  await painted.waitForHeadline(/^Stopped/);

  writeFileSync(join(workspace, 'faces.png'), drawnFaces());
  await host.run(
    async (vscode, path) => vscode.commands.executeCommand('ganPrior.openEditor', vscode.Uri.file(path)),
    join(workspace, 'faces.png'),
  );
  const aligned = await EditorPage.of(workbench, 'faces.png');
  await aligned.waitForHeadline(/^Ready$/);
  await alignFirst(aligned);
  await shootThemes('align', ['light', 'dark']);

  await inspectFruit();
  await shootThemes('inspect', ['light', 'dark']);

  // Another folder of models loads the page anew.
  const damaged = join(folder, 'damaged');
  cpSync(join(ROOT, 'models/fruit128'), damaged, { recursive: true });
  writeFileSync(join(damaged, 'slice-02.onnx'), 'not a model');
  await host.run(
    async (vscode, model) =>
      vscode.workspace.getConfiguration('ganPrior').update('model', model, vscode.ConfigurationTarget.Global),
    damaged,
  );
  await host.run(async (vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  await host.run(
    async (vscode, path) => vscode.commands.executeCommand('ganPrior.superResolve', vscode.Uri.file(path)),
    join(workspace, SAMPLE),
  );
  await (await EditorPage.of(workbench, SAMPLE)).waitForHeadline(/^This did not work$/);
  await shootThemes('error', THEME_IDS);
} catch (error) {
  console.error(`See ${await workbench.screenshot('screenshots')}`);
  throw error;
} finally {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
}
