/** Changes of a finished run are tried out by keys and by pointer, undone, and kept as one more result. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { readPicture } from '../../src/node/codecs/index.ts';
import { writeNpy } from '../../src/importers/npy.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';

/** A direction as others publish theirs: [1, n] of double precision. */
const boundary = (n: number): Uint8Array =>
  writeNpy({ dtype: 'float64', dims: [1, n], data: Float64Array.from({ length: n }, (_, i) => i - 2.5) });

describe('changes of a finished run', () => {
  const suite = openedWorkbench({ iterations: 3 });

  /** The next answers of a person to what the extension asks. */
  const choose = (...answers: string[]): Promise<unknown> =>
    suite.workbench.host.run((vscode, next) => {
      const { exports } = vscode.extensions.getExtension('gan-prior.gan-prior')!;
      return Promise.resolve(((exports as { dialogs: { answers: string[] } }).dialogs.answers = next));
    }, answers);

  test('are tried out by keys and pointer, undone, kept and saved', async () => {
    await suite.workbench.pickInExplorer(PICTURE, 'GAN Prior', 'Reconstruct');
    const editor = await EditorPage.of(suite.workbench, PICTURE);
    await editor.waitForHeadline(/^Done/);
    const { keyboard, mouse } = suite.workbench.page;
    const { frame } = editor;
    const canvas = frame.locator('canvas.preview');
    const shown = () => canvas.evaluate((node) => (node as HTMLCanvasElement).toDataURL());
    assert.ok(await canvas.isHidden());

    const summary = frame.getByText('Try out changes');
    await summary.press('Enter');
    const first = frame.getByRole('slider', { name: 'Direction 1' });
    await first.focus();
    await keyboard.press('End');
    assert.equal(await first.inputValue(), '4');
    await until('the changed picture', async () => !(await canvas.isHidden()));
    const byKeys = await shown();

    const code = frame.getByRole('slider', { name: /^Code 1 \(/ });
    await code.scrollIntoViewIfNeeded();
    const box = (await code.boundingBox())!;
    await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await mouse.down();
    await mouse.move(box.x + 1, box.y + box.height / 2, { steps: 4 });
    await mouse.up();
    assert.equal(await code.inputValue(), '0', 'the code is left out');
    await until('another picture', async () => (await shown()) !== byKeys);

    await editor.button('Undo').click();
    assert.equal(await code.inputValue(), '1');
    await until('the picture before', async () => (await shown()) === byKeys);
    await editor.button('Reset').click();
    assert.equal(await first.inputValue(), '0');
    await until('the result', () => canvas.isHidden());
    await editor.button('Undo').click();
    assert.equal(await first.inputValue(), '4');
    await until('the changed picture', async () => !(await canvas.isHidden()));

    // What a code draws, large: by keys, one stop of theirs for its pictures.
    const own = frame.getByRole('button', { name: 'Code 1: its own picture' });
    await own.scrollIntoViewIfNeeded();
    await own.locator('canvas').waitFor();
    await own.focus();
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    const alone = frame.getByRole('button', { name: 'Code 1: its part of the result, alone', pressed: true });
    await alone.waitFor();
    await until('the part alone', async () => (await shown()) !== byKeys);
    await keyboard.press('Escape');
    await until('the changed picture', async () => (await shown()) === byKeys);
    assert.equal(await alone.count(), 0);

    await frame.getByRole('checkbox', { name: 'Move chosen codes only' }).click();
    await until('the result', () => canvas.isHidden());
    await frame
      .getByRole('group', { name: 'Codes that move' })
      .getByRole('checkbox', { name: '2', exact: true })
      .click();
    await until('one code moved', async () => !(await canvas.isHidden()) && (await shown()) !== byKeys);
    await editor.button('Undo').click();
    await editor.button('Undo').click();
    await until('all codes moved', async () => !(await canvas.isHidden()) && (await shown()) === byKeys);

    const channel = frame.getByRole('checkbox', { name: /^Channel \d+ \(/ }).first();
    await channel.click();
    await until('a channel left out', async () => (await shown()) !== byKeys);
    await editor.button('Undo').click();
    assert.equal(await channel.isChecked(), false);
    await until('all channels', async () => (await shown()) === byKeys);

    await writeFile(suite.workspace.path('smile.npy'), boundary(8));
    await writeFile(suite.workspace.path('short.npy'), boundary(7));
    await choose('Choose a File…', suite.workspace.path('short.npy'));
    await editor.button('More directions…').click();
    await frame.getByText('short has 7 numbers, but a code of this model has 8.').waitFor();
    await choose('Choose a File…', suite.workspace.path('smile.npy'));
    await editor.button('More directions…').click();
    const smile = frame.getByRole('slider', { name: 'smile' });
    await smile.focus();
    await keyboard.press('Home');
    assert.equal(await first.inputValue(), '4', 'what was tried stays');
    await until('another picture', async () => (await shown()) !== byKeys);

    await editor.button('Export changes…').click();
    const field = suite.workbench.page.locator('.quick-input-widget input').first();
    await field.waitFor();
    await until('the proposal', async () => (await field.inputValue()).endsWith('/other.changes.png'));
    await field.press('Enter');
    await until('the filmstrip', async () => (await suite.workspace.files()).includes('other.changes.png'));
    const strip = await readPicture(suite.workspace.path('other.changes.png'));
    assert.deepEqual([strip.width, strip.height], [7 * 24, 24]);
    const frames = [0, 6].map((i) => strip.data.slice(4 * 24 * i, 4 * 24 * (i + 1)));
    assert.notDeepEqual(frames[0], frames[1]);

    await editor.button('Keep this picture').click();
    await frame.locator('.results', { hasText: '2' }).waitFor();
    await until('the kept result', () => canvas.isHidden());
    await editor.button('Save').click();
    const name = await until('the saved file', editor.savedAs);
    const record = (await readFile(suite.workspace.path(name))).toString('latin1');
    assert.match(
      record,
      /"edit":\{"moves":\[\{"direction":\[[^\]]+\],"amount":4\},\{"direction":\[[^\]]+\],"amount":-4\}\],"consistent":true\}/,
    );

    // The keyboard may still be in the Explorer, which showed the file.
    await summary.click();
    await until('the sliders are away', () => first.isHidden());
  });
});
