/** The editor as a stranger meets it: what is in sight, what is said, and where things are looked for. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';
const WIDE = { width: 1280, height: 760 };
/** A page of 320 pixels, with the edges of the window. */
const NARROW = { width: 330, height: 760 };

describe('a stranger', () => {
  const suite = openedWorkbench({ settings: { 'workbench.activityBar.location': 'hidden' } });
  let editor: EditorPage;
  before(async () => {
    await suite.workbench.page.setViewportSize(WIDE);
    await writeFile(suite.workspace.path('photo.gif'), 'GIF89a');
    await writeFile(suite.workspace.path('scan.jfif'), await readFile(suite.workspace.path('turned.jpg')));
  });

  const command = (id: string): Promise<unknown> =>
    suite.workbench.host.run(async (vscode, name) => vscode.commands.executeCommand<unknown>(name), id);
  const open = async (task: string, file: string): Promise<EditorPage> => {
    await suite.workbench.host.run(
      async (vscode, id, path) => vscode.commands.executeCommand(`ganPrior.${id}`, vscode.Uri.file(path)),
      task,
      suite.workspace.path(file),
    );
    return EditorPage.of(suite.workbench, file);
  };
  /** Whether all of it can be seen, in a page that nobody has scrolled to it. */
  const inSight = (part: Locator): Promise<boolean> =>
    part.evaluate(
      (node) =>
        new Promise<boolean>((resolve) => {
          new IntersectionObserver(([entry]) => resolve(entry!.intersectionRatio === 1)).observe(node);
        }),
    );
  const divider = (): Promise<number> =>
    editor.frame.getByRole('slider', { name: 'Before and after' }).evaluate((grip) => Number(grip.ariaValueNow));
  /** Waits until the page says so; anything that goes wrong instead is told. */
  const notice = (text: RegExp): Promise<boolean> =>
    until(`a notice like ${text}`, async () => {
      const problem = editor.frame.locator('.problem-box:visible p').first();
      assert.equal(await problem.count(), 0, (await problem.allTextContents()).join(' '));
      return text.test((await editor.frame.locator('.notice-box').allTextContents()).join(' '));
    });

  test('right-clicks a GIF, and hears which pictures are read and what to do', async () => {
    await suite.workbench.pickInExplorer('photo.gif', 'GAN Prior', 'Which Pictures Can Be Read');
    await until('the answer', async () =>
      (await suite.workbench.notifications()).some((text) =>
        /^photo\.gif is a GIF picture\. GAN Prior reads PNG, JPEG, WebP and BMP pictures.*Save a copy of it as PNG/.test(
          text,
        ),
      ),
    );
    await command('notifications.clearAll');
  });

  test('asks for something of a picture where none is open, and hears what to do', async () => {
    await command('workbench.action.closeAllEditors');
    for (const id of ['copyPicture', 'saveResultAs', 'openResult']) {
      await command(`ganPrior.${id}`);
      await until(`an answer to ${id}`, async () =>
        (await suite.workbench.notifications()).includes('Open a picture in the GAN Prior editor first.'),
      );
      await command('notifications.clearAll');
    }
  });

  test('right-clicks a .jfif file, and is offered the tasks', async () => {
    await suite.workbench.pickInExplorer('scan.jfif', 'GAN Prior', 'Open in Editor');
    await (await EditorPage.of(suite.workbench, 'scan.jfif')).waitForHeadline(/^Ready$/);
  });

  test('starts to inpaint without a mask, and with one outside of the region: both are said, and nothing fails', async () => {
    editor = await open('inpaint', PICTURE);
    await editor.start();
    await notice(/Paint over what is to be filled/);
    await editor.paint([0.1, 0.45], [0.2, 0.55]);
    const { keyboard, mouse } = suite.workbench.page;
    await editor.frame.locator('.viewport').first().focus();
    await keyboard.press('r');
    const { x, y, width, height } = (await editor.frame.locator('.sheet').boundingBox())!;
    await mouse.move(x + 0.6 * width, y + 0.4 * height);
    await mouse.down();
    await mouse.move(x + 0.9 * width, y + 0.8 * height, { steps: 4 });
    await mouse.up();
    await editor.frame.locator('.region .box').waitFor();
    await editor.start();
    await notice(/outside of the region/);
    assert.equal(await editor.headline(), 'Ready');
    await keyboard.press('r');
    await editor.frame.getByRole('button', { name: 'Work on the whole picture' }).click();
  });

  test('starts from the settings, and sees how it goes, how it went, and where the result is', async () => {
    await suite.workbench.page.setViewportSize({ width: 1280, height: 640 });
    await editor.frame.locator('.fold').evaluate((part) => part.scrollTo(0, part.scrollHeight));
    assert.ok(await inSight(editor.frame.locator('#feather')), 'the last of the settings');
    assert.ok(await inSight(editor.button('Start')), 'Start');
    await editor.start();
    await editor.frame.locator('.track').waitFor();
    assert.ok(await inSight(editor.frame.locator('.track')), 'the bar');
    await editor.waitForHeadline(/^Done/);
    assert.ok(await inSight(editor.frame.locator('.headline')), 'the headline');
    assert.ok(await inSight(editor.frame.locator('.notes li').first()), 'the notes');
    await editor.button('Save').click();
    await editor.frame.locator('.saved').waitFor();
    assert.ok(await inSight(editor.frame.locator('.saved')), 'where it is');
    assert.equal(await editor.savedAs(), 'other.inpaint.png');
    assert.ok(await inSight(editor.button('Start again')), 'Start again');
    await suite.workbench.page.setViewportSize(WIDE);
  });

  test('finds what was inpainted shown, not hidden under Before', async () => {
    await editor.frame.locator('.sheet:not(.settling)').first().waitFor();
    const value = await divider();
    assert.match(await editor.headline(), /^Done/);
    assert.ok(value <= 10, `the divider stands at ${value} %, the mask begins at 10 %`);
  });

  test('right-clicks the picture to copy it, and opens what was saved', async () => {
    const { page } = suite.workbench;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    // The right button of somebody who paints erases.
    await editor.choose('#task', 'Reconstruct');
    await editor.frame.locator('.viewport').first().click({ button: 'right' });
    const menu = page.getByRole('menuitem');
    await menu.filter({ hasText: 'Copy Picture' }).waitFor();
    for (const label of ['Save Result', 'Open Saved Result', 'Compare with the Original', 'Export Animation']) {
      assert.ok(await menu.filter({ hasText: label }).first().isVisible(), label);
    }
    await suite.workbench.pickInMenu('Copy Picture');
    await notice(/The result is on the clipboard/);
    await editor.button('Open').click();
    await page.getByRole('tab', { name: /other\.inpaint\.png/ }).waitFor();
  });

  test('in a narrow column sees the picture, and folds the form open', async () => {
    editor = await open('inpaint', PICTURE);
    await suite.workbench.host.run(async (vscode) => vscode.commands.executeCommand('workbench.action.closeSidebar'));
    await suite.workbench.page.setViewportSize(NARROW);
    await until('a narrow page', () => editor.frame.evaluate(() => innerWidth <= 320));
    assert.ok(await editor.frame.locator('#task').isHidden(), 'the form is folded away');
    assert.ok(await inSight(editor.frame.locator('.headline')));
    assert.ok(await inSight(editor.button('Start again')));
    assert.ok(await inSight(editor.frame.locator('.sheet').first()), 'all of the picture');
    for (const name of ['Size', 'Hardness', 'Opacity']) {
      const label = editor.frame.locator('.mask-tools .slider > span', { hasText: name });
      assert.ok(await label.isVisible(), `${name} has a name`);
    }
    await editor.frame.locator('.fold > summary').press('Enter');
    await editor.frame.locator('#task').waitFor();
    assert.ok(await inSight(editor.button('Start again')), 'the buttons stay where they are');
    await suite.workbench.page.setViewportSize(WIDE);
    await editor.frame.locator('#task').waitFor();
  });

  test('tries the sample with one click, and nothing is put into the folder for it', async () => {
    const files = await suite.workspace.files();
    await command('ganPrior.trySample');
    const sample = await EditorPage.of(suite.workbench, 'cat.png');
    await sample.waitForHeadline(/^Done: 12 steps/);
    assert.deepEqual(await sample.frame.locator('.notice-box').allTextContents(), [], 'nothing has changed on disk');
    assert.deepEqual(await suite.workspace.files(), files);
    const settings = () =>
      suite.workbench.host.run(
        (vscode) => vscode.workspace.getConfiguration('explorer.fileNesting').inspect('patterns')?.defaultValue,
      );
    const patterns = (await settings()) as Record<string, string>;
    assert.equal(patterns['*'], '${capture}.ganprior.json');
    assert.ok('*.ts' in patterns, 'beside the patterns of VS Code');
  });

  test('is told about a model that is not there, with the way to the setting', async () => {
    const set = (model: string | undefined) =>
      suite.workbench.host.run(
        async (vscode, value) =>
          vscode.workspace.getConfiguration('ganPrior').update('model', value, vscode.ConfigurationTarget.Workspace),
        model,
      );
    await set('church');
    editor = await open('openEditor', 'upright.png');
    await editor.frame.locator('.problem-box', { hasText: 'church' }).waitFor();
    assert.match(await editor.problem(), /church is not an installed model/);
    await editor.button('Open the setting').click();
    await suite.workbench.page.getByRole('tab', { name: /^Settings/ }).waitFor();
    await set(undefined);
  });
});
