/** A run is changed while it goes: painted on, hidden and shown, lengthened; its history is scrubbed and kept. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { decode } from 'fast-png';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { openedWorkbench } from './suite.ts';
import { SIZES } from './workspace.ts';

const PICTURE = 'other.png';
const RESULT = 'other.inpaint.png';

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is shown of a run, and where it lies on the picture, in its pixels: small pictures are shown as large as they are. */
async function previewOf(editor: EditorPage) {
  const shown = await editor.frame.evaluate(async () => {
    // The page paints what it is to show at the next frame; whoever asks for a frame after it is called after it.
    await new Promise(requestAnimationFrame);
    const { naturalWidth: across, naturalHeight: down } = document.querySelector<HTMLImageElement>('img.source')!;
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.preview')!;
    const { width, height, style } = canvas;
    const [left, top] = [(parseFloat(style.left) * across) / 100, (parseFloat(style.top) * down) / 100];
    const data = [...canvas.getContext('2d')!.getImageData(0, 0, width, height).data];
    return { left: Math.round(left), top: Math.round(top), width, height, data };
  });
  const at = (x: number, y: number) => {
    const i = 4 * ((y - shown.top) * shown.width + x - shown.left);
    return shown.data.slice(i, i + 4);
  };
  return { ...shown, at };
}

/** The pixels of a part of the result that is seen. */
const resultWithin = (editor: EditorPage, { left, top, width, height }: Rectangle): Promise<number[]> =>
  editor.frame.evaluate(
    async ([x, y, w, h]) => {
      const result = document.querySelector<HTMLImageElement>('img.result')!;
      await result.decode();
      const canvas = new OffscreenCanvas(result.naturalWidth, result.naturalHeight);
      const context = canvas.getContext('2d')!;
      context.drawImage(result, 0, 0);
      return [...context.getImageData(x, y, w, h).data];
    },
    [left, top, width, height] as const,
  );

describe('a run that is changed on its way', () => {
  const suite = openedWorkbench({ iterations: 100_000 });

  test('goes on hidden, takes up what is painted, and the result honours it', async () => {
    await suite.workbench.pickInExplorer(PICTURE, 'GAN Prior', 'Inpaint');
    let editor = await EditorPage.of(suite.workbench, PICTURE);
    await editor.frame.getByRole('toolbar', { name: 'Mask' }).waitFor();
    const { page } = suite.workbench;
    const { keyboard } = page;
    await editor.paint([0.2, 0.2], [0.4, 0.2]);
    await editor.button('Start').click();
    await editor.waitForHeadline(/^Step \d+ of 100000$/);

    // What develops is what would be saved: what is painted is drawn, and around it lies the picture.
    const picture = decode(await readFile(suite.workspace.path(PICTURE)));
    const isDrawn = async (shown: EditorPage, across: number, down: number): Promise<boolean> => {
      const preview = await previewOf(shown);
      const [x, y] = [Math.floor(across * picture.width), Math.floor(down * picture.height)];
      return [0, 1, 2].some(
        (c) => preview.at(x, y)[c] !== picture.data[(y * picture.width + x) * picture.channels + c],
      );
    };
    await until('a preview', async () => !(await editor.frame.locator('canvas.preview').isHidden()));
    await until('the drawing in the mask', () => isDrawn(editor, 0.3, 0.2));
    assert.equal(await isDrawn(editor, 0.3, 0.4), false);

    const before = await editor.step();
    await suite.workbench.explorerRow('notes.txt').dblclick();
    await page.locator('.tab.active', { hasText: 'notes.txt' }).waitFor();
    await page.locator('.tab', { hasText: PICTURE }).click();
    editor = await EditorPage.of(suite.workbench, PICTURE);
    await until('a later step', async () => (await editor.step()) > before, 60_000);

    await editor.paint([0.6, 0.8], [0.8, 0.8]);
    await until('the note', async () => (await editor.notes()).some((note) => note.includes('changed on its way')));
    assert.match(await editor.headline(), /^Step /, 'the run goes on');

    const steps = editor.frame.locator('#iterations');
    const disabled = (id: string) =>
      editor.frame.locator(id).evaluate((node) => (node as HTMLElement & { disabled: boolean }).disabled);
    assert.deepEqual(await Promise.all(['#model', '#seed', '#layer', '#codes'].map(disabled)), [
      true,
      true,
      false,
      false,
    ]);
    const reached = await editor.step();
    await steps.locator('input').fill('90000');
    await keyboard.press('Enter');
    await editor.waitForHeadline(/^Step \d+ of 90000$/);
    assert.ok((await editor.step()) >= reached);

    const change = async (id: string, value: string): Promise<void> => {
      await editor.frame.locator(id).locator('input').fill(value);
      await keyboard.press('Enter');
    };
    const noted = (note: string) => until(note, async () => (await editor.notes()).includes(note));
    await change('#codes', '7');
    await noted('Goes on with 7 codes.');
    await change('#layer', '3');
    await noted('Goes on at layer 3 with 7 codes.');
    const afterwards = await editor.step();
    await until('steps with them', async () => (await editor.step()) > afterwards, 60_000);
    await change('#layer', '99');
    const field = editor.frame.locator('.field', { has: editor.frame.locator('#layer') });
    assert.match((await field.locator('.problem').textContent())!, /^A whole number from 1 to \d+\.$/);
    await change('#layer', '3');
    assert.ok(
      (await editor.notes()).includes('Goes on at layer 3 with 7 codes.'),
      'a layer that there is none of changes nothing',
    );

    const history = editor.frame.getByRole('slider', { name: 'History of the run' });
    await history.focus();
    await keyboard.press('Home');
    assert.match((await history.getAttribute('aria-valuetext'))!, /^Step 0, loss /);
    await keyboard.press('Escape');

    await editor.button('Stop').click();
    await editor.waitForHeadline(/^Stopped after/);
    await editor.button('Save').click();
    await until('the saved file', async () => (await suite.workspace.files()).includes(RESULT));
    const [source, result] = await Promise.all(
      [PICTURE, RESULT].map(async (file) => decode(await readFile(suite.workspace.path(file)))),
    );
    const [width] = SIZES[PICTURE];
    const differs = (x: number, y: number): boolean =>
      [0, 1, 2].some(
        (c) =>
          source!.data[(y * width + x) * source!.channels + c] !== result!.data[(y * width + x) * result!.channels + c],
      );
    const changed = (top: number, bottom: number): number => {
      let count = 0;
      for (let y = top; y < bottom; y++) for (let x = 0; x < width; x++) count += Number(differs(x, y));
      return count;
    };
    assert.ok(changed(3, 7) > 0, 'what was painted before is filled');
    assert.ok(changed(17, 21) > 0, 'what was painted during the run is filled');
    assert.equal(changed(9, 15), 0, 'what lies between is the source');
    const record = (await readFile(suite.workspace.path(RESULT))).toString('latin1');
    assert.match(record, /"unrepeatable":"It was changed while it ran/);
    assert.match(record, /"layer":3,"codes":7/);

    // Saving shows the file in the Explorer, which has the keyboard for a moment.
    await until('a chosen snapshot', async () => {
      await history.press('ArrowLeft');
      return editor.button('Keep this one').isEnabled();
    });
    const chosen = await previewOf(editor);
    await editor.button('Keep this one').click();
    await editor.waitForHeadline(/^Kept: the picture after \d+ steps/);
    assert.deepEqual(chosen.data, await resultWithin(editor, chosen), 'what is kept is what was shown');
  });
});
