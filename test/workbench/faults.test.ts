/**
 * The extension host is killed at moments of a run and of a save. Nothing is lost, nothing is left half-written, and whatever is said
 * is a sentence. The last test counts.
 */
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { decode } from 'fast-png';
import type { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { command, notice, openPicture, reconstruct, resultCount, runAgain } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

const PICTURE = 'other.png';
const RESULT = 'other.reconstruct.png';

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

  test('a result to lose', async () => {
    await reconstruct(suite, PICTURE);
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
  ];
  for (const [when, death, there] of ofASave) {
    test(`the extension host is killed during a save, ${when}`, async () => {
      const editor = await openPicture(suite, PICTURE);
      await until('the result', async () => (await resultCount(editor)) === unsaved);
      await prepare(death);
      await editor.button('Save').click();
      await gone();
      await comeBack();
      assert.equal((await files()).includes(RESULT), there);
      await rm(suite.workspace.path(RESULT), { force: true });
    });
  }

  test('the count', () => {
    const { faults, lost, half, muddled } = count;
    console.log(
      `${faults} faults: ${lost} results lost, ${half} files half-written, ${muddled} messages that are no sentences.`,
    );
    assert.deepEqual([lost, half, muddled], [0, 0, 0]);
  });
});
