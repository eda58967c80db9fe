/**
 * A group picture in the real editor, by keys alone: its faces are found and restored one after the other. Says what that took
 * and what axe finds serious, and takes pictures in a dark and a light window.
 *
 *     npm run build && node --import tsx test/bench/facesEditor.ts DETECTOR PICTURE MODEL TASK OUT
 *
 * PICTURE: a PNG file, or "drawn" for four drawn faces with noise. TASK as it stands in the editor. OUT: folder and beginning of names.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import axe from 'axe-core';
import { drawnFaces, GROUP } from '../harness/drawnFaces.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { useTheme } from '../harness/themes.ts';
import { until } from '../harness/wait.ts';
import { Workbench } from '../harness/workbench.ts';

const [detector, picture, model, task, out] = process.argv.slice(2);
if (!detector || !picture || !model || !task || !out) throw new Error('Name DETECTOR PICTURE MODEL TASK OUT.');
const NAME = 'group.png';
const NOISE = 25;

const folder = mkdtempSync(join(tmpdir(), 'faces-'));
if (picture === 'drawn') writeFileSync(join(folder, NAME), drawnFaces(GROUP, NOISE));
else copyFileSync(picture, join(folder, NAME));
const workbench = await Workbench.open({
  workspace: folder,
  gpu: 'none',
  size: { width: 1280, height: 760 },
  settings: { 'ganPrior.faceDetector': resolve(detector), 'ganPrior.model': model },
});
const { host, page } = workbench;
try {
  await host.run(
    async (vscode, path) => {
      await vscode.commands.executeCommand('workbench.action.closeSidebar');
      await vscode.commands.executeCommand('ganPrior.openEditor', vscode.Uri.file(path));
    },
    join(folder, NAME),
  );
  const editor = await EditorPage.of(workbench, NAME);
  await editor.waitForHeadline(/^Ready$/);
  await editor.choose('#task', task);
  const shoot = async (name: string): Promise<void> => {
    for (const theme of ['dark', 'light'] as const) {
      await useTheme(workbench, theme);
      await editor.frame.evaluate(axe.source);
      const found = await editor.frame.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
        return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id);
      });
      console.log(name, theme, { serious: found });
      await page.screenshot({ path: `${out}-${name}-${theme}.png` });
    }
  };
  const { keyboard } = page;
  const began = performance.now();
  await editor.frame.getByRole('button', { name: 'Find the faces in the picture' }).focus();
  await keyboard.press('Enter');
  await editor.frame.getByRole('checkbox').first().waitFor({ timeout: 120_000 });
  const seconds = (performance.now() - began) / 1000;
  console.log('found', await editor.frame.getByRole('checkbox', { name: /^Face/ }).count(), { seconds });
  // To the first face and back: one is left out, and taken in again.
  await until('the first face', async () => {
    await keyboard.press('Tab');
    return editor.frame.evaluate(() => document.activeElement?.classList.contains('face-box') === true);
  });
  await keyboard.press('Space');
  await keyboard.press('Space');
  await shoot('found');
  await keyboard.press('Control+Enter');
  await editor.waitForHeadline(/^Face 2 of/);
  await shoot('running');
  console.log(await editor.waitForHeadline(/^(Done|Stopped|This did not)/), await editor.notes());
  await shoot('done');
} finally {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
}
