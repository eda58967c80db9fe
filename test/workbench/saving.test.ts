/** Results and masks under every value of `files.autoSave`: nothing is lost, and nothing written that nobody asked for. */
import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { decode, encode } from 'fast-png';
import type { TestApi } from '../../src/extension/testApi.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { quarters } from '../unit/node/pictures.ts';
import {
  command,
  fileDialog,
  notice,
  openPicture,
  reconstruct,
  resultCount,
  results,
  runAgain,
  savedByItself,
  tabs,
} from './pictures.ts';
import { AUTO_SAVE, openedWorkbench, savingBy } from './suite.ts';

type Paint = () => Promise<unknown>;
interface Held {
  count: number;
  letGo: () => void;
}

for (const autoSave of AUTO_SAVE) {
  describe(`saving with files.autoSave "${autoSave}"`, () => {
    const suite = openedWorkbench({ settings: savingBy(autoSave) });
    const files = (): Promise<string[]> => suite.workspace.files();
    const marked = async (editor: EditorPage): Promise<number> =>
      (await editor.mask()).filter((value) => value > 127).length;
    const saved = (name: string) => until(`${name} to be saved`, async () => (await files()).includes(name));
    const save = (): Promise<void> =>
      suite.workbench.host.run(
        (vscode, path) => void vscode.workspace.save(vscode.Uri.file(path)),
        suite.workspace.path('other.png'),
      );
    /** Paints, and waits until the document knows. */
    const told = async (paint: Paint): Promise<void> => {
      const strokes = () =>
        suite.workbench.host.run((vscode) => {
          const count = ((globalThis as { strokes?: { told: number } }).strokes ??= (() => {
            const { exports } = vscode.extensions.getExtension<TestApi>('gan-prior.gan-prior')!;
            const all = { told: 0 };
            exports.onEvent(({ event }) => (all.told += Number(event.kind === 'maskEdit')));
            return all;
          })());
          return count.told;
        });
      const before = await strokes();
      await paint();
      await until('the stroke in the document', async () => (await strokes()) > before);
    };
    /** Lets whatever is written beside the pictures wait. */
    const holdWrites = async () => {
      await suite.workbench.host.run(() => {
        type Call = (...args: unknown[]) => Promise<unknown>;
        const fs = process.getBuiltinModule('node:fs/promises') as unknown as Record<string, Call>;
        const open = fs['open']!;
        const held: Held = { count: 0, letGo: () => undefined };
        const free = new Promise<void>((resolve) => (held.letGo = resolve));
        fs['open'] = async (...args) => {
          if (!String(args[0]).includes('/.ganprior-')) return open(...args);
          held.count += 1;
          await free;
          return open(...args);
        };
        (globalThis as { held?: Held }).held = held;
      });
      return {
        count: () => suite.workbench.host.run(() => (globalThis as { held?: Held }).held!.count),
        letGo: () => suite.workbench.host.run(() => (globalThis as { held?: Held }).held!.letGo()),
      };
    };

    test('a result outlives its tab, is offered again, and is saved once, when a person says so', async () => {
      const before = await files();
      await reconstruct(suite, 'upright.png');
      assert.deepEqual(await tabs(suite), ['upright.png'], 'a result is no change of the document');
      await command(suite, 'workbench.action.closeAllEditors');
      assert.deepEqual(await tabs(suite), []);
      assert.deepEqual(await files(), before, 'nobody asked for a file');

      const editor = await openPicture(suite, 'upright.png');
      await until('the notice', async () =>
        /^An unsaved result from .+ is back\. Save it or discard it\.$/.test(await notice(editor)),
      );
      assert.match(await results(editor), /^Result from .+, not saved$/);
      await editor.button('Save').dblclick();
      await saved('upright.reconstruct.png');
      await until('the word', async () => (await results(editor)).endsWith(', saved'));
      assert.deepEqual(
        (await files()).filter((file) => !before.includes(file)),
        ['upright.reconstruct.png'],
      );

      await command(suite, 'workbench.action.closeAllEditors');
      const again = await openPicture(suite, 'upright.png');
      await again.waitForHeadline(/^Ready$/);
      assert.equal(await results(again), '');
    });

    test('an earlier result is not lost to a later one, and goes when a person discards it', async () => {
      const editor = await reconstruct(suite, 'turned.jpg');
      await runAgain(editor);
      assert.match(await results(editor), /^Result 2 of 2 from /);
      await editor.button('The result before this one').click();
      await until('the first result', async () => (await results(editor)).startsWith('Result 1 of 2'));
      await suite.workbench.host.run((vscode) => {
        const api = vscode.extensions.getExtension<{ answer: string }>('gan-prior.gan-prior')!.exports;
        api.answer = 'replace';
      });
      for (const left of [1, 0]) {
        await editor.button('Discard this result').click();
        await until('the discarded result to go', async () => (await resultCount(editor)) === left);
      }
      await command(suite, 'workbench.action.closeAllEditors');
      const again = await openPicture(suite, 'turned.jpg');
      await again.waitForHeadline(/^Ready$/);
    });

    test('a region that is drawn and cleared over an unsaved result writes nothing and asks nothing', async () => {
      const editor = await reconstruct(suite, 'turned.jpg');
      const before = await files();
      await editor.frame.getByRole('button', { name: /^Region:/ }).click();
      const readout = editor.frame.locator('.region-tools .readout');
      const drawAndClear = async (): Promise<void> => {
        await editor.paint([0.2, 0.25], [0.6, 0.6]);
        await until('the region', async () => / px at /.test((await readout.textContent()) ?? ''));
        await editor.frame.getByRole('button', { name: /^Work on the whole picture/ }).click();
        await until('no region', async () => (await readout.textContent()) === 'Whole picture');
      };
      await savedByItself(suite, autoSave, drawAndClear, async () => String(await files()) === String(before));
      assert.equal(await suite.workbench.page.locator('.monaco-dialog-box').count(), 0);
      assert.match(await results(editor), /, not saved$/);
    });

    test('what is painted while the file beside the picture is written is saved, too, by one save or by two at once', async () => {
      for (const [saves, left] of [
        [1, 0.15],
        [2, 0.65],
      ] as const) {
        const editor = await openPicture(suite, 'other.png', 'ganPrior.inpaint');
        await editor.frame.getByRole('toolbar', { name: 'Mask' }).waitFor();
        const [first, second] = [0.2, 0.8].map((y) => () => editor.paint([left, y], [left + 0.2, y])) as [Paint, Paint];
        await told(first);
        const held = await holdWrites();
        await save();
        await until('the file to be begun', async () => (await held.count()) > 0);
        if (saves === 2) await save();
        await told(second);
        const painted = await marked(editor);
        await held.letGo();
        await until('the document without a star', async () => (await tabs(suite)).includes('other.png'));
        await command(suite, 'workbench.action.closeAllEditors');
        const again = await openPicture(suite, 'other.png', 'ganPrior.inpaint');
        await until('all of it', async () => (await marked(again)) === painted);
        await command(suite, 'workbench.action.closeAllEditors');
      }
    });

    test('Save As takes the mask along, with a result and without one', async () => {
      for (const [step, copy] of ['copy.png', 'filled.png'].entries()) {
        const editor = await openPicture(suite, 'other.png', 'ganPrior.inpaint');
        await editor.frame.getByRole('toolbar', { name: 'Mask' }).waitFor();
        if (step === 0) await editor.paint([0.3, 0.4], [0.7, 0.6]);
        const painted = await until('the stroke', () => marked(editor));
        if (step === 1) {
          await editor.button('Start').click();
          await editor.waitForHeadline(/^Done: \d+ steps/);
        }
        void command(suite, 'workbench.action.files.saveAs');
        const input = await fileDialog(suite, /other\.png$/);
        await input.fill(suite.workspace.path(copy));
        await input.press('Enter');
        await saved(`${copy}.ganprior.json`);
        const [source, made] = await Promise.all(
          ['other.png', copy].map(async (name) => decode(await readFile(suite.workspace.path(name)))),
        );
        assert.deepEqual([made!.width, made!.height], [source!.width, source!.height]);
        assert.equal(
          String(made!.data) === String(source!.data),
          step === 0,
          'without a result it is the picture itself',
        );
        assert.ok((await files()).includes('other.png.ganprior.json'), 'the mask of this picture is saved, too');
        await command(suite, 'workbench.action.closeAllEditors');
        const copied = await openPicture(suite, copy, 'ganPrior.inpaint');
        await until('the mask of the copy', async () => (await marked(copied)) === painted);
        await command(suite, 'workbench.action.closeAllEditors');
      }
    });

    test('Save by the keyboard writes the result and what is painted', async () => {
      const editor = await openPicture(suite, 'other.png', 'ganPrior.inpaint');
      await editor.frame.getByRole('toolbar', { name: 'Mask' }).waitFor();
      await editor.paint([0.2, 0.2], [0.4, 0.2]);
      await runAgain(editor);
      await editor.frame.locator('.viewport').first().focus();
      await suite.workbench.page.keyboard.press('Control+s');
      await saved('other.inpaint.png');
      await until('the document without a star', async () => (await tabs(suite)).includes('other.png'));
    });

    test('a renamed picture keeps its editor, its mask and its results, whatever its name', async () => {
      const editor = await openPicture(suite, 'other.png', 'ganPrior.inpaint');
      const painted = await until('the mask', () => marked(editor));
      await editor.paint([0.2, 0.8], [0.4, 0.8]);
      await until('the stroke', async () => (await marked(editor)) > painted);
      const all = await marked(editor);
      await runAgain(editor);
      const name = '100% #1? %20.png';
      const move = (from: string, to: string) =>
        suite.workbench.host.run(
          async (vscode, before, after) => {
            const edit = new vscode.WorkspaceEdit();
            edit.renameFile(vscode.Uri.file(before), vscode.Uri.file(after));
            return vscode.workspace.applyEdit(edit);
          },
          suite.workspace.path(from),
          suite.workspace.path(to),
        );
      await move('other.png', name);
      const renamed = await EditorPage.of(suite.workbench, name);
      await until('the mask', async () => (await marked(renamed)) === all);
      await until('the result', async () => (await results(renamed)).endsWith(', not saved'));
      assert.ok(!(await files()).includes('other.png.ganprior.json'));
      await renamed.button('Save').click();
      await saved('100% #1? %20.inpaint.png');
      await command(suite, 'workbench.action.closeAllEditors');
      await move(name, 'other.png');
      await until('the sidecar', async () => (await files()).includes('other.png.ganprior.json'));
    });

    test('a picture that changes its size on disk and back is shown as it is, and has its mask again', async () => {
      const editor = await openPicture(suite, 'other.png', 'ganPrior.inpaint');
      const painted = await until('the mask', () => marked(editor));
      const original = await readFile(suite.workspace.path('other.png'));
      const replace = async (bytes: Uint8Array): Promise<void> => {
        await writeFile(suite.workspace.path('new'), bytes);
        await rename(suite.workspace.path('new'), suite.workspace.path('other.png'));
      };
      const shown = () =>
        editor.frame.locator('img.source').evaluate(async (image: HTMLImageElement) => {
          await image.decode().catch(() => undefined);
          return `${image.naturalWidth} ${image.naturalHeight}`;
        });
      await replace(encode({ ...quarters(20, 10), channels: 4 }));
      await until('the other picture', async () => (await shown()) === '20 10');
      assert.equal(await marked(editor), 0);
      await editor.paint([0.3, 0.4], [0.7, 0.6]);
      await until('the stroke', () => marked(editor));
      const sidecar = async () =>
        JSON.parse(await readFile(suite.workspace.path('other.png.ganprior.json'), 'utf8')) as {
          otherMasks?: string[];
        };
      await until('both masks in the file', async () => {
        // The stroke may still be on its way to the document.
        await command(suite, 'ganPrior.saveResult');
        return (await sidecar()).otherMasks?.length === 1;
      });
      await replace(original);
      await until('the picture from before', async () => (await shown()) === '24 24');
      await until('the mask from before', async () => (await marked(editor)) === painted);
    });
  });
}
