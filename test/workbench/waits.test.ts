/** A large picture: what takes long shows how far it is and can be given up, and what was given up leaves nothing behind. */
import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { until } from '../harness/wait.ts';
import { encodePng } from '../../src/node/codecs/index.ts';
import { command, openPicture, resultCount } from './pictures.ts';
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

  /** The list of notifications holds them, too, whether they are seen or not. */
  const entry = (text: string) =>
    suite.workbench.page.locator('.notifications-list-container .notification-list-item', { hasText: text });
  /** Waits until a notification says how far something is, and gives it up. */
  const giveUp = async (text: string): Promise<void> => {
    await until(`how far it is: ${text}`, async () =>
      (await suite.workbench.notifications()).some((told) => told.includes(text) && /\d+ %/.test(told)),
    );
    await entry(text).getByRole('button', { name: 'Cancel' }).click();
    await until('the notification to go', async () =>
      (await suite.workbench.notifications()).every((told) => !told.includes(text)),
    );
    await command(suite, 'notifications.hideList');
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
    const history = editor.frame.getByRole('slider', { name: 'History of the run' });
    // Pictures of the run are taken by the clock.
    await history.waitFor();
    await editor.button('Pause').click();
    await editor.waitForHeadline(/^Paused/);
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
    // Save also keeps what was chosen beside the picture.
    const kept = (await suite.workspace.files()).filter((name) => !name.endsWith('.ganprior.json'));
    assert.deepEqual(kept, files);
    assert.equal(await resultCount(editor), 1, 'the result is still there');
    await editor.button('Save').click();
    await until('the file', async () => (await editor.savedAs()) === RESULT);
    assert.ok((await stat(suite.workspace.path(RESULT))).size > 1e7);
  });
});
