/** Faces are found, chosen by keys, and restored in one run; what lies outside of their squares stays. */
import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { decode } from 'fast-png';
import { isInside } from '../../src/engine/tasks/index.ts';
import { parseRecord } from '../../src/node/record.ts';
import { embeddedRecord } from '../../src/node/codecs/encode.ts';
import { until } from '../harness/wait.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { addGroupPicture, DETECTING, GROUP, GROUP_SIZE } from './groupPicture.ts';
import { notice, openPicture } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

const RESULT = 'group.reconstruct.png';

describe('faces in the editor', () => {
  const suite = openedWorkbench({ iterations: 4, settings: DETECTING });
  before(() => addGroupPicture(suite.workspace));

  test('by keys alone: found, chosen, restored one after the other, put together in one picture', async () => {
    const editor = await openPicture(suite, GROUP);
    await editor.waitForHeadline(/^Ready$/);
    const { keyboard } = suite.workbench.page;
    const faces = editor.frame.getByRole('checkbox', { name: /^Face \d of 2$/ });
    const readout = editor.frame.getByRole('toolbar', { name: 'Faces' }).locator('.readout');
    await editor.frame.getByRole('button', { name: 'Find the faces in the picture' }).focus();
    await keyboard.press('Enter');
    await faces.nth(1).waitFor();
    assert.equal(await readout.textContent(), '2 of 2 faces');

    await faces.nth(0).focus();
    await keyboard.press('Space');
    await until('one face less', async () => (await readout.textContent()) === '1 of 2 faces');
    await keyboard.press('Tab');
    await keyboard.press('Space');
    await until('no face', async () => (await readout.textContent()) === '0 of 2 faces');
    await keyboard.press('Control+Enter');
    await until('why nothing starts', async () => (await notice(editor)).includes('No face is chosen'));
    await keyboard.press('Space');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Space');
    await until('both again', async () => (await readout.textContent()) === '2 of 2 faces');

    await editor.choose('#task', 'Reconstruct');
    await keyboard.press('Control+Enter');
    await editor.waitForHeadline(/^Done: 2 faces in /);
    await editor.button('Save').click();
    await until('the saved file', async () => (await suite.workspace.files()).includes(RESULT));
    const file = await readFile(suite.workspace.path(RESULT));
    const record = parseRecord(embeddedRecord(file)!)!;
    assert.equal(record.options.faces?.length, 2);
    assert.equal(record.options.region, undefined);
    assert.equal(record.steps, 8);
    const [was, is] = [decode(await readFile(suite.workspace.path(GROUP))), decode(file)];
    const drawn = [0, 0];
    for (let pixel = 0; pixel < GROUP_SIZE.width * GROUP_SIZE.height; pixel++) {
      const [x, y] = [(pixel % GROUP_SIZE.width) + 0.5, Math.floor(pixel / GROUP_SIZE.width) + 0.5];
      const same = [0, 1, 2].every((c) => was.data[was.channels * pixel + c] === is.data[is.channels * pixel + c]);
      const inside = record.options.faces!.findIndex((face) => isInside(face, x, y));
      if (inside < 0) assert.ok(same, `pixel ${x}, ${y} is outside of all faces`);
      else if (!same) drawn[inside]!++;
    }
    assert.ok(
      drawn.every((count) => count > 1000),
      `${drawn.join(' and ')} pixels are drawn`,
    );
  });
});

describe('faces where no detector is there', () => {
  const suite = openedWorkbench({ iterations: 4, settings: { 'ganPrior.model': './of-faces' } });
  before(async () => {
    await addGroupPicture(suite.workspace);
    const folder = suite.workspace.path('of-faces');
    await cp(TINY_MODEL, folder, { recursive: true });
    const file = join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...manifest, alignment: 'ffhq' }));
  });

  test('the download is offered beside a prior of faces; declined, a face is marked by hand, which is said', async () => {
    const editor = await openPicture(suite, GROUP);
    await editor.waitForHeadline(/^Ready$/);
    const { keyboard } = suite.workbench.page;
    const beside = editor.frame.locator('.align-notice');
    assert.match((await beside.textContent()) ?? '', /^Faces must be upright and centred: Align Find faces$/);
    await beside.getByRole('button', { name: 'Find faces' }).focus();
    await keyboard.press('Enter');
    await until('by hand', async () =>
      (await notice(editor)).includes('There is no face detector here, so mark a face by hand'),
    );
    const asked = await suite.workbench.host.run((vscode) => {
      const { exports } = vscode.extensions.getExtension('gan-prior.gan-prior')!;
      return (exports as { dialogs: { seen: string[] } }).dialogs.seen.at(-1);
    });
    assert.match(asked!, /Download "Face detector \(YuNet\)"\?[^]*Size: 233 kB[^]*Licence: MIT/);
    const focused = () => editor.frame.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await until('the first mark', async () => (await focused()) === 'Eye on the left');

    // Who starts all the same is told once more; who marks a face is not.
    await editor.choose('#task', 'Reconstruct');
    await editor.start();
    await editor.waitForHeadline(/^Done: 4 steps/);
    const told = async (): Promise<string> => (await editor.frame.locator('ul.notes').textContent()) ?? '';
    assert.match(await told(), /Faces must be upright and centred: Align/);
    await editor.frame.getByRole('group', { name: 'Picture', exact: true }).focus();
    await keyboard.press('a');
    await until('the first mark again', async () => (await focused()) === 'Eye on the left');
    await keyboard.press('Shift+ArrowUp');
    await until('nothing more is wanted', async () => beside.isHidden());
    await editor.start();
    await until('the run of the face', async () => !(await told()).includes('upright and centred'));
  });
});
