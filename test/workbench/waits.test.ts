/** A large picture: what takes long shows how far it is and can be given up, and what was given up leaves nothing behind. */
import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { until } from '../harness/wait.ts';
import { encodePng } from '../../src/node/codecs/index.ts';
import { openPicture, resultCount } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'large.png';
const [WIDTH, HEIGHT] = [3000, 2000];
/** With the result's four times as many pixels. */
const RESULT = 'large.super-resolve.png';

describe('a wait', () => {
  const suite = openedWorkbench({ iterations: 100_000 });
  before(async () => {
    // A texture, which no encoder makes short work of.
    const data = new Uint8ClampedArray(4 * WIDTH * HEIGHT).map((_, i) => (i % 4 === 3 ? 255 : (i * 2654435761) >>> 24));
    await writeFile(suite.workspace.path(PICTURE), encodePng({ width: WIDTH, height: HEIGHT, data }));
  });

  const toast = (text: string) => suite.workbench.page.locator('.notification-toast', { hasText: text });
  /** Waits until a notification says how far something is, and gives it up. */
  const giveUp = async (text: string): Promise<void> => {
    await until(`how far it is: ${text}`, async () => /\d+ %/.test((await toast(text).textContent()) ?? ''));
    await toast(text).getByRole('button', { name: 'Cancel' }).click();
    await toast(text).waitFor({ state: 'detached' });
  };
  const running = async () => {
    const editor = await openPicture(suite, PICTURE);
    await editor.choose('#factor', '2 times');
    await editor.start();
    await until('steps', async () => (await editor.step()) > 2);
    return editor;
  };

  test('for a step of the history that is kept shows how far it is, and leaves no result when it is given up', async () => {
    const editor = await running();
    await editor.button('Pause').click();
    await editor.waitForHeadline(/^Paused/);
    const history = editor.frame.getByRole('slider', { name: 'History of the run' });
    await until('a chosen snapshot', async () => {
      await history.press('ArrowLeft');
      return editor.button('Keep this one').isEnabled();
    });
    await editor.button('Keep this one').click();
    await giveUp('Keeping the picture of step');
    assert.equal(await resultCount(editor), 0);
    assert.match(await editor.headline(), /^Paused/, 'the run is as it was');
  });

  test('for the composed picture shows how far it is, and ends with Escape', async () => {
    const editor = await openPicture(suite, PICTURE);
    const files = await suite.workspace.files();
    await editor.button('Stop').click();
    const track = editor.frame.locator('.track[aria-valuenow]');
    await until('a share of the composed picture', async () =>
      /^\d+ % composed$/.test((await editor.frame.locator('.detail').textContent()) ?? ''),
    );
    const share = Number(await track.getAttribute('aria-valuenow'));
    assert.ok(share > 0 && share < 100, `${share} %`);
    await editor.button('Cancel').press('Escape');
    await editor.waitForHeadline(/^Ready$/);
    assert.equal(await resultCount(editor), 0);
    assert.deepEqual(await suite.workspace.files(), files);
  });

  test('for a file shows how far it is, and leaves none when it is given up; the next save writes it', async () => {
    const editor = await running();
    await editor.button('Stop').click();
    await editor.waitForHeadline(/^Stopped/);
    const files = await suite.workspace.files();
    await editor.button('Save').click();
    await giveUp('Saving the picture');
    assert.deepEqual(await suite.workspace.files(), files);
    assert.equal(await resultCount(editor), 1, 'the result is still there');
    await editor.button('Save').click();
    await until('the file', async () => (await editor.savedAs()) === RESULT);
    assert.ok((await stat(suite.workspace.path(RESULT))).size > 1e7);
  });
});
