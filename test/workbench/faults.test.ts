/**
 * What people's machines do to people's work: the extension host is killed at every moment of a run and of a save, disks are full or
 * read-only, pictures change, move and go while they are open, two windows have one picture. Nothing is lost, nothing is left
 * half-written, and whatever is said is a sentence. The last test counts.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { decode, encode } from 'fast-png';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { quarters } from '../unit/node/pictures.ts';
import { command, notice, openPicture, resultCount, results, runAgain } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';
const RESULT = 'other.super-resolve.png';

/** A call of the file system, in the extension host, that is the last thing it does. */
interface Death {
  readonly call: 'mkdir' | 'open' | 'rename' | 'link' | 'rm';
  /** What one of its paths has in it. */
  readonly path: string;
  /** Half of the file is written before. */
  readonly half?: boolean;
}

describe('faults', () => {
  const suite = openedWorkbench();
  const count = { faults: 0, lost: 0, half: 0, muddled: 0 };
  /** Results of `PICTURE` that nobody has saved. */
  let unsaved = 0;

  const files = (): Promise<string[]> => suite.workspace.files();
  const killed = async (): Promise<void> => {
    const pid = await suite.workbench.host.run(() => process.pid);
    process.kill(pid, 'SIGKILL');
  };
  /** Where the extension host is to die. */
  const prepare = (death: Death): Promise<void> =>
    suite.workbench.host.run((_, { call, path, half }) => {
      type Call = (...args: unknown[]) => Promise<{ writeFile(bytes: Uint8Array): Promise<void> }>;
      const fs = process.getBuiltinModule('node:fs/promises') as unknown as Record<string, Call>;
      const original = fs[call]!;
      fs[call] = async (...args) => {
        if (!args.some((arg) => typeof arg === 'string' && arg.includes(path))) return original(...args);
        if (!half) process.kill(process.pid, 'SIGKILL');
        const file = await original(...args);
        const write = file.writeFile.bind(file);
        file.writeFile = async (bytes) => {
          await write(bytes.subarray(0, bytes.length >> 1));
          process.kill(process.pid, 'SIGKILL');
        };
        return file;
      };
    }, death);
  const gone = (): Promise<true> =>
    until('the extension host to go', () =>
      suite.workbench.host
        .run(() => true)
        .then(
          () => undefined,
          () => true as const,
        ),
    );
  /** Opens the window and the picture anew, and counts what is there. */
  const comeBack = async (): Promise<EditorPage> => {
    await suite.workbench.show(suite.workspace.folder);
    const editor = await openPicture(suite, PICTURE);
    await until('the page', async () => (await editor.headline()) !== '');
    const found = await resultCount(editor);
    count.faults += 1;
    count.lost += Math.max(0, unsaved - found);
    assert.equal(found, unsaved, 'results');
    await check(editor);
    return editor;
  };
  /** Every file that a person sees is whole, and every message a sentence. */
  const check = async (editor: EditorPage): Promise<void> => {
    for (const name of await files()) {
      if (!name.endsWith('.png') || name.startsWith('.')) continue;
      const whole = await readFile(suite.workspace.path(name))
        .then((bytes) => decode(bytes))
        .then(
          () => true,
          () => false,
        );
      if (!whole) count.half += 1;
      assert.ok(whole, name);
    }
    const said = [await notice(editor), await editor.problem(), ...(await suite.workbench.notifications())];
    await command(suite, 'notifications.hideList');
    for (const message of said.map((text) => text.trim()).filter(Boolean)) {
      const sentence =
        /^\S.*[.?]$/s.test(message) && !/\b(E[A-Z]{3,}|Error|undefined|null|NaN|\.tmp|\[object)\b/.test(message);
      if (!sentence) count.muddled += 1;
      assert.ok(sentence, message);
    }
  };
  const saved = (name: string) => until(name, async () => (await files()).includes(name));

  test('a result to lose', async () => {
    const editor = await openPicture(suite, PICTURE, 'ganPrior.superResolve');
    await until('the result', async () => (await resultCount(editor)) === 1);
    unsaved = 1;
  });

  test('the extension host is killed while a run is prepared', async () => {
    const editor = await openPicture(suite, PICTURE);
    await editor.start();
    await killed();
    await comeBack();
  });

  test('... in the middle of its steps', async () => {
    const editor = await openPicture(suite, PICTURE);
    await until('the result', async () => (await resultCount(editor)) === unsaved);
    await editor.frame.locator('#iterations input').fill('100000');
    await editor.start();
    await until('steps', async () => (await editor.step()) > 2);
    await killed();
    await comeBack();
  });

  const ofTheCopy: readonly (readonly [string, Death])[] = [
    ['when the picture is composed and nothing of it is written', { call: 'mkdir', path: 'gan-prior/results' }],
    ['when half of its copy is written', { call: 'open', path: 'gan-prior/results', half: true }],
    ['when its copy is there, but not what it is of', { call: 'rename', path: '.json' }],
  ];
  for (const [when, death] of ofTheCopy) {
    test(`... ${when}`, async () => {
      const editor = await openPicture(suite, PICTURE);
      await prepare(death);
      await editor.start();
      await gone();
      await comeBack();
    });
  }

  test('... when the result has just been told of', async () => {
    const editor = await openPicture(suite, PICTURE);
    await until('the result', async () => (await resultCount(editor)) === unsaved);
    await runAgain(editor);
    await killed();
    unsaved += 1;
    await comeBack();
  });

  const ofASave: readonly (readonly [string, Death, boolean])[] = [
    ['before anything is written', { call: 'open', path: 'pictures-' }, false],
    ['when half of the file is written', { call: 'open', path: 'pictures-', half: true }, false],
    ['before the file gets its name', { call: 'link', path: RESULT }, false],
    ['when it has just got it', { call: 'rm', path: '.ganprior-' }, true],
    ['before the copy of the result is taken away', { call: 'rm', path: 'gan-prior/results' }, true],
  ];
  for (const [when, death, there] of ofASave) {
    test(`the extension host is killed during a save, ${when}`, async () => {
      const editor = await openPicture(suite, PICTURE);
      await until('the result', async () => (await resultCount(editor)) === unsaved);
      await prepare(death);
      await editor.button('Save').click();
      await gone().catch(async (error: unknown) => {
        console.log(
          await files(),
          await results(editor),
          await editor.problem(),
          await suite.workbench.screenshot('fault'),
        );
        throw error;
      });
      await comeBack();
      assert.equal((await files()).includes(RESULT), there);
      await rm(suite.workspace.path(RESULT), { force: true });
    });
  }

  test('... while a file is replaced: it is the old one, whole', async () => {
    const editor = await openPicture(suite, PICTURE);
    await until('the result', async () => (await resultCount(editor)) === unsaved);
    await copyFile(suite.workspace.path('upright.png'), suite.workspace.path(RESULT));
    await suite.workbench.host.run((vscode) => {
      vscode.extensions.getExtension<{ answer: string }>('gan-prior.gan-prior')!.exports.answer = 'replace';
    });
    await prepare({ call: 'rename', path: RESULT });
    await editor.button('Save').click();
    await gone();
    await comeBack();
    assert.deepEqual(await readFile(suite.workspace.path(RESULT)), await readFile(suite.workspace.path('upright.png')));
    await rm(suite.workspace.path(RESULT));
  });

  test('no room for the copy of a result: it is said, and the result is there', async () => {
    const editor = await openPicture(suite, PICTURE);
    await suite.workbench.host.run(() => {
      type Call = (...args: unknown[]) => Promise<unknown>;
      const fs = process.getBuiltinModule('node:fs/promises') as unknown as Record<string, Call>;
      const { open } = fs;
      fs['open'] = async (...args) => {
        if (!String(args[0]).includes('gan-prior/results')) return open!(...args);
        fs['open'] = open!;
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      };
    });
    await runAgain(editor);
    await until('the word', async () =>
      /no copy of it could be kept\. .*the disk is full\. Save it now\.$/.test(await notice(editor)),
    );
    count.faults += 1;
    await check(editor);
    await editor.button('Save').click();
    await saved(RESULT);
    await rm(suite.workspace.path(RESULT));
  });

  test('a full disk and a read-only one, and the same save once there is room', async (t) => {
    const folder = suite.workspace.path('small');
    await mkdir(folder);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder], { stdio: 'pipe' });
    } catch (error) {
      console.log(`No small disk can be mounted here: ${(error as Error).message}`);
      return t.skip('no small disk can be mounted here');
    }
    try {
      await copyFile(suite.workspace.path('upright.png'), `${folder}/upright.png`);
      await suite.workbench.host.run(
        async (vscode, path) =>
          void (await vscode.commands.executeCommand('ganPrior.reconstruct', vscode.Uri.file(path))),
        `${folder}/upright.png`,
      );
      const editor = await EditorPage.of(suite.workbench, 'upright.png');
      await until('the result', async () => (await resultCount(editor)) > 0);
      const filler = `${folder}/filler`;
      await writeFile(filler, new Uint8Array(64 * 1024)).catch(() => undefined);
      await editor.button('Save').click();
      await until('the word', async () =>
        /upright\.reconstruct\.png was not saved: the disk is full\.$/.test(await editor.problem()),
      );
      count.faults += 1;
      await check(editor);
      assert.deepEqual((await readdir(folder)).sort(), ['filler', 'upright.png']);
      await rm(filler);

      execFileSync('mount', ['-o', 'remount,ro', folder]);
      await editor.button('Save').click();
      await until('the word', async () =>
        /nothing can be written to small, which is read-only\.$/.test(await editor.problem()),
      );
      count.faults += 1;
      await check(editor);
      execFileSync('mount', ['-o', 'remount,rw', folder]);

      await editor.button('Save').click();
      await until('the file', async () => (await readdir(folder)).includes('upright.reconstruct.png'));
      assert.deepEqual((await readdir(folder)).sort(), ['upright.png', 'upright.reconstruct.png']);
      await command(suite, 'workbench.action.closeAllEditors');
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  });

  test('a picture that is changed, moved away and deleted while it is open', async () => {
    const editor = await openPicture(suite, PICTURE);
    const path = suite.workspace.path(PICTURE);
    const original = await readFile(path);
    await writeFile(path, encode({ ...quarters(20, 10), channels: 4 }));
    await until('the word', async () => /changed on disk/.test(await notice(editor)));
    count.faults += 1;
    await check(editor);
    await writeFile(path, original);
    await until('the picture', async () =>
      (await editor.frame.locator('img.source').getAttribute('alt'))?.includes('24 × 24'),
    );

    await rename(path, suite.workspace.path('away.png'));
    await editor.start();
    await editor.waitForHeadline(/^This did not work$/);
    assert.match(await editor.problem(), /^other\.png is not there any more\.$/);
    count.faults += 1;
    await check(editor);
    await rename(suite.workspace.path('away.png'), path);

    await rm(path);
    await editor.button('Save').click();
    await saved(RESULT);
    unsaved -= 1;
    count.faults += 1;
    await check(editor);
    await writeFile(path, original);
    await rm(suite.workspace.path(RESULT));
    await command(suite, 'workbench.action.closeAllEditors');
    await comeBack();
  });

  test('two windows on one picture: what one saves, the other one does not lose', async () => {
    const first = await openPicture(suite, PICTURE);
    await until('the results', async () => (await resultCount(first)) === unsaved);
    await runAgain(first);
    unsaved += 1;
    const second = await suite.workbench.another();
    const there = await openPicture({ ...suite, workbench: second }, PICTURE);
    await until('the results', async () => (await resultCount(there)) === unsaved);
    await there.button('Save').click();
    await saved(RESULT);
    await until('the word', async () => (await results(there)).endsWith(', saved'));
    count.faults += 1;
    await check(first);
    assert.match(await results(first), /not saved$/, 'it is in memory here');
    await rm(suite.workspace.path(RESULT));
    await first.button('Save').click();
    await saved(RESULT);
    unsaved -= 1;
    await second.page.close();
    await comeBack();
  });

  test('the count', () => {
    const { faults, lost, half, muddled } = count;
    console.log(
      `${faults} faults: ${lost} results lost, ${half} files half-written, ${muddled} messages that are no sentences.`,
    );
    assert.deepEqual([lost, half, muddled], [0, 0, 0]);
  });
});
