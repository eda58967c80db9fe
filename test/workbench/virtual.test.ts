/** Pictures that are on no disk: whatever is replaced there is there whole, before or after, and nothing is replaced unasked. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { decode } from 'fast-png';
import type { TestApi } from '../../src/extension/testApi.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { command, resultCount } from './pictures.ts';
import { openedWorkbench } from './suite.ts';

/** The file system, as the host has it: all in one folder. */
interface Memory {
  /** Name -> content. */
  readonly files: Map<string, Uint8Array>;
  /** Of files that are said to be larger than they are, in bytes. */
  readonly sizes: Map<string, number>;
  /** Names whose content was asked for. */
  readonly reads: string[];
  /** Renames from a name to a name that are to fail. */
  refuse: (from: string, to: string) => boolean;
}
type Scope = typeof globalThis & { memory: Memory };

const RESULT = 'other.reconstruct.png';
const RECORD = `${RESULT}.json`;

describe('a picture on a virtual file system', () => {
  const suite = openedWorkbench({ settings: { 'ganPrior.record': 'json' } });
  let editor: EditorPage;

  before(async () => {
    const picture = await readFile(suite.workspace.path('other.png'));
    await suite.workbench.host.run((vscode, base64) => {
      const memory: Memory = {
        files: new Map([['other.png', new Uint8Array(Buffer.from(base64, 'base64'))]]),
        sizes: new Map(),
        reads: [],
        refuse: () => false,
      };
      (globalThis as Scope).memory = memory;
      const { FileSystemError, FileType } = vscode;
      const nameOf = (uri: { readonly path: string }): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);
      const changes = new vscode.EventEmitter<never>();
      vscode.workspace.registerFileSystemProvider(
        'memory',
        {
          onDidChangeFile: changes.event,
          watch: () => new vscode.Disposable(() => undefined),
          stat: (uri) => {
            const file = memory.files.get(nameOf(uri));
            if (uri.path === '/pictures') return { type: FileType.Directory, ctime: 0, mtime: 0, size: 0 };
            if (!file) throw FileSystemError.FileNotFound(uri);
            return { type: FileType.File, ctime: 0, mtime: 0, size: memory.sizes.get(nameOf(uri)) ?? file.length };
          },
          readDirectory: () => [...memory.files.keys()].map((name) => [name, FileType.File]),
          createDirectory: () => undefined,
          readFile: (uri) => {
            memory.reads.push(nameOf(uri));
            const file = memory.files.get(nameOf(uri));
            if (!file) throw FileSystemError.FileNotFound(uri);
            return file;
          },
          writeFile: (uri, content) => void memory.files.set(nameOf(uri), content),
          delete: (uri) => void memory.files.delete(nameOf(uri)),
          rename: (from, to, { overwrite }) => {
            const [before, after] = [nameOf(from), nameOf(to)];
            const file = memory.files.get(before);
            if (!file) throw FileSystemError.FileNotFound(from);
            if (memory.refuse(before, after)) throw FileSystemError.NoPermissions(to);
            if (memory.files.has(after) && !overwrite) throw FileSystemError.FileExists(to);
            memory.files.delete(before);
            memory.files.set(after, file);
          },
        },
        { isCaseSensitive: true },
      );
    }, picture.toString('base64'));
  });

  const open = async (name: string, id = 'ganPrior.openEditor'): Promise<void> =>
    suite.workbench.host.run(
      async (vscode, task, path) =>
        void (await vscode.commands.executeCommand(task, vscode.Uri.from({ scheme: 'memory', path }))),
      id,
      `/pictures/${name}`,
    );
  const names = (): Promise<string[]> =>
    suite.workbench.host.run(() => [...(globalThis as Scope).memory.files.keys()].sort());
  const content = async (name: string): Promise<Buffer> =>
    Buffer.from(
      await suite.workbench.host.run(
        (_, file) => Buffer.from((globalThis as Scope).memory.files.get(file)!).toString('base64'),
        name,
      ),
      'base64',
    );
  const put = (name: string, text: string): Promise<void> =>
    suite.workbench.host.run(
      (_, file, written) => void (globalThis as Scope).memory.files.set(file, new TextEncoder().encode(written)),
      name,
      text,
    );
  /** What the dialogs about existing files hear. */
  const answer = (given: 'replace' | 'keepBoth' | undefined): Promise<void> =>
    suite.workbench.host.run((vscode, said) => {
      const api = vscode.extensions.getExtension<{ answer: string | undefined }>('gan-prior.gan-prior')!.exports;
      api.answer = said ?? undefined;
    }, given);
  const saves = (): Promise<number> =>
    suite.workbench.host.run((vscode) => {
      const saved = ((globalThis as { saved?: { count: number } }).saved ??= (() => {
        const { exports } = vscode.extensions.getExtension<TestApi>('gan-prior.gan-prior')!;
        const all = { count: 0 };
        exports.onSaved(() => (all.count += 1));
        return all;
      })());
      return saved.count;
    });
  const save = async (): Promise<void> => {
    const before = await saves();
    await editor.button('Save').click();
    await until('the save', async () => (await saves()) > before);
  };
  /** What is written under another name first, or put aside, is there for a moment. */
  const nothingElse = (): Promise<true> =>
    until('nothing else', async () => String(await names()) === `other.png,${RESULT},${RECORD}` || undefined);

  test('is run, saved beside itself with its record, and nothing else is left', async () => {
    await open('other.png', 'ganPrior.reconstruct');
    editor = await EditorPage.of(suite.workbench, 'other.png');
    await until('the result', async () => (await resultCount(editor)) === 1);
    await save();
    await nothingElse();
    assert.equal(decode(await content(RESULT)).width, 24);
    assert.equal((JSON.parse(String(await content(RECORD))) as { format: number }).format > 0, true);
  });

  test('a result and its record are replaced when a person says so, and only they', async () => {
    await put(RESULT, 'the one before');
    await answer('replace');
    await save();
    assert.equal(decode(await content(RESULT)).width, 24);
    await nothingElse();
  });

  for (const given of [undefined, 'keepBoth'] as const) {
    test(`a file of another kind where the record belongs stays, with the answer "${given}"`, async () => {
      await suite.workbench.host.run((_, result) => void (globalThis as Scope).memory.files.delete(result), RESULT);
      await put(RECORD, '{"mine":true}');
      await answer(given);
      await save();
      const numbered = `${RESULT}-2.json`;
      assert.ok((await names()).includes(numbered));
      assert.equal(String(await content(RECORD)), '{"mine":true}');
      await suite.workbench.host.run((_, record) => void (globalThis as Scope).memory.files.delete(record), numbered);
    });
  }

  test('... and goes when the person says so', async () => {
    await suite.workbench.host.run((_, result) => void (globalThis as Scope).memory.files.delete(result), RESULT);
    await answer('replace');
    await save();
    assert.notEqual(String(await content(RECORD)), '{"mine":true}');
    await nothingElse();
  });

  test('a file that cannot be replaced is as it was, and nothing is left beside it', async () => {
    await put(RESULT, 'the one before');
    await suite.workbench.host.run((_, result) => {
      const { memory } = globalThis as Scope;
      // The new one does not get the name; the old one gets it back.
      let refused = 0;
      memory.refuse = (_from, to) => to === result && refused++ === 0;
    }, RESULT);
    await editor.button('Save').click();
    await until('the word', async () => /you are not allowed to write to it/.test(await editor.problem()));
    assert.equal(String(await content(RESULT)), 'the one before');
    await nothingElse();
  });

  test('... and where it cannot even get its name back, both are there, and named', async () => {
    await suite.workbench.host.run((_, result) => {
      (globalThis as Scope).memory.refuse = (_from, to) => to === result;
    }, RESULT);
    await editor.button('Save').click();
    const said = await until('the word', async () =>
      /^other\.reconstruct\.png could not be replaced\. What it was is in (\S+) now, and what was to be saved in (\S+), in the same folder\.$/.exec(
        await editor.problem(),
      ),
    );
    assert.equal(String(await content(said[1]!)), 'the one before');
    assert.equal(decode(await content(said[2]!)).width, 24);
    await suite.workbench.host.run(() => void ((globalThis as Scope).memory.refuse = () => false));
  });

  test('one of more than a gigabyte is refused before any of it is read', async () => {
    await command(suite, 'workbench.action.closeAllEditors');
    await put('large.png', 'who would read that');
    await suite.workbench.host.run(() => void (globalThis as Scope).memory.sizes.set('large.png', 2.5 * 1024 ** 3));
    await open('large.png');
    await suite.workbench.webview('.message:text-is("large.png has 2.5 GB: files of up to 1 GB can be opened.")');
    const reads = await suite.workbench.host.run(() => (globalThis as Scope).memory.reads);
    assert.ok(!reads.includes('large.png'));
  });
});
